#include "libsupply/content/sbom/internal/model_text.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"

namespace supply::sbom {
namespace {

template <class Model, class Text, class Texts>
void each_member(Model& model, Text text, Texts texts) {
  text("format", model.format);
  text("architecture", model.architecture);
  text("size", model.size);
  text("quantization", model.quantization);
  texts("baseModels", model.base_models);
  texts("datasets", model.datasets);
}

}  // namespace

std::string to_text(const pkg::Model& model) {
  json::Value out = json::Value::object();
  const auto put = [&](const char* key, const auto& value) {
    if (!value.empty()) out[key] = value;
  };
  each_member(model, put, put);
  return json::to_text(out);
}

std::optional<pkg::Model> model_from_text(std::string_view text) {
  const auto root = json::parse(text);
  if (!root || !root->is_object()) return std::nullopt;
  pkg::Model model;
  bool good = true;
  each_member(
      model,
      [&](const char* key, std::string& out) {
        auto value = json::string_or_empty(*root, key);
        good = good && value;
        if (value) out = *std::move(value);
      },
      [&](const char* key, std::vector<std::string>& out) {
        auto value = json::string_list(*root, key);
        good = good && value;
        if (value) out = *std::move(value);
      });
  return good ? std::optional(std::move(model)) : std::nullopt;
}

}  // namespace supply::sbom
