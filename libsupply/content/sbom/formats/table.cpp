// For people: name, version, type and licence of each package, in columns.
#include <algorithm>
#include <set>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/sbom/format.hpp"

namespace supply::sbom::formats {
namespace {

using Row = std::vector<std::string>;

// Foreign text for a terminal: no control characters.
std::string shown(const std::string& text) {
  const bool plain = is_utf8(text) && std::all_of(text.begin(), text.end(), [](char c) {
                       return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f;
                     });
  return plain ? text : quote(text);
}

// "3 RUN apt-get install curl": the layer, from 1, that brought this version of a package, and what made the layer.
std::string introduced(const pkg::Package& package, const pkg::Inventory& catalog) {
  if (!package.introduced || *package.introduced >= catalog.layers.size()) return {};
  const pkg::Layer& layer = catalog.layers[*package.introduced];
  return std::to_string(*package.introduced + 1) + (layer.created_by.empty() ? "" : " " + shown(layer.created_by));
}

// The last column is as long as it is.
void write_rows(const std::set<Row>& rows, const Row& head, std::string& text) {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i + 1 < head.size(); ++i) {
    widths.push_back(head[i].size());
    for (const Row& row : rows) widths[i] = std::max(widths[i], row[i].size());
  }
  const auto line = [&](const Row& row) {
    for (std::size_t i = 0; i < widths.size(); ++i) text += row[i] + std::string(widths[i] + 2 - row[i].size(), ' ');
    text += row.back();
    text.resize(text.find_last_not_of(' ') + 1);
    text += '\n';
  };
  line(head);
  for (const Row& row : rows) line(row);
}

Status write(const DocumentContent& document, std::string& text) {
  std::set<Row> rows;
  Row head = {"NAME", "VERSION", "TYPE", "LICENSE"};
  if (document.verbose) head.insert(head.end(), {"PLACE", "SINCE LAYER"});
  for (const pkg::Package& package : document.catalog.packages) {
    Row row = {shown(package.name), shown(package.version), std::string(pkg::type_of(package)),
               shown(std::string(pkg::license_of(package)))};
    if (document.verbose) row.insert(row.end(), {shown(package.location), introduced(package, document.catalog)});
    rows.insert(std::move(row));
  }
  write_rows(rows, head, text);
  return {};
}

}  // namespace

const Format& table() {
  static constexpr Format format{.name = "table", .media_type = "", .predicate_type = "", .write = write};
  return format;
}

}  // namespace supply::sbom::formats
