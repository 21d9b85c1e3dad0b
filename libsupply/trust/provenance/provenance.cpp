#include "libsupply/trust/provenance/provenance.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/provenance/predicate.hpp"

namespace supply::provenance {

Result<Provenance> read(std::string_view predicate_type, std::string_view predicate) {
  for (const Predicate* version : all_predicates()) {
    if (version->type != predicate_type) continue;
    SUPPLY_TRY(const json::Value value, json::parse(predicate, {.bytes = kMaxAttachmentBytes}).at("provenance"));
    if (!value.is_object()) return Error(ErrorCode::malformed, "provenance: want an object");
    SUPPLY_TRY(Provenance provenance, version->read(value).at("provenance"));
    provenance.predicate_type = predicate_type;
    return provenance;
  }
  const std::string known = join(all_predicates(), ", ", [](const Predicate* version) { return version->type; });
  return Error(ErrorCode::unsupported,
               "predicate type " + quote(predicate_type) + " is no provenance that is known (" + known + ")");
}

const TrustedBuilder* bound(const Provenance& provenance, std::string_view signer,
                            std::span<const TrustedBuilder> builders) {
  const TrustedBuilder* best = nullptr;
  if (provenance.builder_id.empty() || signer.empty()) return nullptr;
  for (const TrustedBuilder& builder : builders) {
    const bool speaks = std::find(builder.signers.begin(), builder.signers.end(), signer) != builder.signers.end();
    if (!speaks || builder.id.empty() || !glob_match(builder.id, provenance.builder_id)) continue;
    if (best == nullptr || builder.level > best->level) best = &builder;
  }
  return best;
}

int level(const Provenance& provenance, std::string_view signer, std::span<const TrustedBuilder> builders) {
  const TrustedBuilder* builder = bound(provenance, signer, builders);
  return builder == nullptr ? 1 : std::clamp(builder->level, 1, 3);
}

}  // namespace supply::provenance
