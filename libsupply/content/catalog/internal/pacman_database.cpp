#include "libsupply/content/catalog/internal/pacman_database.hpp"

#include <algorithm>
#include <array>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/licensing.hpp"
#include "libsupply/content/license/declared.hpp"

namespace supply::catalog {
namespace {

// Calls with each line and the section ("%NAME%") that it is in. An empty line ends a section.
template <class Call>
void for_each_line(std::string_view text, const Call& call) {
  std::string_view section;
  for (std::string_view line : lines(text)) {
    while (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) section = {};
    else if (section.empty()) section = line;
    else call(section, line);
  }
}

// "bash" of "bash>=5.2" and of "bash: for scripts". Source: lib/libalpm/deps.c alpm_dep_from_string.
std::string bare_name(std::string_view relation) {
  return std::string(trim(relation.substr(0, std::min(relation.find_first_of("<>="), relation.find(": ")))));
}

license::Declared read_license(std::string_view line) {
  constexpr std::string_view kCustom = "custom:";  // PKGBUILD(5): a licence that no other package has
  if (line.size() > kCustom.size() && line.starts_with(kCustom))
    return license::reference(trim(line.substr(kCustom.size())), line, license::Meaning::named);
  return license::from_text(line);
}

}  // namespace

std::pair<std::string_view, std::string_view> split_pacman_name(std::string_view directory) {
  const std::size_t last = directory.rfind('-');
  if (last == std::string_view::npos || last == 0) return {};
  const std::size_t first = directory.rfind('-', last - 1);
  if (first == std::string_view::npos || first == 0) return {};
  return {directory.substr(0, first), directory.substr(first + 1)};
}

std::string reduce_pacman_desc(std::string_view desc) {
  static constexpr std::array<std::string_view, 7> kSections = {"%BASE%",    "%URL%",     "%ARCH%",    "%PACKAGER%",
                                                                "%LICENSE%", "%DEPENDS%", "%PROVIDES%"};
  std::string out;
  std::string_view last;
  for_each_line(desc, [&](std::string_view section, std::string_view line) {
    if (std::find(kSections.begin(), kSections.end(), section) == kSections.end()) return;
    if (section.data() != last.data()) out += (last.empty() ? "" : "\n") + std::string(section) + "\n";
    last = section;
    out += std::string(line) + "\n";
  });
  return out;
}

Result<DebPackage> describe_pacman(std::string_view directory, std::string_view desc,
                                   const pkg::OperatingSystem& distribution) {
  DebPackage out;
  pkg::Package& package = out.package;
  const auto [name, version] = split_pacman_name(directory);
  package.name = name;
  package.version = version;
  package.cataloger = "pacman";
  std::vector<license::Declared> licenses;
  for_each_line(desc, [&](std::string_view section, std::string_view line) {
    if (section == "%BASE%") package.source_name = line;
    else if (section == "%URL%") package.homepage = line;
    else if (section == "%ARCH%") package.architecture = line;
    else if (section == "%PACKAGER%" && line != "Unknown Packager") package.supplier = maintainer_as_supplier(line);
    else if (section == "%LICENSE%") licenses.push_back(read_license(line));
    else if (section == "%DEPENDS%") out.depends.push_back({bare_name(line)});
    else if (section == "%PROVIDES%") out.provides.push_back(bare_name(line));
  });
  if (package.source_name == package.name) package.source_name.clear();
  if (!licenses.empty()) set_license(license::all_of(std::move(licenses)), package);
  // Source: purl-spec, types/alpm-definition.json: the namespace is the vendor, and there is always one.
  pkg::PurlParts parts{"alpm", distribution.id.empty() ? "arch" : distribution.id, package.name, package.version, {},
                       ""};
  parts.qualifiers["arch"] = package.architecture;
  parts.qualifiers["distro"] = distribution.label();
  parts.qualifiers["upstream"] = package.source_name;
  SUPPLY_TRY(package.purl, pkg::Purl::create(std::move(parts)));
  return out;
}

std::string reduce_pacman_files(std::string_view files) {
  std::string out;
  for_each_line(files, [&](std::string_view section, std::string_view line) {
    if (section == "%FILES%" && !line.ends_with('/')) out.append(line).append("\n");
  });
  return out;
}

}  // namespace supply::catalog
