#include "libsupply/content/catalog/internal/ghc_package.hpp"

#include <array>
#include <map>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/literals.hpp"

namespace supply::catalog {
namespace {

// Fields by name in lower case, continuation lines in the value. Of equal names the first counts.
using Fields = std::map<std::string, std::string, std::less<>>;

Fields fields_of(std::string_view text) {
  Fields out;
  std::string* current = nullptr;
  for (const std::string_view line : lines(text)) {
    const bool continues = line.empty() || line[0] == ' ' || line[0] == '\t';
    if (continues) {
      if (current != nullptr) *current += "\n" + std::string(trim(line));
      continue;
    }
    current = nullptr;
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const auto [field, added] = out.emplace(to_lower(trim(line.substr(0, colon))), trim(line.substr(colon + 1)));
    if (added) current = &field->second;
  }
  return out;
}

std::string_view get(const Fields& fields, std::string_view name) {
  const auto found = fields.find(name);
  return found == fields.end() ? std::string_view() : trim(found->second);
}

std::string first_line(std::string_view text) { return std::string(trim(text.substr(0, text.find('\n')))); }

// Cabal's own names of before SPDX. Source: Distribution.License.
std::string license_of(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kOld = {
      {{"BSD2", "BSD-2-Clause"}, {"BSD3", "BSD-3-Clause"}, {"BSD4", "BSD-4-Clause"}}};
  for (const auto& [name, id] : kOld)
    if (text == name) return std::string(id);
  return std::string(text);
}

}  // namespace

Result<DescribedList> parse_ghc_package(std::string_view text) {
  const std::string as_utf8 = is_utf8(text) ? std::string(text) : utf8_of_latin1(text);
  const Fields fields = fields_of(as_utf8);
  DescribedList out;
  if (!get(fields, "lib-name").empty()) return out;
  DescribedPackage one;
  pkg::Package& package = one.package;
  package.name = get(fields, "name");
  package.version = get(fields, "version");
  if (package.name.empty()) return Error(ErrorCode::malformed, "no name");
  if (package.version.empty()) return Error(ErrorCode::malformed, "package " + quote(package.name) + ": no version");
  SUPPLY_TRY(package.purl, pkg::Purl::create({"hackage", "", package.name, package.version, {}, ""}));
  const std::string_view maintainer = get(fields, "maintainer");
  package.supplier = person(first_line(maintainer.substr(0, maintainer.find(','))));
  package.homepage = first_line(get(fields, "homepage"));
  if (const std::string_view license = get(fields, "license"); !license.empty() && license != "NONE")
    one.licenses.push_back(license_of(license));
  one.key = get(fields, "id");
  // Before GHC 7 there are no identifiers.
  if (one.key.empty()) one.key = package.name + "-" + package.version;
  std::string depends(get(fields, "depends"));
  for (char& c : depends)
    if (c == '\n' || c == '\t' || c == ',') c = ' ';
  for (const std::string_view id : split(depends, ' ')) {
    const std::string_view unit = id.substr(0, id.find("=abi"));
    if (!unit.empty()) one.requires_.emplace_back(unit);
  }
  out.push_back(std::move(one));
  return out;
}

}  // namespace supply::catalog
