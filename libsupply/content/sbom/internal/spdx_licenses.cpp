#include "libsupply/content/sbom/internal/spdx_licenses.hpp"

#include "libsupply/content/license/expression.hpp"

namespace supply::sbom {
namespace {

constexpr std::string_view kLicenseRef = "LicenseRef-";

// Where nobody says the text, documents have the name in its place.
std::string_view known_text(std::string_view ref, std::string_view text) {
  return text == ref ? std::string_view() : text;
}

}  // namespace

LicenseRefs::LicenseRefs(const pkg::Inventory& catalog) {
  std::map<std::string, std::size_t> last;  // number of each name
  const auto add = [&](const std::string& ref, std::string_view text) {
    if (names_.contains({ref, text})) return;
    std::string name = ref;
    std::size_t& number = last.try_emplace(ref, 1).first->second;
    while (texts_.contains(name)) name = ref + "-" + std::to_string(++number);
    texts_.emplace(name, text);
    names_.emplace(std::pair(ref, text), std::move(name));
  };
  for (const pkg::Package& package : catalog.packages)
    for (const auto& [ref, text] : package.license_texts) add(ref, known_text(ref, text));
  // A document of another tool may use a name that it does not define. A text that another document has is not its own.
  for (const pkg::Package& package : catalog.packages) {
    for (const std::string* said : {&package.declared_license, &package.concluded_license}) {
      if (said->find(kLicenseRef) == std::string::npos) continue;
      const auto expression = license::Expression::parse(*said);
      if (!expression) continue;
      for (const std::string& name : expression->licenses())
        if (name.starts_with(kLicenseRef) && !package.license_texts.contains(name)) add(name, {});
    }
  }
  for (const auto& [said, name] : names_) has_renamed_without_text_ |= said.second.empty() && said.first != name;
}

std::string LicenseRefs::name_of(const std::string& ref, std::string_view text) const {
  const auto found = names_.find({ref, known_text(ref, text)});
  return found == names_.end() ? ref : found->second;
}

std::string LicenseRefs::named_here(const pkg::Package& package, const std::string& said) const {
  bool renamed = has_renamed_without_text_ && said.find(kLicenseRef) != std::string::npos;
  for (const auto& [ref, text] : package.license_texts) renamed = renamed || name_of(ref, text) != ref;
  if (!renamed || said.empty()) return said;
  const auto expression = license::Expression::parse(said);
  if (!expression) return {};
  return expression
      ->renamed([&](std::string_view license) {
        const auto text = package.license_texts.find(std::string(license));
        return name_of(std::string(license), text == package.license_texts.end() ? std::string_view() : text->second);
      })
      .to_string();
}

}  // namespace supply::sbom
