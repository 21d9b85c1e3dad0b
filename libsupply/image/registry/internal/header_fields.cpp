#include "libsupply/image/registry/internal/header_fields.hpp"

#include <algorithm>

#include "libsupply/base/http/answer.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::registry {
namespace {

// The parts of `text` between separators that are outside quotes and angle brackets.
std::vector<std::string_view> split_outside_quotes(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  bool quoted = false, angled = false;
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      else if (c == '"') quoted = false;
    } else if (angled) {
      angled = c != '>';
    } else if (c == '"') {
      quoted = true;
    } else if (c == '<') {
      angled = true;
    } else if (c == separator) {
      parts.push_back(text.substr(start, i - start));
      start = i + 1;
    }
  }
  parts.push_back(text.substr(start));
  return parts;
}

std::string_view unquoted(std::string_view text) {
  return text.size() >= 2 && text.front() == '"' && text.back() == '"' ? text.substr(1, text.size() - 2) : text;
}

bool says_next(std::string_view parameter) {
  const std::size_t equals = parameter.find('=');
  if (equals == std::string_view::npos || to_lower(trim(parameter.substr(0, equals))) != "rel") return false;
  for (const std::string_view word : split(unquoted(trim(parameter.substr(equals + 1))), ' '))
    if (to_lower(word) == "next") return true;
  return false;
}

}  // namespace

std::optional<std::string> next_link(const std::vector<std::string_view>& fields) {
  for (const std::string_view field : fields)
    for (const std::string_view each : split_outside_quotes(field, ',')) {
      const std::string_view link = trim(each);
      const std::size_t end = link.find('>');
      if (!link.starts_with('<') || end == std::string_view::npos) continue;
      const auto parameters = split_outside_quotes(link.substr(end + 1), ';');
      if (std::any_of(parameters.begin(), parameters.end(), says_next)) return std::string(link.substr(1, end - 1));
    }
  return std::nullopt;
}

std::optional<std::string> warning_text(std::string_view field) {
  field = trim(field);
  if (!field.starts_with("299 ")) return std::nullopt;
  const std::size_t start = field.find('"');
  if (start == std::string_view::npos) return std::nullopt;
  std::string text;
  for (std::size_t i = start + 1; i < field.size(); ++i) {
    if (field[i] == '"') return text;
    if (field[i] == '\\' && i + 1 < field.size()) ++i;
    text += field[i];
  }
  return std::nullopt;
}

std::optional<std::uint64_t> uploaded_bytes(const http::Headers& headers) {
  std::string_view field = headers.find("Range").value_or("");
  if (field.starts_with("bytes=")) field.remove_prefix(6);
  if (!field.starts_with("0-")) return std::nullopt;
  const auto last = http::parse_number(field.substr(2));
  if (!last || *last == UINT64_MAX) return std::nullopt;
  return *last == 0 ? 0 : *last + 1;
}

std::string content_type(const http::Headers& headers) {
  const std::string_view field = headers.find("Content-Type").value_or("");
  return to_lower(trim(field.substr(0, field.find(';'))));
}

}  // namespace supply::registry
