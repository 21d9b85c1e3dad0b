#include "libsupply/content/sbom/internal/reference_names.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::sbom {
namespace {

using Names = std::pair<std::string_view, std::string_view>;

template <class List>
bool is_in(const List& list, std::string_view text) {
  return std::find(std::begin(list), std::end(list), text) != std::end(list);
}

constexpr std::array<Names, 13> kCategories = {{{"cpe22Type", "SECURITY"},
                                                {"cpe23Type", "SECURITY"},
                                                {"advisory", "SECURITY"},
                                                {"fix", "SECURITY"},
                                                {"url", "SECURITY"},
                                                {"swid", "SECURITY"},
                                                {"maven-central", "PACKAGE-MANAGER"},
                                                {"npm", "PACKAGE-MANAGER"},
                                                {"nuget", "PACKAGE-MANAGER"},
                                                {"bower", "PACKAGE-MANAGER"},
                                                {"purl", "PACKAGE-MANAGER"},
                                                {"swh", "PERSISTENT-ID"},
                                                {"gitoid", "PERSISTENT-ID"}}};

constexpr std::array<std::string_view, 42> kCycloneDx = {"vcs",
                                                         "issue-tracker",
                                                         "website",
                                                         "advisories",
                                                         "bom",
                                                         "mailing-list",
                                                         "social",
                                                         "chat",
                                                         "documentation",
                                                         "support",
                                                         "source-distribution",
                                                         "distribution",
                                                         "distribution-intake",
                                                         "license",
                                                         "build-meta",
                                                         "build-system",
                                                         "release-notes",
                                                         "security-contact",
                                                         "model-card",
                                                         "log",
                                                         "configuration",
                                                         "evidence",
                                                         "formulation",
                                                         "attestation",
                                                         "threat-model",
                                                         "adversary-model",
                                                         "risk-assessment",
                                                         "vulnerability-assertion",
                                                         "exploitability-statement",
                                                         "pentest-report",
                                                         "static-analysis-report",
                                                         "dynamic-analysis-report",
                                                         "runtime-analysis-report",
                                                         "component-analysis-report",
                                                         "maturity-report",
                                                         "certification-report",
                                                         "codified-infrastructure",
                                                         "quality-metrics",
                                                         "poam",
                                                         "electronic-signature",
                                                         "digital-signature",
                                                         "rfc-9116"};

constexpr std::array<Names, 22> kSpdx3 = {{{"vcs", "vcs"},
                                           {"issue-tracker", "issueTracker"},
                                           {"mailing-list", "mailingList"},
                                           {"social", "socialMedia"},
                                           {"chat", "chat"},
                                           {"documentation", "documentation"},
                                           {"support", "support"},
                                           {"source-distribution", "sourceArtifact"},
                                           {"distribution-intake", "altDownloadLocation"},
                                           {"distribution", "binaryArtifact"},
                                           {"website", "altWebPage"},
                                           {"license", "license"},
                                           {"build-meta", "buildMeta"},
                                           {"build-system", "buildSystem"},
                                           {"release-notes", "releaseNotes"},
                                           {"advisories", "securityAdvisory"},
                                           {"advisory", "securityAdvisory"},
                                           {"fix", "securityFix"},
                                           {"maven-central", "mavenCentral"},
                                           {"npm", "npm"},
                                           {"nuget", "nuget"},
                                           {"bower", "bower"}}};

}  // namespace

std::string_view spdx_category(std::string_view type) {
  for (const auto& [name, category] : kCategories)
    if (name == type) return category;
  return "OTHER";
}

bool is_cyclonedx_reference(std::string_view type) { return is_in(kCycloneDx, type); }

std::string_view spdx3_reference(std::string_view type) {
  for (const auto& [name, other] : kSpdx3)
    if (name == type) return other;
  return {};
}

std::string type_of_spdx3_reference(std::string_view name) {
  for (const auto& [ours, other] : kSpdx3)
    if (other == name) return std::string(ours);
  return std::string(name);
}

bool is_locator(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return c > ' ' && c <= '~' && std::string_view("<>\"{}|\\^`").find(c) == std::string_view::npos;
  });
}

std::string spdx_checksum(std::string_view algorithm) {
  static constexpr std::string_view kKnown[] = {"sha1",     "sha224",   "sha256",   "sha384", "sha512",
                                                "sha3-256", "sha3-384", "sha3-512", "blake3", "md2",
                                                "md4",      "md5",      "md6",      "adler32"};
  if (is_in(kKnown, algorithm)) {
    std::string upper(algorithm);
    std::transform(upper.begin(), upper.end(), upper.begin(), to_upper);
    return upper;
  }
  constexpr std::string_view kBlake = "blake2b-";
  return algorithm.starts_with(kBlake) ? "BLAKE2b-" + std::string(algorithm.substr(kBlake.size())) : std::string();
}

std::string cyclonedx_hash(std::string_view algorithm) {
  for (const auto& [name, known] :
       {Names("sha1", "SHA-1"), Names("sha256", "SHA-256"), Names("sha384", "SHA-384"), Names("sha512", "SHA-512")})
    if (algorithm == name) return std::string(known);
  static constexpr std::string_view kSame[] = {"md5",         "sha3-256",    "sha3-384",    "sha3-512",
                                               "blake2b-256", "blake2b-384", "blake2b-512", "blake3"};
  return is_in(kSame, algorithm) ? spdx_checksum(algorithm) : std::string();
}

std::string spdx3_hash(std::string_view algorithm) {
  std::string name(algorithm);
  if (name.starts_with("blake2b-")) name.erase(7, 1);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

std::string_view cyclonedx_type(std::string_view purpose) {
  static constexpr std::string_view kTypes[] = {"application",
                                                "framework",
                                                "library",
                                                "container",
                                                "platform",
                                                "operating-system",
                                                "device",
                                                "device-driver",
                                                "firmware",
                                                "file",
                                                "data",
                                                "machine-learning-model",
                                                "cryptographic-asset"};
  return is_in(kTypes, purpose) ? purpose : "library";
}

std::string_view cyclonedx_package_type(std::string_view purpose) {
  static constexpr std::string_view kTypes[] = {"application", "framework", "platform", "firmware"};
  return is_in(kTypes, purpose) ? purpose : "library";
}

std::string package_purpose(std::string_view purpose) {
  static constexpr std::string_view kOthers[] = {"library", "operating-system", "container", "machine-learning-model",
                                                 "model"};
  return is_in(kOthers, purpose) ? std::string() : std::string(purpose);
}

std::string spdx_purpose(std::string_view purpose) {
  static constexpr std::string_view kPurposes[] = {"application", "framework", "library", "container",
                                                   "device",      "firmware",  "source",  "archive",
                                                   "file",        "install",   "other",   "operating-system"};
  if (purpose.empty()) return {};
  std::string upper(is_in(kPurposes, purpose) ? purpose : "other");
  for (char& c : upper) c = c == '-' ? '_' : to_upper(c);
  return upper;
}

std::string purpose_of_spdx(std::string_view text) {
  std::string purpose = to_lower(text);
  std::replace(purpose.begin(), purpose.end(), '_', '-');
  return purpose;
}

}  // namespace supply::sbom
