#include "libsupply/trust/predicates/verification_summary.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::predicates {
namespace {

// "BUILD" and "3" of "SLSA_BUILD_LEVEL_3"; both empty for anything else.
std::pair<std::string_view, std::string_view> track_level(std::string_view level) {
  constexpr std::string_view kStart = "SLSA_", kMiddle = "_LEVEL_";
  const std::size_t middle = level.find(kMiddle);
  if (!level.starts_with(kStart) || middle == std::string_view::npos || middle <= kStart.size()) return {};
  return {level.substr(kStart.size(), middle - kStart.size()), level.substr(middle + kMiddle.size())};
}

json::Value to_json(const ResourceDescriptor& resource) {
  json::Value value = json::Value::object();
  if (!resource.uri.empty()) value["uri"] = resource.uri;
  if (!resource.name.empty()) value["name"] = resource.name;
  if (!resource.digest.empty()) value["digest"] = resource.digest;
  if (!resource.download_location.empty()) value["downloadLocation"] = resource.download_location;
  if (!resource.media_type.empty()) value["mediaType"] = resource.media_type;
  return value;
}

}  // namespace

std::optional<int> level_of(const std::vector<std::string>& levels, std::string_view track) {
  std::optional<int> found;
  for (const std::string& text : levels) {
    const auto [own, level] = track_level(text);
    if (own != track || level.size() != 1 || level[0] < '0' || level[0] > '9') continue;
    if (found) return std::nullopt;
    found = level[0] - '0';
  }
  return found;
}

Result<std::string> to_predicate(const VerificationSummary& summary) {
  const auto wrong = [](std::string_view what) {
    return Error(ErrorCode::malformed, "verification summary: " + std::string(what));
  };
  if (summary.verifier_id.empty()) return wrong("no verifier");
  if (summary.resource_uri.empty()) return wrong("no resource");
  if (summary.policy.uri.empty()) return wrong("a policy without uri");
  if (summary.verified_levels.empty()) return wrong("no level");
  std::set<std::string_view> tracks;
  for (const std::string& level : summary.verified_levels)
    if (const std::string_view track = track_level(level).first; !track.empty() && !tracks.insert(track).second)
      return wrong("two levels of track " + quote(track));
  json::Value value = {{"verifier", {{"id", summary.verifier_id}}},
                       {"resourceUri", summary.resource_uri},
                       {"policy", to_json(summary.policy)},
                       {"verificationResult", summary.passed ? "PASSED" : "FAILED"},
                       {"verifiedLevels", summary.verified_levels}};
  if (!summary.verifier_version.empty()) value["verifier"]["version"] = summary.verifier_version;
  if (summary.time_verified) value["timeVerified"] = to_rfc3339(*summary.time_verified);
  for (const ResourceDescriptor& input : summary.input_attestations) {
    if (input.digest.empty()) return wrong("an input attestation without digest");
    value["inputAttestations"].push_back(to_json(input));
  }
  if (summary.dependency_levels) {
    value["dependencyLevels"] = json::Value::object();
    for (const auto& [level, count] : *summary.dependency_levels) value["dependencyLevels"][level] = count;
  }
  if (!summary.slsa_version.empty()) value["slsaVersion"] = summary.slsa_version;
  return json::to_text(value);
}

}  // namespace supply::predicates
