// What npm's registry says of a package that was published. Source: npm/attestation, specs/publish/v0.1.
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/trust/predicates/predicate_reader.hpp"

namespace supply::predicates {
namespace {

Result<Content> read_publish(std::string_view, const json::Value& predicate) {
  Release out;
  SUPPLY_TRY(out.name, json::require_string(predicate, "name"));
  SUPPLY_TRY(out.version, json::require_string(predicate, "version"));
  SUPPLY_TRY(out.registry, json::require_string(predicate, "registry"));
  SUPPLY_TRY(out.package_id, json::string_or_empty(predicate, "packageId"));
  return Content(std::move(out));
}

}  // namespace

namespace readers {
const PredicateReader& npm_publish() {
  static constexpr std::string_view types[] = {kNpmPublishType};
  static const PredicateReader reader{"npm publish attestation", types, false, read_publish};
  return reader;
}
}  // namespace readers
}  // namespace supply::predicates
