// WordPress, its plugins and its themes, as WordPress itself lists them: what its headers say of each, whatever put it
// there. Bedrock's directory for them ("app") is read as well. A database of WordPress is not in an image.
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/program_table.hpp"
#include "libsupply/content/catalog/internal/wordpress_headers.hpp"

namespace supply::catalog::catalogers {
namespace {

using rootfs::Select;

// "wp-content" or "app", with its path, of a directory that holds plugins or themes; empty: none.
std::string_view content_of(std::string_view directory, std::string_view kind) {
  if (base_name(directory) != kind) return {};
  const std::string_view content = directory_of(directory);
  return base_name(content) == "wp-content" || base_name(content) == "app" ? content : std::string_view();
}

struct ExtensionPath {
  std::string_view content;  // empty where it is none
  std::string slug;
  bool must_use = false;
};

// plugins/x.php and plugins/x/any.php; mu-plugins/x.php alone.
// Source: wp-admin/includes/plugin.php, get_plugins() and get_mu_plugins().
ExtensionPath plugin_at(std::string_view path) {
  const std::string_view file = base_name(path), directory = directory_of(path);
  if (!file.ends_with(".php") || file.starts_with('.')) return {};
  const std::string stem(file.substr(0, file.size() - 4));
  if (const auto content = content_of(directory, "mu-plugins"); !content.empty()) return {content, stem, true};
  if (const auto content = content_of(directory, "plugins"); !content.empty()) return {content, stem};
  if (const auto content = content_of(directory_of(directory), "plugins"); !content.empty())
    return {content, std::string(base_name(directory))};
  return {};
}

// themes/x/style.css, and themes/y/x/style.css where y is no theme.
ExtensionPath theme_at(std::string_view path) {
  const std::string_view directory = directory_of(path), above = directory_of(directory);
  if (const auto content = content_of(above, "themes"); !content.empty())
    return {content, std::string(base_name(directory))};
  if (const auto content = content_of(directory_of(above), "themes"); !content.empty())
    return {content, std::string(base_name(above)) + "/" + std::string(base_name(directory))};
  return {};
}

std::string keep_headers(std::string bytes, bool) { return reduce_wordpress_headers(bytes); }

constexpr Select kPluginSelects[] = {{Select::By::suffix, ".php"}};
constexpr Select kThemeSelects[] = {{Select::By::name, "style.css"}};
constexpr Select kVersionSelects[] = {{Select::By::name, "version.php"}};
constexpr PathCollector kPlugins({.name = "wordpress",
                                  .selects = kPluginSelects,
                                  .wants = [](std::string_view path) { return !plugin_at(path).content.empty(); },
                                  .limit = kWordpressHeaderBytes,
                                  .reduce = keep_headers});
constexpr PathCollector kThemes({.name = "wordpress-themes",
                                 .selects = kThemeSelects,
                                 .wants = [](std::string_view path) { return !theme_at(path).content.empty(); },
                                 .limit = kWordpressHeaderBytes,
                                 .reduce = keep_headers});
constexpr PathCollector kVersions(
    {.name = "wordpress-core",
     .selects = kVersionSelects,
     .wants = [](std::string_view path) { return is_or_ends_with(path, "wp-includes/version.php"); },
     .limit = kMaxReleaseFileBytes});

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles) { return {&kPlugins, &kThemes, &kVersions}; }

using ParseAt = Result<DescribedPackage> (*)(std::string_view text, std::string_view slug);

Status read_at(const rootfs::CollectedFile& file, const ExtensionPath& place, ParseAt parse,
               DescribedPackages& packages) {
  return packages.read_one(file, std::string(place.content),
                           [&](std::string_view text) { return parse(text, place.slug); });
}

Status read(const Context& context, pkg::Inventory& catalog) {
  DescribedPackages packages(context, "wordpress", catalog, DescribedPackages::Elsewhere::no);
  for (const rootfs::CollectedFile& file : context.tree.collected(kPlugins.name())) {
    const ExtensionPath place = plugin_at(file.file.path);
    // A plugin has a name; one that must be used is one without, unless it is the small index.php that hides a
    // directory.
    constexpr std::uint64_t kHidingBytes = 30;
    const bool named = file.content.starts_with("Plugin Name:");
    const bool must_use = place.must_use && file.file.entry != nullptr &&
                          !(place.slug == "index" && file.file.entry->size <= kHidingBytes);
    if (named || must_use) SUPPLY_TRY(read_at(file, place, parse_wordpress_plugin, packages));
  }
  std::set<std::string> themes;  // directories
  for (const bool nested : {false, true}) {
    for (const rootfs::CollectedFile& file : context.tree.collected(kThemes.name())) {
      ExtensionPath place = theme_at(file.file.path);
      const bool is_nested = place.slug.find('/') != std::string::npos;
      const std::string directory(directory_of(file.file.path));
      if (is_nested != nested || file.content.empty() || themes.contains(std::string(directory_of(directory))))
        continue;
      themes.insert(directory);
      if (is_nested) place.slug = base_name(directory);
      SUPPLY_TRY(read_at(file, place, parse_wordpress_theme, packages));
    }
  }
  for (const rootfs::CollectedFile& file : context.tree.collected(kVersions.name()))
    SUPPLY_TRY(packages.read(file, std::string(directory_of(directory_of(file.file.path))),
                             [](std::string_view text) -> Result<DescribedList> {
                               SUPPLY_TRY(DescribedPackage one, parse_wordpress_version(text));
                               one.package.cpes = cpes_of("wordpress:wordpress", one.package.version);
                               return DescribedList{std::move(one)};
                             }));
  return packages.finish();
}

}  // namespace

const Cataloger& wordpress() {
  static constexpr std::string_view kTypes[] = {"wordpress"};
  static constexpr Cataloger cataloger{.name = "wordpress", .types = kTypes, .collectors = collectors, .read = read};
  return cataloger;
}

}  // namespace supply::catalog::catalogers
