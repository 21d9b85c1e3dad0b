#include "libsupply/content/catalog/distribution.hpp"

#include <algorithm>

#include "libsupply/base/bytes/text.hpp"

namespace supply::catalog {

std::string Distribution::label() const {
  if (id.empty() || version_id.empty()) return id;
  return id + "-" + version_id;
}

namespace {

// The value of a shell assignment as os-release(5) allows it: bare, or in quotes with backslash escapes.
std::string unquoted(std::string_view value) {
  value = trim(value);
  if (value.size() < 2 || (value.front() != '"' && value.front() != '\'') || value.back() != value.front()) {
    return std::string(value);
  }
  const bool escapes = value.front() == '"';
  value = value.substr(1, value.size() - 2);
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (escapes && value[i] == '\\' && i + 1 < value.size()) ++i;
    out += value[i];
  }
  return out;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.front() != '.' && text.back() != '.' &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

}  // namespace

Distribution parse_os_release(std::string_view os_release, std::string_view debian_version) {
  Distribution out;
  std::string build_id;
  for (std::string_view line : lines(os_release)) {
    line = trim(line);
    const std::size_t equals = line.find('=');
    if (line.starts_with('#') || equals == std::string_view::npos) continue;
    const std::string_view key = line.substr(0, equals);
    std::string value = unquoted(line.substr(equals + 1));
    if (key == "ID") out.id = to_lower(value);
    if (key == "VERSION_ID") out.version_id = std::move(value);
    if (key == "PRETTY_NAME") out.pretty_name = std::move(value);
    if (key == "BUILD_ID") build_id = std::move(value);
  }
  if (out.version_id.empty()) out.version_id = build_id;
  // Debian's os-release has the release ("12"), /etc/debian_version the point release, or "trixie/sid".
  if (out.id == "debian" && is_number(trim(debian_version))) out.version_id = trim(debian_version);
  return out;
}

}  // namespace supply::catalog
