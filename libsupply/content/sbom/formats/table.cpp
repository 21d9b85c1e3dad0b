// For people: name, version, type and licence of each package, in columns.
#include <algorithm>
#include <set>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/sbom/format.hpp"

namespace supply::sbom::formats {
namespace {

using Row = std::array<std::string, 4>;

// Foreign text for a terminal: no control characters.
std::string shown(const std::string& text) {
  const bool plain = is_utf8(text) && std::all_of(text.begin(), text.end(), [](char c) {
                       return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
                     });
  return plain ? text : quote(text);
}

Status write(const DocumentContent& document, const Out& out) {
  std::set<Row> rows;
  for (const pkg::Package& package : document.catalog.packages) {
    rows.insert(
        {shown(package.name), shown(package.version), package.purl.parts().type, shown(package.declared_license)});
  }
  const Row head = {"NAME", "VERSION", "TYPE", "LICENSE"};
  std::array<std::size_t, 3> widths{head[0].size(), head[1].size(), head[2].size()};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  const auto line = [&](const Row& row) {
    std::string text;
    for (std::size_t i = 0; i < widths.size(); ++i) text += row[i] + std::string(widths[i] + 2 - row[i].size(), ' ');
    text += row[3];
    text.resize(text.find_last_not_of(' ') + 1);
    out(text + "\n");
  };
  line(head);
  for (const Row& row : rows) line(row);
  return {};
}

}  // namespace

const Format& table() {
  static constexpr Format format{.name = "table", .media_type = "", .predicate_type = "", .write = write};
  return format;
}

}  // namespace supply::sbom::formats
