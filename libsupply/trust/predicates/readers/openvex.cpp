// OpenVEX, of v0.2.0 and of v0.0.1, which named vulnerabilities and products by texts. Source: openvex/spec,
// OPENVEX-SPEC.md and ATTESTING.md.
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/predicates/predicate_reader.hpp"

namespace supply::predicates {
namespace {

Status read_component(const json::Value& value, VexDocument::Component& out) {
  if (value.is_string()) {
    out.id = value.get<std::string>();
    return {};
  }
  if (!value.is_object()) return Error(ErrorCode::malformed, "want an object or a text");
  SUPPLY_TRY(out.id, json::string_or_empty(value, "@id"));
  SUPPLY_TRY(out.identifiers, read_text_map(value, "identifiers"));
  SUPPLY_TRY(out.hashes, read_text_map(value, "hashes"));
  if (out.id.empty() && out.identifiers.empty() && out.hashes.empty())
    return Error(ErrorCode::malformed, "neither @id nor identifiers nor hashes");
  return {};
}

Status read_components(const json::Value& object, std::string_view key, std::vector<VexDocument::Component>& out) {
  SUPPLY_TRY(const json::Value* list, read_list(object, key));
  for (std::size_t i = 0; list != nullptr && i < list->size(); ++i)
    SUPPLY_TRY(read_component((*list)[i], out.emplace_back()).at(place_of(key, i)));
  return {};
}

Status read_vulnerability(const json::Value& statement, VexDocument::Statement& out) {
  const json::Value* member = json::find(statement, "vulnerability");
  if (member == nullptr) return Error(ErrorCode::malformed, "missing member \"vulnerability\"");
  if (member->is_string()) {
    out.vulnerability = member->get<std::string>();
  } else if (member->is_object()) {
    SUPPLY_TRY(out.vulnerability, json::string_or_empty(*member, "name").at("vulnerability"));
    if (out.vulnerability.empty()) {
      SUPPLY_TRY(out.vulnerability, json::string_or_empty(*member, "@id").at("vulnerability"));
    }
    SUPPLY_TRY(out.aliases, read_texts(*member, "aliases").at("vulnerability"));
  } else {
    return Error(ErrorCode::malformed, "member \"vulnerability\": want an object or a text");
  }
  if (out.vulnerability.empty()) return Error(ErrorCode::malformed, "member \"vulnerability\": no name");
  return {};
}

Result<VexDocument::Status> read_status(const json::Value& statement) {
  SUPPLY_TRY(const std::string text, json::require_string(statement, "status"));
  if (text == "not_affected") return VexDocument::Status::not_affected;
  if (text == "affected") return VexDocument::Status::affected;
  if (text == "fixed") return VexDocument::Status::fixed;
  if (text == "under_investigation") return VexDocument::Status::under_investigation;
  return Error(ErrorCode::malformed,
               "member \"status\" is " + quote(text) + ", want not_affected, affected, fixed or under_investigation");
}

Result<VexDocument::Statement> read_statement(const json::Value& value) {
  if (!value.is_object()) return Error(ErrorCode::malformed, "want an object");
  VexDocument::Statement out;
  SUPPLY_TRY(read_vulnerability(value, out));
  SUPPLY_TRY(out.status, read_status(value));
  SUPPLY_TRY(out.justification, json::string_or_empty(value, "justification"));
  SUPPLY_TRY(out.impact, json::string_or_empty(value, "impact_statement"));
  SUPPLY_TRY(out.action, json::string_or_empty(value, "action_statement"));
  SUPPLY_TRY(out.time, read_time(value, "last_updated"));
  if (!out.time) {
    SUPPLY_TRY(out.time, read_time(value, "timestamp"));
  }
  SUPPLY_TRY(const json::Value* products, read_list(value, "products"));
  for (std::size_t i = 0; products != nullptr && i < products->size(); ++i) {
    const json::Value& each = (*products)[i];
    VexDocument::Product& product = out.products.emplace_back();
    SUPPLY_TRY(read_component(each, product).at(place_of("products", i)));
    if (each.is_object())
      SUPPLY_TRY(read_components(each, "subcomponents", product.subcomponents).at(place_of("products", i)));
  }
  // v0.0.1 had them beside the products, for all of them.
  if (json::find(value, "subcomponents") != nullptr) {
    std::vector<VexDocument::Component> shared;
    SUPPLY_TRY(read_components(value, "subcomponents", shared));
    if (out.products.size() > 1 && !shared.empty())
      return Error(ErrorCode::malformed, "subcomponents beside more than one product");
    for (VexDocument::Product& product : out.products) product.subcomponents = shared;
  }
  return out;
}

Result<Content> read_document(std::string_view, const json::Value& predicate) {
  VexDocument out;
  SUPPLY_TRY(out.id, json::string_or_empty(predicate, "@id"));
  SUPPLY_TRY(out.author, json::string_or_empty(predicate, "author"));
  SUPPLY_TRY(out.timestamp, read_time(predicate, "timestamp"));
  SUPPLY_TRY(out.last_updated, read_time(predicate, "last_updated"));
  SUPPLY_TRY(const json::Value* statements, read_list(predicate, "statements"));
  if (statements == nullptr) return Error(ErrorCode::malformed, "missing member \"statements\"");
  for (std::size_t i = 0; i < statements->size(); ++i) {
    SUPPLY_TRY(VexDocument::Statement one, read_statement((*statements)[i]).at(place_of("statements", i)));
    if (!one.time) one.time = out.last_updated ? out.last_updated : out.timestamp;
    out.statements.push_back(std::move(one));
  }
  return Content(std::move(out));
}

}  // namespace

namespace readers {
const PredicateReader& openvex() {
  static constexpr std::string_view types[] = {"https://openvex.dev/ns"};
  static const PredicateReader reader{"OpenVEX document", types, true, read_document};
  return reader;
}
}  // namespace readers
}  // namespace supply::predicates
