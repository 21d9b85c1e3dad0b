#include "libsupply/content/catalog/deb822.hpp"

#include "libsupply/base/bytes/text.hpp"

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

Status for_each_stanza(std::string_view text, const std::function<Status(const Stanza&)>& call) {
  Stanza stanza;
  std::size_t number = 0;
  while (!text.empty()) {
    ++number;
    const std::size_t newline = text.find('\n');
    std::string_view line = text.substr(0, newline);
    const std::string_view rest = newline == std::string_view::npos ? std::string_view() : text.substr(newline + 1);
    if (trim(line).empty()) {
      if (!stanza.fields.empty()) SUPPLY_TRY(call(stanza));
      stanza.fields.clear();
    } else if (line[0] == ' ' || line[0] == '\t') {
      if (stanza.fields.empty()) return at_line(number, "continuation of nothing");
      std::string_view& value = stanza.fields.back().second;
      value = std::string_view(value.data(), static_cast<std::size_t>(line.data() + line.size() - value.data()));
    } else if (line[0] != '#') {
      const std::size_t colon = line.find(':');
      if (colon == std::string_view::npos || colon == 0) return at_line(number, "no field name in " + quote(line));
      const std::string_view name = line.substr(0, colon);
      if (name.find_first_of(" \t") != std::string_view::npos) return at_line(number, "bad field name " + quote(name));
      if (stanza.fields.empty()) stanza.line = number;
      stanza.fields.emplace_back(name, line.substr(colon + 1));
    }
    text = rest;
  }
  if (!stanza.fields.empty()) SUPPLY_TRY(call(stanza));
  return {};
}

}  // namespace supply::catalog
