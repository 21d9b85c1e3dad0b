#include "libsupply/trust/attest/predicate_type.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::attest {
namespace {

constexpr std::string_view kOpenVexType = "https://openvex.dev/ns";
constexpr std::string_view kVulnerabilitiesType = "https://cosign.sigstore.dev/attestation/vuln/v1";

struct Type {
  std::string_view uri;
  PredicateKind kind;
  bool versioned = false;  // "/v…" may follow the URI
};

constexpr Type kTypes[] = {
    {kCosignSignType, PredicateKind::image_signature},
    {kSpdxType, PredicateKind::spdx, true},
    {kCycloneDxType, PredicateKind::cyclonedx, true},
    {kProvenanceV1Type, PredicateKind::provenance},
    {kProvenanceV02Type, PredicateKind::provenance},
    {kProvenanceV01Type, PredicateKind::provenance},
    {kOpenVexType, PredicateKind::vex, true},
    {kVulnerabilitiesType, PredicateKind::vulnerabilities},
    {"https://in-toto.io/attestation/vulns/v0.1", PredicateKind::vulnerabilities},
    {"https://in-toto.io/attestation/vulns/v0.2", PredicateKind::vulnerabilities},
    {"https://in-toto.io/Link/v1", PredicateKind::link},
    {"https://in-toto.io/attestation/link/v0.3", PredicateKind::link},
    {"https://cosign.sigstore.dev/attestation/v1", PredicateKind::other},
};

// What cosign 1 and tools of its time wrote for types that have another name since: statements of then are there still.
// Source: sigstore/cosign, pull request 2737.
struct OldName {
  std::string_view old, now;
};
constexpr OldName kOldNames[] = {
    {"cosign.sigstore.dev/attestation/v1", "https://cosign.sigstore.dev/attestation/v1"},
    {"cosign.sigstore.dev/attestation/vuln/v1", kVulnerabilitiesType},
    {"https://cyclonedx.org/schema", kCycloneDxType},
};

struct ShortName {
  std::string_view name, uri;
};

// Source: sigstore/cosign, pkg/cosign/attestation and cmd/cosign/cli/options/predicate.go; those that cosign has not
// are named as in-toto/attestation, spec/predicates, has them (the newest version).
constexpr ShortName kShortNames[] = {
    {"custom", "https://cosign.sigstore.dev/attestation/v1"},
    {"cyclonedx", kCycloneDxType},
    {"link", "https://in-toto.io/Link/v1"},
    {"openvex", kOpenVexType},
    {"reference", "https://in-toto.io/attestation/reference/v0.1"},
    {"release", "https://in-toto.io/attestation/release/v0.2"},
    {"runtime-trace", "https://in-toto.io/attestation/runtime-trace/v0.1"},
    {"scai", "https://in-toto.io/attestation/scai/v0.3"},
    {"slsaprovenance", kProvenanceV02Type},
    {"slsaprovenance02", kProvenanceV02Type},
    {"slsaprovenance1", kProvenanceV1Type},
    {"spdx", kSpdxType},
    {"spdxjson", kSpdxType},
    {"svr", "https://in-toto.io/attestation/svr/v0.2"},
    {"test-result", "https://in-toto.io/attestation/test-result/v0.1"},
    {"vsa", kVerificationSummaryType},
    {"vuln", kVulnerabilitiesType},
    {"vulns", "https://in-toto.io/attestation/vulns/v0.2"},
};

std::string_view name_of_now(std::string_view type) {
  for (const OldName& each : kOldNames)
    if (each.old == type) return each.now;
  return type;
}

bool is_version_of(std::string_view type, std::string_view base) {
  return type.starts_with(base) && type.substr(base.size()).starts_with("/v");
}

const Type* find_type(std::string_view uri) {
  uri = name_of_now(uri);
  for (const Type& type : kTypes)
    if (uri == type.uri || (type.versioned && is_version_of(uri, type.uri))) return &type;
  return nullptr;
}

/// By the members of the document; empty where they tell no type.
std::string_view detect_predicate_type(const json::Value& document) {
  const auto text = [&](std::string_view key) {
    const json::Value* member = json::find(document, key);
    return member != nullptr && member->is_string() ? std::string_view(member->get_ref<const std::string&>())
                                                    : std::string_view();
  };
  const auto has = [&](std::string_view key) { return json::find(document, key) != nullptr; };
  if (text("spdxVersion").starts_with("SPDX-")) return kSpdxType;
  if (text("bomFormat") == "CycloneDX") return kCycloneDxType;
  if (has("buildDefinition") && has("runDetails")) return kProvenanceV1Type;
  if (has("builder") && has("buildType")) return kProvenanceV02Type;
  if (text("@context").starts_with(kOpenVexType)) return kOpenVexType;
  if (has("invocation") && has("scanner") && has("metadata")) return kVulnerabilitiesType;
  if (has("verifier") && has("resourceUri") && has("verificationResult")) return kVerificationSummaryType;
  return {};
}

// A scheme, a colon, and something visible after it. Source: RFC 3986, section 3.1.
bool is_uri(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == text.size()) return false;
  const auto fits_scheme = [&](char c) { return is_alnum(c) || c == '+' || c == '-' || c == '.'; };
  return is_letter(text[0]) &&
         std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon), fits_scheme) &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

}  // namespace

