#include "libsupply/content/catalog/internal/julia_project.hpp"

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/literals.hpp"

namespace supply::catalog {

Result<DescribedPackage> parse_julia_project(std::string_view text) {
  DescribedPackage out;
  pkg::Package& package = out.package;
  std::string_view table;
  for (std::string_view line : lines(text)) {
    line = trim(line);
    if (line.starts_with('#') || line.empty()) continue;
    if (line.starts_with('[')) {
      table = trim(line.substr(1, line.find(']') - 1));
      continue;
    }
    const std::size_t equal = line.find('=');
    if (equal == std::string_view::npos) continue;
    const std::string_view key = trim(line.substr(0, equal));
    std::string_view rest = trim(line.substr(equal + 1));
    if (!rest.starts_with('"') && !rest.starts_with('\'')) continue;
    const auto value = take_quoted(rest, QuoteStyle::ruby);
    if (!value) continue;
    if (table == "deps") out.requires_.push_back(to_lower(*value));
    if (!table.empty()) continue;
    if (key == "name") package.name = *value;
    if (key == "uuid") out.key = to_lower(*value);
    if (key == "version") package.version = *value;
  }
  if (package.name.empty() || out.key.empty()) return Error(ErrorCode::malformed, "no name or no uuid");
  SUPPLY_TRY(package.purl, pkg::Purl::create({"julia", "", package.name, package.version, {{"uuid", out.key}}, ""}));
  return out;
}

}  // namespace supply::catalog
