#include "libsupply/content/sbom/internal/spdx_licenses.hpp"

#include "libsupply/content/license/expression.hpp"

namespace supply::sbom {
namespace {

constexpr std::string_view kLicenseRef = "LicenseRef-";

}  // namespace

LicenseRefs::LicenseRefs(const pkg::Inventory& catalog) {
  std::map<std::string, std::size_t> last;  // number of each name
  for (const pkg::Package& package : catalog.packages) {
    for (const auto& [ref, text] : package.license_texts) {
      if (names_.contains({ref, text})) continue;
      std::string name = ref;
      std::size_t& number = last.try_emplace(ref, 1).first->second;
      while (texts_.contains(name)) name = ref + "-" + std::to_string(++number);
      names_.emplace(std::pair(ref, std::string_view(text)), name);
      texts_.emplace(name, text);
    }
  }
  // A document of another tool may use a name that it does not define.
  for (const pkg::Package& package : catalog.packages) {
    for (const std::string* said : {&package.declared_license, &package.concluded_license}) {
      if (said->find(kLicenseRef) == std::string::npos) continue;
      const auto expression = license::Expression::parse(*said);
      if (!expression) continue;
      for (const std::string& name : expression->licenses())
        if (name.starts_with(kLicenseRef) && !package.license_texts.contains(name)) texts_.emplace(name, "");
    }
  }
}

std::string LicenseRefs::name_of(const std::string& ref, std::string_view text) const {
  const auto found = names_.find({ref, text});
  return found == names_.end() ? ref : found->second;
}

std::string LicenseRefs::named_here(const pkg::Package& package, const std::string& said) const {
  bool renamed = false;
  for (const auto& [ref, text] : package.license_texts) renamed = renamed || name_of(ref, text) != ref;
  if (!renamed || said.empty()) return said;
  const auto expression = license::Expression::parse(said);
  if (!expression) return {};
  return expression
      ->renamed([&](std::string_view license) {
        const auto text = package.license_texts.find(std::string(license));
        return text == package.license_texts.end() ? std::string(license) : name_of(text->first, text->second);
      })
      .to_string();
}

}  // namespace supply::sbom
