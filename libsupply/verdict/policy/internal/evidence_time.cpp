#include "libsupply/verdict/policy/internal/evidence_time.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/verdict/policy/internal/json_path.hpp"

namespace supply::policy {

std::optional<EvidenceTime> time_of(const attest::SignerIdentity& signer) {
  if (signer.times.empty()) return std::nullopt;
  return EvidenceTime{*std::min_element(signer.times.begin(), signer.times.end()), true};
}

std::optional<EvidenceTime> time_of(const Attestation& attestation) {
  if (auto proven = time_of(attestation.signer)) return proven;
  const auto document = json::parse(attestation.predicate);
  if (!document) return std::nullopt;
  for (const char* where :
       {"$.runDetails.metadata.finishedOn", "$.metadata.buildFinishedOn", "$.metadata.scanFinishedOn", "$.timeVerified",
        "$.timeCreated", "$.last_updated", "$.timestamp", "$.Timestamp", "$.createdAt", "$.creationInfo.created",
        "$.metadata.timestamp"}) {
    const auto path = JsonPath::parse(where);
    if (!path) continue;
    for (const nlohmann::json* value : path->select(*document).values) {
      if (!value->is_string() || *value == "0001-01-01T00:00:00Z") continue;  // Go's zero time: nobody said one
      if (const auto time = parse_rfc3339(value->get_ref<const std::string&>())) return EvidenceTime{*time};
    }
  }
  return std::nullopt;
}

std::string age_text(Time then, Time now) {
  const auto seconds = (now - then).count();
  if (seconds < 0) return to_rfc3339(then) + " (in the future)";
  if (seconds >= 2 * 86'400) return fmt::format("{} ({} days ago)", to_rfc3339(then), seconds / 86'400);
  return fmt::format("{} ({} hours ago)", to_rfc3339(then), seconds / 3'600);
}

}  // namespace supply::policy
