// SLSA Provenance v0.1, as Google Cloud Build still writes it beside v1. Source: slsa.dev/provenance/v0.1.
#include <charconv>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/trust/predicates/internal/build_metadata.hpp"
#include "libsupply/trust/predicates/predicate_reader.hpp"

namespace supply::predicates {
namespace {

// -2 for what is none.
std::int64_t parse_number(std::string_view text) {
  std::int64_t number = -2;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  return read.ec == std::errc() && read.ptr == end ? number : -2;
}

// The number of a material; nothing for -1 or none. Google writes it as a text, as protobuf does with 64 bits.
Result<std::optional<std::size_t>> defined_in(const json::Value& recipe) {
  const json::Value* member = json::find(recipe, "definedInMaterial");
  if (member == nullptr) return std::optional<std::size_t>();
  std::int64_t number = -2;
  if (member->is_number_integer()) number = member->get<std::int64_t>();
  if (member->is_string()) number = parse_number(member->get_ref<const std::string&>());
  if (number < -1)
    return Error(ErrorCode::malformed, "member \"definedInMaterial\": want the number of a material, or -1");
  return number < 0 ? std::optional<std::size_t>() : std::optional(static_cast<std::size_t>(number));
}

Result<Content> read_v0_1(std::string_view type, const json::Value& predicate) {
  SlsaProvenance out;
  out.predicate_type = type;
  SUPPLY_TRY(const json::Value* builder, require_object(predicate, "builder"));
  SUPPLY_TRY(read_builder_id(*builder, out));
  SUPPLY_TRY(out.dependencies, read_resources(predicate, "materials"));
  SUPPLY_TRY(const json::Value* recipe, require_object(predicate, "recipe"));
  SUPPLY_TRY(read_build_type(*recipe, "type", out).at("recipe"));
  SUPPLY_TRY(out.entry_point, json::string_or_empty(*recipe, "entryPoint").at("recipe"));
  if (const json::Value* arguments = json::find(*recipe, "arguments"))
    out.external_parameters = json::to_text(*arguments);
  if (const json::Value* environment = json::find(*recipe, "environment"))
    out.internal_parameters = json::to_text(*environment);
  SUPPLY_TRY(const std::optional<std::size_t> material, defined_in(*recipe).at("recipe"));
  if (material && *material >= out.dependencies.size())
    return Error(ErrorCode::malformed, "recipe: member \"definedInMaterial\": there is no such material");
  if (material) out.config_source = out.dependencies[*material];
  SUPPLY_TRY(const json::Value* metadata, json::optional_object(predicate, "metadata"));
  SUPPLY_TRY(read_metadata(metadata, {{"buildInvocationId"}, "buildStartedOn", "buildFinishedOn"}, out));
  return Content(std::move(out));
}

}  // namespace

namespace readers {
const PredicateReader& slsa_provenance_v0_1() {
  static constexpr std::string_view types[] = {attest::kProvenanceV01Type};
  static const PredicateReader reader{"provenance", types, false, read_v0_1};
  return reader;
}
}  // namespace readers
}  // namespace supply::predicates
