#include "libsupply/base/text/csv.hpp"

namespace supply {
namespace {

// Takes a quoted field off the front of `text`, its quotes too. False for one without an end.
bool take_quoted(std::string_view& text, std::string& field) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] != '"') {
      field += text[i];
    } else if (text.substr(i + 1).starts_with('"')) {
      field += text[i++];
    } else {
      text.remove_prefix(i + 1);
      return true;
    }
  }
  text = {};
  return false;
}

}  // namespace

std::optional<std::vector<std::string>> csv_fields(std::string_view line, CsvQuotes quotes) {
  const bool strict = quotes == CsvQuotes::refused;
  std::vector<std::string> fields;
  for (;;) {
    std::string field;
    const bool quoted = line.starts_with('"');
    if (quoted && !take_quoted(line, field) && strict) return std::nullopt;
    const std::string_view bare = line.substr(0, line.find(','));
    if (strict && (quoted ? !bare.empty() : bare.find('"') != std::string_view::npos)) return std::nullopt;
    field += bare;
    fields.push_back(std::move(field));
    line.remove_prefix(bare.size());
    if (line.empty()) return fields;
    line.remove_prefix(1);
  }
}

}  // namespace supply
