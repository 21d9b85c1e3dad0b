#include "libsupply/content/sbom/bill.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/bytes/text.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/content/sbom/format.hpp"

namespace supply::sbom {

void set_purl(Component& component, std::string_view text) {
  if (auto purl = pkg::Purl::parse(text)) {
    component.purl = *std::move(purl);
    component.type = component.purl.parts().type;
  } else if (to_lower(text.substr(0, 4)) == "pkg:") {
    component.type = to_lower(text.substr(4, text.find('/') - 4));
  }
}

Result<Bill> read_bill(std::string_view text) {
  SUPPLY_TRY(const json::Value value, json::parse(text));
  return bill_from_json(value);
}

Result<Bill> bill_from_json(const json::Value& value) {
  // cosign 1 and 2 put the document as a text into the predicate, or under "Data".
  if (value.is_string()) {
    SUPPLY_TRY(const json::Value inner, json::parse(value.get_ref<const std::string&>()));
    if (inner.is_string()) return Error(ErrorCode::malformed, "SBOM: a text within a text");
    return bill_from_json(inner);
  }
  if (const json::Value* data = json::find(value, "Data"); data != nullptr && data->is_string())
    return bill_from_json(*data);
  for (const Format* format : all_formats()) {
    if (format->read != nullptr && format->recognise(value)) return format->read(value);
  }
  return Error(ErrorCode::unsupported, "SBOM of an unknown format: want SPDX 2.x or CycloneDX JSON");
}

Bill to_bill(const catalog::Catalog& catalog) {
  Bill out;
  out.format = "image";
  for (const pkg::Package& package : catalog.packages) {
    out.components.push_back(
        {package.name, package.version, package.purl, package.purl.parts().type, package.declared_license});
  }
  return out;
}

Result<const Format*> find_format(std::string_view name) {
  std::string names;
  for (const Format* format : all_formats()) {
    if (format->write == nullptr) continue;
    if (format->name == name) return format;
    names += (names.empty() ? "" : ", ") + std::string(format->name);
  }
  return Error(ErrorCode::usage, "SBOM format " + quote(name) + ": want one of " + names);
}

Result<std::string> to_text(const Format& format, const Document& document) {
  std::string out;
  SUPPLY_TRY(format.write(document, [&](std::string_view part) { out += part; }));
  return out;
}

}  // namespace supply::sbom
