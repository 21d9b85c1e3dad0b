#include "libsupply/content/catalog/internal/java_manifest.hpp"

#include <algorithm>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::catalog {
namespace {

// Takes the next line off; lines end with CR LF, LF or CR.
std::string_view take_line(std::string_view& rest) {
  const std::size_t end = std::min(rest.find_first_of("\r\n"), rest.size());
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end);
  if (rest.starts_with("\r\n")) rest.remove_prefix(2);
  else if (!rest.empty()) rest.remove_prefix(1);
  return line;
}

bool is_name(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
}

}  // namespace

JavaManifest JavaManifest::parse(std::string_view rest) {
  JavaManifest manifest;
  if (rest.starts_with("\xef\xbb\xbf")) rest.remove_prefix(3);
  while (!rest.empty()) {
    std::string text(take_line(rest));
    if (text.empty()) break;  // the main section ends
    while (rest.starts_with(' ')) text += take_line(rest).substr(1);
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos || !is_name(std::string_view(text).substr(0, colon))) continue;
    manifest.attributes_[to_lower(std::string_view(text).substr(0, colon))] =
        trim(std::string_view(text).substr(colon + 1));
  }
  return manifest;
}

std::string_view JavaManifest::value(std::string_view name) const {
  const auto found = attributes_.find(name);
  return found == attributes_.end() ? std::string_view() : found->second;
}

std::string_view JavaManifest::value_without_directives(std::string_view name) const {
  const std::string_view all = value(name);
  return trim(all.substr(0, all.find(';')));
}

}  // namespace supply::catalog
