// pubspec.lock. Source: dart.dev/tools/pub; pub, lib/src/lock_file.dart.
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "pubspec.lock"; }

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_yaml(text));
  if (Status status = document.check_objects({"packages"}); !status) return std::move(status).error();
  LockBuilder out("pub");
  for (const auto& [name, package] : members(document.root(), "packages").items()) {
    const Span span = document.span_of(pointer_to("/packages", name));
    if (!package.is_object()) return wrong_at(span, "package " + name + " is no map");
    const json::Value& description = members(package, "description");
    const std::string source = text_in(package, "source"), url = text_in(description, "url");
    std::map<std::string, std::string> qualifiers;
    if (source == "hosted" && !url.empty() && url != "https://pub.dev" && url != "https://pub.dartlang.org")
      qualifiers["repository_url"] = url;
    const std::string real = source == "hosted" ? text_in(description, "name") : std::string();
    SUPPLY_TRY(const std::size_t entry,
               out.add(real.empty() ? name : real, text_in(package, "version"), span, std::move(qualifiers)));
    const std::string dependency = text_in(package, "dependency");
    if (dependency == "direct main") out[entry].scope = pkg::Scope::runtime;
    if (dependency == "direct dev") out[entry].scope = pkg::Scope::development;
    if (source == "git") SUPPLY_TRY(out.from_git(entry, url, text_in(description, "resolved-ref")));
    else if (source == "path") out.from_path(entry, text_in(description, "path"));
    else if (source == "hosted") out.from_registry(entry, url);
    if (const std::string hash = text_in(description, "sha256"); !hash.empty()) out.hash(entry, "sha256", hash);
  }
  return std::move(out).finish();
}

bool declares(std::string_view text) { return text.find("dependencies:") != std::string_view::npos; }

constexpr Manifest kManifests[] = {{"pubspec.yaml", declares}};

}  // namespace

namespace formats {
const Format& pub() {
  static const Format format = {"pub", matches, read, kManifests};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
