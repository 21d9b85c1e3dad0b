// in-toto links. Source: in-toto/attestation, spec/predicates/link.md.
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/predicates/predicate_reader.hpp"

namespace supply::predicates {
namespace {

// Before v0.3 materials are an object by name, or resources by their uri.
Result<std::vector<ResourceDescriptor>> read_materials(const json::Value& predicate, bool old) {
  const json::Value* member = json::find(predicate, "materials");
  if (!old || member == nullptr || !member->is_object()) return read_resources(predicate, "materials");
  std::vector<ResourceDescriptor> out;
  if (member->size() > kMaxPredicateEntries)
    return Error(ErrorCode::limit_exceeded, "materials: more than " + std::to_string(kMaxPredicateEntries));
  for (const auto& [name, digest] : member->items()) {
    ResourceDescriptor one{{}, name, {}};
    SUPPLY_TRY(one.digest, read_text_map({{"digest", digest}}, "digest").at("material " + quote(name)));
    out.push_back(std::move(one));
  }
  return out;
}

Result<Content> read_link(std::string_view type, const json::Value& predicate) {
  const bool old = type != "https://in-toto.io/attestation/link/v0.3";
  Link out;
  SUPPLY_TRY(out.name, json::require_string(predicate, "name"));
  // v0.2 had a text.
  const json::Value* command = json::find(predicate, "command");
  if (old && command != nullptr && command->is_string()) out.command = {command->get<std::string>()};
  else {
    SUPPLY_TRY(out.command, read_texts(predicate, "command"));
  }
  SUPPLY_TRY(out.materials, read_materials(predicate, old));
  std::set<std::string_view> names;
  for (std::size_t i = 0; !old && i < out.materials.size(); ++i) {
    const ResourceDescriptor& one = out.materials[i];
    if (one.name.empty() || one.digest.empty())
      return Error(ErrorCode::malformed, place_of("materials", i) + ": want a name and a digest");
    if (!names.insert(one.name).second)
      return Error(ErrorCode::malformed, place_of("materials", i) + ": " + quote(one.name) + " is there twice");
  }
  SUPPLY_TRY(const json::Value* byproducts, json::optional_object(predicate, "byproducts"));
  if (byproducts != nullptr) out.byproducts = json::to_text(*byproducts);
  SUPPLY_TRY(const json::Value* environment, json::optional_object(predicate, "environment"));
  if (environment != nullptr) out.environment = json::to_text(*environment);
  return Content(std::move(out));
}

}  // namespace

namespace readers {
const PredicateReader& link() {
  static constexpr std::string_view types[] = {"https://in-toto.io/attestation/link/v0.3", "https://in-toto.io/Link/v1",
                                               "https://in-toto.io/Link/v0.2"};
  static const PredicateReader reader{"link", types, false, read_link};
  return reader;
}
}  // namespace readers
}  // namespace supply::predicates
