#include "libsupply/content/catalog/internal/os_release.hpp"

#include <algorithm>
#include <optional>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::catalog {

namespace {

// The value of an assignment as a POSIX shell reads it (XCU 2.2): quoted and bare parts joined, to the first blank
// outside of quotes; what follows may only be a comment. Nothing for what os-release(5) rules out: expansions,
// operators, quotes that do not end on the line.
std::optional<std::string> shell_value(std::string_view text) {
  std::string out;
  char quoted = 0;
  std::size_t i = 0;
  for (; i < text.size(); ++i) {
    const char c = text[i];
    if (c == quoted) {
      quoted = 0;
    } else if (quoted == '\'') {
      out += c;
    } else if (c == '\\') {
      if (++i == text.size()) return std::nullopt;  // goes on in the next line
      const bool escapes = quoted == 0 || std::string_view("$`\"\\").find(text[i]) != std::string_view::npos;
      if (!escapes) out += c;
      out += text[i];
    } else if (c == '$' || c == '`') {
      return std::nullopt;
    } else if (quoted == '"') {
      out += c;
    } else if (c == '"' || c == '\'') {
      quoted = c;
    } else if (c == ' ' || c == '\t') {
      break;
    } else if (std::string_view(";&|<>()").find(c) != std::string_view::npos) {
      return std::nullopt;
    } else {
      out += c;
    }
  }
  const std::string_view rest = trim(text.substr(i));
  if (quoted != 0 || (!rest.empty() && rest[0] != '#')) return std::nullopt;
  return out;
}

// Source: os-release(5), ID: "no spaces or other characters outside of 0-9, a-z, ".", "_" and "-"". Some write
// capitals.
bool is_id(std::string_view id) {
  return std::all_of(id.begin(), id.end(),
                     [](char c) { return is_lower_alnum(c) || c == '.' || c == '_' || c == '-'; });
}

bool is_number(std::string_view text) {
  return !text.empty() && text.front() != '.' && text.back() != '.' &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || c == '.'; });
}

}  // namespace

pkg::OperatingSystem parse_os_release(std::string_view os_release, std::string_view debian_version) {
  pkg::OperatingSystem out;
  std::string build_id;
  for (std::string_view line : lines(os_release)) {
    line = trim(line);
    if (line.starts_with("export ")) line = trim(line.substr(7));
    const std::size_t equals = line.find('=');
    if (line.starts_with('#') || equals == std::string_view::npos) continue;
    const std::string_view key = line.substr(0, equals);
    // Of a value that readers take differently nothing is known.
    std::string value = shell_value(line.substr(equals + 1)).value_or("");
    if (key == "ID") out.id = to_lower(value);
    if (key == "VERSION_ID") out.version_id = std::move(value);
    if (key == "PRETTY_NAME") out.pretty_name = std::move(value);
    if (key == "BUILD_ID") build_id = std::move(value);
  }
  if (!is_id(out.id)) out.id.clear();
  if (out.version_id.empty()) out.version_id = build_id;
  // Debian's os-release has the release ("12"), /etc/debian_version the point release, or "trixie/sid".
  if (out.id == "debian" && is_number(trim(debian_version))) out.version_id = trim(debian_version);
  return out;
}

}  // namespace supply::catalog
