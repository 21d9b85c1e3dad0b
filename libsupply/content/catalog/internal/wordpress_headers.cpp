#include "libsupply/content/catalog/internal/wordpress_headers.hpp"

#include <algorithm>

#include "libsupply/base/text/text.hpp"

namespace supply::catalog {
namespace {

constexpr std::string_view kPlugin = "Plugin Name", kTheme = "Theme Name";
constexpr std::string_view kNames[] = {kPlugin,     kTheme,    "Version",          "Author",  "Plugin URI",
                                       "Theme URI", "License", "Requires Plugins", "Template"};

std::string_view without_php_tag(std::string_view line) {
  std::string_view rest = line;
  while (rest.starts_with(' ') || rest.starts_with('\t')) rest.remove_prefix(1);
  return rest.starts_with("<?php") ? rest.substr(5) : line;
}

// The value on a line: behind "<?php", blanks, '/', '*', '#' and '@', the name in any case and a colon; or nothing.
bool value_on(std::string_view line, std::string_view name, std::string& value) {
  std::string_view rest = without_php_tag(line);
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t/*#@"), rest.size()));
  if (rest.size() <= name.size() || to_lower(rest.substr(0, name.size())) != to_lower(name)) return false;
  if (rest[name.size()] != ':') return false;
  rest.remove_prefix(name.size() + 1);
  for (const std::string_view end : {"*/", "?>"}) rest = rest.substr(0, rest.find(end));
  value = trim(rest);
  return true;
}

// A line ends with LF, CR or both.
std::string with_line_feeds(std::string_view text) {
  std::string out(text.substr(0, kWordpressHeaderBytes));
  std::replace(out.begin(), out.end(), '\r', '\n');
  return out;
}

std::string valid(std::string text) { return is_utf8(text) ? text : std::string(); }

Result<DescribedPackage> describe(std::string_view text, std::string_view kind, std::string_view slug,
                                  std::string_view address) {
  DescribedPackage out;
  pkg::Package& package = out.package;
  package.name = slug;
  package.version = valid(wordpress_header(text, "Version"));
  SUPPLY_TRY(package.purl,
             pkg::Purl::create({"wordpress", std::string(kind), std::string(slug), package.version, {}, ""}));
  package.supplier = person(valid(wordpress_header(text, "Author")));
  package.homepage = valid(wordpress_header(text, address));
  if (std::string license = valid(wordpress_header(text, "License")); !license.empty())
    out.licenses.push_back(std::move(license));
  out.key = std::string(kind) + "/" + std::string(slug);
  return out;
}

}  // namespace

std::string wordpress_header(std::string_view text, std::string_view name) {
  std::string value;
  const std::string lines_of_text = with_line_feeds(text);
  for (const std::string_view line : split(lines_of_text, '\n'))
    if (value_on(line, name, value)) return value;  // the first counts, also an empty one
  return {};
}

std::string reduce_wordpress_headers(std::string_view text) {
  std::string out;
  for (const std::string_view name : kNames)
    if (const std::string value = wordpress_header(text, name); !value.empty())
      out += std::string(name) + ": " + value + "\n";
  const bool is_one = out.starts_with(kPlugin) || out.starts_with(kTheme);
  return is_one ? out : std::string();
}

Result<DescribedPackage> parse_wordpress_plugin(std::string_view text, std::string_view slug) {
  SUPPLY_TRY(DescribedPackage out, describe(text, "plugin", slug, "Plugin URI"));
  const std::string plugins = wordpress_header(text, "Requires Plugins");
  for (const std::string_view needed : split(plugins, ','))
    if (!trim(needed).empty()) out.requires_.push_back("plugin/" + std::string(trim(needed)));
  return out;
}

Result<DescribedPackage> parse_wordpress_theme(std::string_view text, std::string_view slug) {
  SUPPLY_TRY(DescribedPackage out, describe(text, "theme", slug, "Theme URI"));
  if (const std::string parent = wordpress_header(text, "Template"); !parent.empty())
    out.requires_.push_back("theme/" + parent);
  return out;
}

Result<DescribedPackage> parse_wordpress_version(std::string_view text) {
  for (const std::string_view line : lines(text)) {
    std::string_view rest = trim(line);
    if (!rest.starts_with("$wp_version")) continue;
    rest = trim(rest.substr(11));
    if (!rest.starts_with('=')) continue;
    rest = trim(rest.substr(1));
    if (rest.size() < 2 || (rest[0] != '\'' && rest[0] != '"')) continue;
    const std::size_t end = rest.find(rest[0], 1);
    if (end == std::string_view::npos || end == 1) continue;
    DescribedPackage out;
    out.package.name = "wordpress";
    out.package.version = rest.substr(1, end - 1);
    if (!is_utf8(out.package.version)) continue;
    SUPPLY_TRY(out.package.purl,
               pkg::Purl::create({"wordpress", "core", out.package.name, out.package.version, {}, ""}));
    out.package.supplier = "Organization: WordPress";
    out.package.homepage = "https://wordpress.org/";
    out.licenses.emplace_back("GPL-2.0-or-later");
    out.key = "core";
    return out;
  }
  return Error(ErrorCode::malformed, "no $wp_version");
}

}  // namespace supply::catalog
