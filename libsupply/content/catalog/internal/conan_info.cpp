#include "libsupply/content/catalog/internal/conan_info.hpp"

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::catalog {

std::optional<ConanReference> conan_reference_of(std::string_view path) {
  const auto parts = path_components(path);
  const std::size_t count = parts.size();
  // …/data/NAME/VERSION/USER/CHANNEL/package/ID/conaninfo.txt
  if (count >= 8 && parts[count - 3] == "package" && parts[count - 8] == "data") {
    const auto said = [](std::string_view text) { return text == "_" ? std::string() : std::string(text); };
    return ConanReference{std::string(parts[count - 7]), std::string(parts[count - 6]), said(parts[count - 5]),
                          said(parts[count - 4])};
  }
  for (std::size_t i = 0; i + 2 < count; ++i) {
    if (parts[i] == "full_deploy" && i + 4 < count)
      return ConanReference{std::string(parts[i + 2]), std::string(parts[i + 3]), "", ""};
    if (parts[i] == "direct_deploy") return ConanReference{std::string(parts[i + 1]), "", "", ""};
  }
  return std::nullopt;
}

Result<DescribedPackage> parse_conan_info(std::string_view text, const ConanReference& reference) {
  DescribedPackage out;
  out.package.name = reference.name;
  out.package.version = reference.version;
  pkg::PurlParts parts{"conan", "", reference.name, reference.version, {}, ""};
  parts.qualifiers["user"] = reference.user;
  parts.qualifiers["channel"] = reference.channel;
  SUPPLY_TRY(out.package.purl, pkg::Purl::create(std::move(parts)));
  out.key = reference.name;
  std::string_view section;
  for (std::string_view line : lines(text)) {
    line = trim(line);
    if (line.starts_with('[')) {
      section = line;
    } else if (section == "[requires]" || section == "[full_requires]") {
      const std::string_view name = line.substr(0, line.find('/'));
      if (!name.empty() && name.size() < line.size()) out.requires_.emplace_back(name);
    } else if (section == "[settings]" && line.starts_with("arch=")) {
      out.package.architecture = line.substr(5);
    }
  }
  return out;
}

}  // namespace supply::catalog
