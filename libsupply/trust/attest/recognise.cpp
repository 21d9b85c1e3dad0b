#include "libsupply/trust/attest/recognise.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/bytes/text.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/trust/attest/statement.hpp"

namespace supply::attest {
namespace {

constexpr std::string_view kOpenVexType = "https://openvex.dev/ns";
constexpr std::string_view kCosignVulnType = "https://cosign.sigstore.dev/attestation/vuln/v1";

std::string_view recognise(const json::Value& document) {
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
  if (has("invocation") && has("scanner") && has("metadata")) return kCosignVulnType;
  return {};
}

}  // namespace

Result<std::string> predicate_type_for(std::string_view name, std::string_view predicate) {
  SUPPLY_TRY(const json::Value document, json::parse(predicate).at("predicate"));
  if (!document.is_object()) return Error(ErrorCode::malformed, "predicate: want a JSON object");
  const std::string_view recognised = recognise(document);
  if (name.empty()) {
    if (recognised.empty())
      return Error(ErrorCode::usage, "the predicate is of no kind that is known by its content; say which with --type");
    return std::string(recognised);
  }
  SUPPLY_TRY(std::string type, predicate_type_of(name));
  const bool sbom_mixed_up =
      (type == kSpdxType && recognised == kCycloneDxType) || (type == kCycloneDxType && recognised == kSpdxType);
  if (sbom_mixed_up)
    return Error(ErrorCode::malformed,
                 "predicate: --type " + quote(name) + " was said, but it is a document of type " + quote(recognised));
  return type;
}

}  // namespace supply::attest
