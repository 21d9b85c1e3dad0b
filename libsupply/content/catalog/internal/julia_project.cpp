#include "libsupply/content/catalog/internal/julia_project.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/base/toml/toml.hpp"

namespace supply::catalog {

Result<DescribedPackage> parse_julia_project(std::string_view text) {
  SUPPLY_TRY(const toml::Document document, toml::Document::parse(text));
  const json::Value& root = document.root();
  const auto said = [&](const char* key) {
    const json::Value* value = json::find(root, key);
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
  };
  DescribedPackage out;
  pkg::Package& package = out.package;
  package.name = said("name");
  package.version = said("version");
  out.key = to_lower(said("uuid"));
  if (const json::Value* deps = json::find(root, "deps"); deps != nullptr && deps->is_object())
    for (const auto& [name, uuid] : deps->items())
      if (uuid.is_string()) out.requires_.push_back(to_lower(uuid.get_ref<const std::string&>()));
  if (package.name.empty() || out.key.empty()) return Error(ErrorCode::malformed, "no name or no uuid");
  SUPPLY_TRY(package.purl, pkg::Purl::create({"julia", "", package.name, package.version, {{"uuid", out.key}}, ""}));
  return out;
}

}  // namespace supply::catalog
