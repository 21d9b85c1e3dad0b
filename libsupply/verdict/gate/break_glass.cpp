#include "libsupply/verdict/gate/break_glass.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/text/text.hpp"

namespace supply::gate {

namespace {

std::string text(const nlohmann::json& value, const char* name) {
  const auto found = value.find(name);
  return found != value.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<BrokenGlass> read(const policy::Attestation& attestation, const policy::Facts& facts,
                                const policy::Policy& policy) {
  if (attestation.predicate_type != kBreakGlassType || !policy.break_glass->keys.contains(attestation.signer))
    return std::nullopt;
  const auto document = nlohmann::json::parse(attestation.predicate, nullptr, false);
  if (!document.is_object()) return std::nullopt;
  const auto digest = document.find("policy");
  if (digest == document.end() || !digest->is_object() || text(*digest, "sha256") != policy.digest.encoded())
    return std::nullopt;
  const auto issued = parse_rfc3339(text(document, "issued")), expires = parse_rfc3339(text(document, "expires"));
  if (!issued || !expires) return std::nullopt;
  BrokenGlass glass{text(document, "reason"),
                    text(document, "owner"),
                    policy::display_name(attestation.signer),
                    attestation.evidence,
                    *issued,
                    *expires};
  if (trim(glass.reason).empty() || trim(glass.owner).empty()) return std::nullopt;
  if (glass.issued > facts.now || glass.expires <= facts.now) return std::nullopt;
  if (glass.expires - glass.issued > policy.break_glass->longest) return std::nullopt;
  return glass;
}

}  // namespace

std::optional<BrokenGlass> broken_glass(const policy::Facts& facts, const policy::Policy& policy) {
  if (!policy.break_glass || facts.platforms.empty()) return std::nullopt;
  std::optional<BrokenGlass> shortest;
  for (const policy::PlatformFacts& platform : facts.platforms) {
    std::optional<BrokenGlass> best;
    for (const auto& [subject, attached] : facts.evidence_for(platform))
      for (const policy::Attestation& each : attached->attestations)
        if (auto one = read(each, facts, policy);
            one && (!best || std::tie(one->expires, one->evidence) > std::tie(best->expires, best->evidence)))
          best = std::move(one);
    if (!best) return std::nullopt;
    if (!shortest || std::tie(best->expires, best->evidence) < std::tie(shortest->expires, shortest->evidence))
      shortest = std::move(best);
  }
  return shortest;
}

}  // namespace supply::gate
