#include "libsupply/content/catalog/internal/nuspec.hpp"

#include <algorithm>
#include <set>

#include "libsupply/base/text/text.hpp"
#include "libsupply/base/xml/xml.hpp"
#include "libsupply/content/catalog/internal/license_address.hpp"

namespace supply::catalog {
namespace {

std::string attribute(const xml::Element& element, std::string_view name) {
  for (const auto& [key, value] : element.attributes)
    if (key == name) return value;
  return {};
}

void add_required(const xml::Element& list, std::set<std::string>& out) {
  for (const xml::Element& each : list.children) {
    if (each.local_name() == "group") add_required(each, out);
    else if (each.local_name() == "dependency") out.insert(to_lower(attribute(each, "id")));
  }
}

}  // namespace

Result<DescribedPackage> parse_nuspec(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  SUPPLY_TRY(const xml::Element root, xml::parse(text));
  const xml::Element* metadata = root.child("metadata");
  if (metadata == nullptr) return Error(ErrorCode::malformed, "no metadata");
  DescribedPackage out;
  out.package.name = metadata->text_of("id");
  out.package.version = metadata->text_of("version");
  if (out.package.name.empty() || out.package.version.empty())
    return Error(ErrorCode::malformed, "no id or no version");
  SUPPLY_TRY(out.package.purl, pkg::Purl::create({"nuget", "", out.package.name, out.package.version, {}, ""}));
  out.key = to_lower(out.package.name);
  if (const xml::Element* license = metadata->child("license"); license != nullptr) {
    if (attribute(*license, "type") == "expression") out.licenses.emplace_back(trim(license->text));
  } else if (const std::string_view address = metadata->text_of("licenseUrl"); !address.empty()) {
    if (const std::string_view id = license_at(address); !id.empty()) out.licenses.emplace_back(id);
  }
  out.package.supplier = person(metadata->text_of("authors"));
  out.package.homepage = metadata->text_of("projectUrl");
  std::set<std::string> required;
  if (const xml::Element* list = metadata->child("dependencies")) add_required(*list, required);
  out.requires_.assign(required.begin(), required.end());
  return out;
}

}  // namespace supply::catalog
