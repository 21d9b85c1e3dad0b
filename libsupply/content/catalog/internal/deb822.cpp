#include "libsupply/content/catalog/internal/deb822.hpp"

#include <algorithm>

#include "libsupply/base/text/text.hpp"

namespace supply::catalog {
namespace {

bool equal_without_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    if (lower(a[i]) != lower(b[i])) return false;
  }
  return true;
}

Error at_line(std::size_t line, const std::string& what) {
  return Error(ErrorCode::malformed, "line " + std::to_string(line) + ": " + what);
}

}  // namespace

std::string_view Stanza::get(std::string_view name) const {
  for (const auto& [field, value] : fields) {
    if (equal_without_case(field, name)) return trim(value);
  }
  return {};
}

namespace {

// isspace() of the C locale without the line end.
bool is_blank(char c) { return c == ' ' || (c >= '\t' && c <= '\r' && c != '\n'); }

bool is_empty(std::string_view line) { return std::all_of(line.begin(), line.end(), is_blank); }

Status check_no_duplicate(const Stanza& stanza) {
  std::vector<std::string> names;
  for (const auto& [name, value] : stanza.fields) names.push_back(to_lower(name));
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) return at_line(stanza.line, "field " + quote(*twice) + " twice in one stanza");
  return {};
}

// "Name: value"; blanks may stand before the colon.
Result<std::pair<std::string_view, std::string_view>> field_in(std::string_view line, std::size_t number) {
  std::size_t end = 0;
  while (end < line.size() && line[end] != ':' && !is_blank(line[end])) ++end;
  const std::string_view name = line.substr(0, end);
  std::size_t colon = end;
  while (colon < line.size() && is_blank(line[colon])) ++colon;
  if (line.find(':') == std::string_view::npos || name.empty())
    return at_line(number, "no field name in " + quote(line));
  if (line[colon] != ':') return at_line(number, "bad field name " + quote(line.substr(0, line.find(':'))));
  if (name[0] == '-') return at_line(number, "bad field name " + quote(name));
  return std::pair(name, line.substr(colon + 1));
}

}  // namespace

Status for_each_stanza(std::string_view text, Reader reader, const std::function<Status(const Stanza&)>& call) {
  Stanza stanza;
  std::size_t number = 0;
  const auto finish = [&]() -> Status {
    if (stanza.fields.empty()) return {};
    SUPPLY_TRY(check_no_duplicate(stanza));
    SUPPLY_TRY(call(stanza));
    stanza.fields.clear();
    return {};
  };
  while (!text.empty()) {
    ++number;
    const std::size_t newline = text.find('\n');
    const std::string_view line = text.substr(0, newline);
    text = newline == std::string_view::npos ? std::string_view() : text.substr(newline + 1);
    if (line.empty() || (reader == Reader::others && is_empty(line))) {
      SUPPLY_TRY(finish());
      continue;
    }
    // Within a stanza a line of blanks is part of a value: what follows it is no new stanza.
    if (is_empty(line) && stanza.fields.empty()) return at_line(number, "a line of blanks");
    if (newline == std::string_view::npos && reader == Reader::dpkg)
      return at_line(number, "the last line has no end: the file was cut");
    if (line.find('\x1a') != std::string_view::npos && reader == Reader::dpkg)
      return at_line(number, "a byte that ends files of MS-DOS");
    if (is_blank(line[0])) {
      if (stanza.fields.empty()) return at_line(number, "continuation of nothing");
      std::string_view& value = stanza.fields.back().second;
      value = std::string_view(value.data(), static_cast<std::size_t>(line.data() + line.size() - value.data()));
      continue;
    }
    SUPPLY_TRY(const auto field, field_in(line, number));
    if (reader == Reader::dpkg && (text.empty() && is_empty(field.second)))
      return at_line(number, "field " + quote(field.first) + " without a value at the end: the file was cut");
    if (reader == Reader::dpkg && field.first.size() < 2)
      return at_line(number, "bad field name " + quote(field.first));
    if (stanza.fields.empty()) stanza.line = number;
    stanza.fields.push_back(field);
  }
  return finish();
}

}  // namespace supply::catalog
