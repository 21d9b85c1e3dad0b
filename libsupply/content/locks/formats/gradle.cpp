// gradle.lockfile, buildscript-gradle.lockfile and the older files in gradle/dependency-locks/.
// Source: docs.gradle.org, "Locking Versions".
#include <algorithm>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"
#include "libsupply/content/locks/internal/spanned_lines.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) {
  const std::string_view name = base_name(path);
  return name == "gradle.lockfile" || name == "buildscript-gradle.lockfile" || name == "settings-gradle.lockfile" ||
         (name.ends_with(".lockfile") && base_name(directory_of(path)) == "dependency-locks");
}

// By the names that Gradle's own plugins give their configurations.
pkg::Scope scope_of(std::string_view configurations) {
  if (configurations.empty()) return pkg::Scope::unknown;
  const std::vector<std::string_view> names = split(configurations, ',');
  const bool tests = std::all_of(names.begin(), names.end(), [](std::string_view name) {
    return name.starts_with("test") || name.find("Test") != std::string_view::npos;
  });
  const bool runtime = std::any_of(names.begin(), names.end(), [](std::string_view name) {
    return name == "runtimeClasspath" || name.ends_with("RuntimeClasspath");
  });
  return tests ? pkg::Scope::development : runtime ? pkg::Scope::runtime : pkg::Scope::unknown;
}

Result<LockFile> read(std::string_view text) {
  if (!is_utf8(text)) return wrong_at({}, "not UTF-8");
  LockBuilder out("maven");
  for (const SpannedLine& line : spanned_lines(text)) {
    const std::string_view content = trim(line.text);
    if (content.empty() || content.starts_with('#') || content.starts_with("empty=")) continue;
    const std::size_t equals = content.find('=');
    const std::vector<std::string_view> parts = split(content.substr(0, equals), ':');
    if (parts.size() != 3) return wrong_at(line.span, "want group:name:version=configurations");
    SUPPLY_TRY(const std::size_t entry,
               out.add(std::string(parts[0]) + ":" + std::string(parts[1]), parts[2], line.span));
    out.from_registry(entry);
    out[entry].scope = scope_of(equals == std::string_view::npos ? std::string_view() : content.substr(equals + 1));
  }
  return std::move(out).finish();
}

bool declares(std::string_view text) { return text.find("dependencies") != std::string_view::npos; }

constexpr Manifest kManifests[] = {{"build.gradle", declares}, {"build.gradle.kts", declares}, {"libs.versions.toml"}};

}  // namespace

namespace formats {
const Format& gradle() {
  static const Format format = {"gradle", matches, read, kManifests};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
