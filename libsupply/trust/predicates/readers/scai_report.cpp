// SCAI attribute reports. Source: in-toto/attestation, spec/predicates/scai.md.
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/trust/predicates/predicate_reader.hpp"

namespace supply::predicates {
namespace {

Result<std::optional<ResourceDescriptor>> read_optional(const json::Value& object, std::string_view key) {
  SUPPLY_TRY(const json::Value* member, json::optional_object(object, key));
  if (member == nullptr) return std::optional<ResourceDescriptor>();
  SUPPLY_TRY(ResourceDescriptor resource, read_resource(*member).at(key));
  return std::optional(std::move(resource));
}

Result<ScaiReport::Attribute> read_attribute(const json::Value& value) {
  if (!value.is_object()) return Error(ErrorCode::malformed, "want an object");
  ScaiReport::Attribute out;
  SUPPLY_TRY(out.attribute, json::require_string(value, "attribute"));
  SUPPLY_TRY(out.target, read_optional(value, "target"));
  SUPPLY_TRY(out.evidence, read_optional(value, "evidence"));
  SUPPLY_TRY(const json::Value* conditions, json::optional_object(value, "conditions"));
  if (conditions != nullptr) out.conditions = json::to_text(*conditions);
  return out;
}

Result<Content> read_report(std::string_view, const json::Value& predicate) {
  ScaiReport out;
  SUPPLY_TRY(const json::Value* attributes, read_list(predicate, "attributes"));
  if (attributes == nullptr || attributes->empty())
    return Error(ErrorCode::malformed, "member \"attributes\": want at least one");
  for (std::size_t i = 0; i < attributes->size(); ++i) {
    SUPPLY_TRY(ScaiReport::Attribute one, read_attribute((*attributes)[i]).at(place_of("attributes", i)));
    out.attributes.push_back(std::move(one));
  }
  SUPPLY_TRY(out.producer, read_optional(predicate, "producer"));
  return Content(std::move(out));
}

}  // namespace

namespace readers {
const PredicateReader& scai_report() {
  static constexpr std::string_view types[] = {"https://in-toto.io/attestation/scai/v0.3",
                                               "https://in-toto.io/attestation/scai/attribute-report/v0.2"};
  static const PredicateReader reader{"SCAI report", types, false, read_report};
  return reader;
}
}  // namespace readers
}  // namespace supply::predicates