PredicateKind predicate_kind(std::string_view type) {
  const Type* const known = find_type(type);
  return known == nullptr ? PredicateKind::other : known->kind;
}

bool is_sbom(std::string_view type) {
  const PredicateKind kind = predicate_kind(type);
  return kind == PredicateKind::spdx || kind == PredicateKind::cyclonedx;
}

bool is_predicate_type(std::string_view type, std::string_view wanted) {
  type = name_of_now(type);
  wanted = name_of_now(wanted);
  if (type == wanted) return true;
  const Type* const known = find_type(wanted);
  return known != nullptr && known->versioned && wanted == known->uri && is_version_of(type, wanted);
}

std::vector<std::string> predicate_type_names() {
  std::vector<std::string> names;
  for (const ShortName& known : kShortNames) names.emplace_back(known.name);
  return names;
}

Result<std::string> predicate_type_of(std::string_view name) {
  std::string names;
  for (const ShortName& known : kShortNames) {
    if (known.name == name) return std::string(known.uri);
    names.append(known.name).append(", ");
  }
  if (is_uri(name) || name_of_now(name) != name) return std::string(name_of_now(name));
  return Error(ErrorCode::usage, "predicate type " + quote(name) + ": want one of " + names + "or a URI");
}

Result<std::string> predicate_type_for(std::string_view name, std::string_view predicate) {
  // One level of nesting is the statement's own.
  const auto document =
      json::parse(bare_document(predicate), {.bytes = kMaxAttachmentBytes, .depth = kMaxJsonDepth - 1});
  if (!document) return Error(ErrorCode::usage, "predicate: " + document.error().message());
  if (!document->is_object()) return Error(ErrorCode::usage, "predicate: want a JSON object");
  const std::string_view detected = detect_predicate_type(*document);
  if (name.empty()) {
    if (detected.empty())
      return Error(ErrorCode::usage, "the predicate is of no kind that is known by its content; say which with --type");
    return std::string(detected);
  }
  SUPPLY_TRY(std::string type, predicate_type_of(name));
  SUPPLY_TRY(check_attestable(type));
  const PredicateKind said = predicate_kind(type), is = predicate_kind(detected);
  const bool sbom_mixed_up = (said == PredicateKind::spdx && is == PredicateKind::cyclonedx) ||
                             (said == PredicateKind::cyclonedx && is == PredicateKind::spdx);
  if (sbom_mixed_up)
    return Error(ErrorCode::usage,
                 "predicate: --type " + quote(name) + " was said, but it is a document of type " + quote(detected));
  return type;
}

Status check_attestable(std::string_view type) {
  if (predicate_kind(type) != PredicateKind::image_signature) return {};
  return Error(ErrorCode::usage,
               "predicate type " + quote(type) + " is that of an image's signature: make one with `supply sign`");
}

std::string_view bare_document(std::string_view predicate) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (predicate.starts_with(kByteOrderMark)) predicate.remove_prefix(kByteOrderMark.size());
  return trim(predicate);
}

}  // namespace supply::attest
