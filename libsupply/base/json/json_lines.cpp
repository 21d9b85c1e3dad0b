#include "libsupply/base/json/json_lines.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::json {

std::vector<std::string_view> documents_in(std::string_view text) {
  std::string_view rest = trim(text);
  const std::size_t end = rest.find('\n');
  // A document that goes on in the next line is none that ends in its first.
  if (end == std::string_view::npos || !rest.starts_with('{') || !trim(rest.substr(end)).starts_with('{') ||
      !parse(rest.substr(0, end), {.bytes = rest.size()}))
    return {text};
  std::vector<std::string_view> documents;
  while (!rest.empty()) {
    const std::size_t newline = rest.find('\n');
    const std::string_view line = trim(rest.substr(0, newline));
    if (!line.empty()) documents.push_back(line);
    rest.remove_prefix(newline == std::string_view::npos ? rest.size() : newline + 1);
  }
  return documents;
}

}  // namespace supply::json
