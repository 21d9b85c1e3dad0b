#include "libsupply/content/catalog/internal/wordpress_headers.hpp"

#include <catch2/catch.hpp>

#include "libsupply/testing/catalog_of_files.hpp"

using namespace supply;
using namespace supply::catalog;
using testing::catalog_of_files;
using testing::purls;
using Texts = std::vector<std::string>;

namespace {

constexpr std::string_view kPlugin =
    "<?php\r\n/**\r\n * Plugin Name: Lamp Light\r\n * Plugin URI: https://example.org/lamp */ x\r\n"
    "@VERSION: 1.2 ?>\r\n * Version: 9\r\n * Author: A B\r\n * License: GPL-2.0-or-later\r\n"
    " * Requires Plugins: wick, oil\r\n */\r\n";

}  // namespace

TEST_CASE("headers of WordPress are read as WordPress reads them") {
  // Expected: get_file_data() of WordPress 6.4 on the same text.
  CHECK(wordpress_header(kPlugin, "Plugin Name") == "Lamp Light");
  CHECK(wordpress_header(kPlugin, "Plugin URI") == "https://example.org/lamp");
  CHECK(wordpress_header(kPlugin, "Version") == "1.2");
  CHECK(wordpress_header("<?php /* Plugin Name: A */", "Plugin Name") == "A");
  CHECK(wordpress_header("<?php // Plugin Name: A", "Plugin Name") == "A");
  CHECK(wordpress_header("x Plugin Name: A", "Plugin Name").empty());
  CHECK(wordpress_header("Version:\nVersion: 2\n", "Version").empty());
  CHECK(wordpress_header(std::string(kWordpressHeaderBytes, ' ') + "\nVersion: 2\n", "Version").empty());
  CHECK(reduce_wordpress_headers("<?php\n/* Version: 1 */").empty());
}

TEST_CASE("a plugin and a theme say what they are and what they need") {
  const auto plugin = parse_wordpress_plugin(reduce_wordpress_headers(kPlugin), "lamp");
  if (!plugin) FAIL(plugin.error().message());
  CHECK(plugin->package.purl.to_string() == "pkg:wordpress/plugin/lamp@1.2");
  CHECK(plugin->package.supplier == "Person: A B");
  CHECK(plugin->requires_ == Texts{"plugin/wick", "plugin/oil"});
  CHECK(plugin->licenses == Texts{"GPL-2.0-or-later"});
  const auto theme = parse_wordpress_theme("Theme Name: Dark\nVersion: 2\nTemplate: light\n", "dark");
  CHECK(theme->package.purl.to_string() == "pkg:wordpress/theme/dark@2");
  CHECK(theme->requires_ == Texts{"theme/light"});
  CHECK(parse_wordpress_version("<?php\n/** x */\n$wp_version = '6.4.3';\n")->package.purl.to_string() ==
        "pkg:wordpress/core/wordpress@6.4.3");
  for (const std::string_view text :
       {"", "$wp_version = ;", "$wp_version = '';", "$wp_versions = '1';", "$wp_version='"})
    CHECK_FALSE(parse_wordpress_version(text));
}

TEST_CASE("plugins and themes are those that WordPress lists") {
  const std::string content = "var/www/html/wp-content/";
  const std::string plugin = "<?php\n/* Plugin Name: P\nVersion: 1\nRequires Plugins: lamp */";
  const auto catalog =
      catalog_of_files({{"var/www/html/wp-includes/version.php", "<?php\n$wp_version = '6.4.3';\n"},
                        {content + "plugins/lamp/lamp.php", std::string(kPlugin)},
                        {content + "plugins/lamp/inc/deep.php", plugin},
                        {content + "plugins/wick/load.php", plugin},
                        {content + "plugins/wick/other.php", "<?php\n/* no header */"},
                        {content + "plugins/hello.php", plugin},
                        {content + "plugins/.hidden.php", plugin},
                        {content + "mu-plugins/must.php", "<?php echo 1;"},
                        {content + "mu-plugins/index.php", "<?php // Silence is golden."},
                        {content + "mu-plugins/sub/no.php", plugin},
                        {content + "themes/dark/style.css", "/*\nTheme Name: D\nVersion: 3\nTemplate: light\n*/"},
                        {content + "themes/dark/css/style.css", "/*\nTheme Name: D\nVersion: 4\n*/"},
                        {content + "themes/set/light/style.css", "/*\nTheme Name: L\nVersion: 5\n*/"},
                        {content + "themes/none/style.css", "a {}"},
                        {"srv/web/app/plugins/bed/bed.php", plugin},
                        {"srv/plugins/no/no.php", plugin}});
  CHECK(purls(catalog, "wordpress") ==
        std::set<std::string>{"pkg:wordpress/core/wordpress@6.4.3", "pkg:wordpress/plugin/bed@1",
                              "pkg:wordpress/plugin/hello@1", "pkg:wordpress/plugin/lamp@1.2",
                              "pkg:wordpress/plugin/must", "pkg:wordpress/plugin/wick@1", "pkg:wordpress/theme/dark@3",
                              "pkg:wordpress/theme/light@5"});
  CHECK(testing::package_named(catalog, "wick").depends == Texts{"pkg:wordpress/plugin/lamp@1.2"});
  CHECK(testing::package_named(catalog, "dark").depends == Texts{"pkg:wordpress/theme/light@5"});
  CHECK(testing::package_named(catalog, "lamp").declared_license == "GPL-2.0-or-later");
  CHECK(testing::package_named(catalog, "wordpress").cpes ==
        Texts{"cpe:2.3:a:wordpress:wordpress:6.4.3:*:*:*:*:*:*:*"});
  CHECK(testing::unknowns_in(catalog).empty());
}
