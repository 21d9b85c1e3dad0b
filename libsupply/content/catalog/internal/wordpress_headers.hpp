// What the header of a plugin's or theme's file says, and the version of WordPress itself. Pure functions.
// Source: WordPress, wp-includes/functions.php (get_file_data), wp-admin/includes/plugin.php (get_plugins).
#pragma once

#include <string_view>

#include "libsupply/content/catalog/internal/described_package.hpp"

namespace supply::catalog {

/// As many bytes as WordPress reads of a file for its header.
inline constexpr std::size_t kWordpressHeaderBytes = 8192;

/// The value of a header as WordPress reads it; empty where there is none. `text` is the file's first bytes.
std::string wordpress_header(std::string_view text, std::string_view name);
/// The lines of headers that matter, of those first bytes: what is kept of a file. Empty where it is neither a plugin
/// nor a theme.
std::string reduce_wordpress_headers(std::string_view text);
/// Of what was kept. `slug` is the name of its directory, or of its file without ".php". Errors: malformed.
Result<DescribedPackage> parse_wordpress_plugin(std::string_view text, std::string_view slug);
Result<DescribedPackage> parse_wordpress_theme(std::string_view text, std::string_view slug);
/// Of wp-includes/version.php. Errors: malformed ("no $wp_version").
Result<DescribedPackage> parse_wordpress_version(std::string_view text);

}  // namespace supply::catalog
