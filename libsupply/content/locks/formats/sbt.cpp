// build.sbt.lock, as sbt-dependency-lock writes it.
// Source: stringbean/sbt-dependency-lock, docs/file-formats/version-1.md.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "build.sbt.lock"; }

pkg::Scope scope_of(const json::Value& configurations) {
  if (!configurations.is_array() || configurations.empty()) return pkg::Scope::unknown;
  const auto is_of_tests = [](const json::Value& one) { return one == "test" || one == "it"; };
  const auto is_there = [&](const char* name) {
    return std::find(configurations.begin(), configurations.end(), name) != configurations.end();
  };
  if (std::all_of(configurations.begin(), configurations.end(), is_of_tests)) return pkg::Scope::development;
  return is_there("runtime") || is_there("compile") ? pkg::Scope::runtime : pkg::Scope::unknown;
}

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_json(text));
  if (Status status = document.check_arrays({"dependencies"}); !status) return std::move(status).error();
  const json::Value* version = json::find(document.root(), "lockVersion");
  if (version == nullptr || *version != 1) return unknown_version(version == nullptr ? "" : version->dump());
  LockBuilder out("maven");
  std::size_t number = 0;
  for (const json::Value& one : elements(document.root(), "dependencies")) {
    const Span span = document.span_of("/dependencies/" + std::to_string(number++));
    SUPPLY_TRY(const std::size_t entry,
               out.add(text_in(one, "org") + ":" + text_in(one, "name"), text_in(one, "version"), span));
    out.from_registry(entry);
    out[entry].scope = scope_of(elements(one, "configurations"));
    for (const json::Value& artifact : elements(one, "artifacts"))
      if (const std::string hash = text_in(artifact, "hash"); hash.starts_with("sha1:"))
        out.hash(entry, "sha1", std::string_view(hash).substr(5));
  }
  return std::move(out).finish();
}

constexpr Manifest kManifests[] = {{"build.sbt"}};

}  // namespace

namespace formats {
const Format& sbt() {
  static const Format format = {"sbt", matches, read, kManifests};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
