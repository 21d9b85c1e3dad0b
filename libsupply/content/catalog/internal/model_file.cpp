#include "libsupply/content/catalog/internal/model_file.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/content/catalog/internal/json_fields.hpp"

namespace supply::catalog {
namespace {

constexpr std::string_view kFault = "fault";

}  // namespace

std::string to_record(const Result<ModelFacts>& facts) {
  if (!facts) return json::to_text({{std::string(kFault), facts.error().message()}});
  const pkg::Model& model = facts->model;
  json::Value out = json::Value::object();
  for (const auto& [key, text] : {std::pair<const char*, const std::string*>("format", &model.format),
                                  {"architecture", &model.architecture},
                                  {"size", &model.size},
                                  {"quantization", &model.quantization},
                                  {"name", &facts->name},
                                  {"version", &facts->version},
                                  {"license", &facts->license},
                                  {"author", &facts->author},
                                  {"organization", &facts->organization},
                                  {"homepage", &facts->homepage}})
    if (!text->empty()) out[key] = *text;
  if (!model.base_models.empty()) out["baseModels"] = model.base_models;
  if (!model.datasets.empty()) out["datasets"] = model.datasets;
  return json::to_text(out);
}

Result<ModelFacts> model_from_record(std::string_view record) {
  SUPPLY_TRY(const json::Value root, parse_lenient_json(record));
  if (const json::Value* fault = json::find(root, kFault); fault != nullptr && fault->is_string())
    return Error(ErrorCode::malformed, fault->get_ref<const std::string&>());
  ModelFacts out;
  out.model.format = text_of(root, "format");
  if (out.model.format.empty()) return Error(ErrorCode::malformed, "no record of a model");
  out.model.architecture = text_of(root, "architecture");
  out.model.size = text_of(root, "size");
  out.model.quantization = text_of(root, "quantization");
  out.model.base_models = texts_of(root, "baseModels");
  out.model.datasets = texts_of(root, "datasets");
  out.name = text_of(root, "name");
  out.version = text_of(root, "version");
  out.license = text_of(root, "license");
  out.author = text_of(root, "author");
  out.organization = text_of(root, "organization");
  out.homepage = text_of(root, "homepage");
  return out;
}

std::string short_count(std::uint64_t count) {
  static constexpr std::string_view kUnits[] = {"", "K", "M", "B", "T"};
  std::size_t unit = 0;
  std::uint64_t tenths = 0;
  while (count >= 1000 && unit + 1 < std::size(kUnits)) {
    tenths = count % 1000 / 100;
    count /= 1000;
    ++unit;
  }
  const bool whole = unit == 0 || tenths == 0 || count >= 100;
  return std::to_string(count) + (whole ? "" : "." + std::to_string(tenths)) + std::string(kUnits[unit]);
}

}  // namespace supply::catalog
