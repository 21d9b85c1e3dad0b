// The licences that are in one SPDX document: every LicenseRef has one text there.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "libsupply/content/catalog/catalog.hpp"

namespace supply::sbom {

/// Packages use the same name for different texts ("LicenseRef-BSD"): the first text keeps the name, each further one
/// gets a number, and so does one whose text is not known. Borrows the catalog.
class LicenseRefs {
 public:
  explicit LicenseRefs(const pkg::Inventory& catalog);
  /// The package's declared licence with the names of this document; empty when it declares none.
  std::string declared(const pkg::Package& package) const { return named_here(package, package.declared_license); }
  /// The same of its concluded one.
  std::string concluded(const pkg::Package& package) const { return named_here(package, package.concluded_license); }
  /// Every name in use and its text, by name; the text is empty where nobody says it.
  const std::map<std::string, std::string_view>& texts() const { return texts_; }
  /// The name in this document of what a package calls `ref`, of that text.
  std::string name_of(const std::string& ref, std::string_view text) const;

 private:
  std::string named_here(const pkg::Package& package, const std::string& said) const;
  std::map<std::pair<std::string, std::string_view>, std::string> names_;  // (name in a package, text) to name here
  std::map<std::string, std::string_view> texts_;
  bool has_renamed_without_text_ = false;
};

}  // namespace supply::sbom
