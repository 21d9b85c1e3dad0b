// Lock files that are known by their names and not read: a tree with one needs packages that no list here has.
#include <algorithm>
#include <array>

#include "libsupply/base/path/path.hpp"
#include "libsupply/content/locks/format.hpp"

namespace supply::locks {
namespace {

constexpr std::array<std::string_view, 22> kNames = {"deno.lock",
                                                     "Podfile.lock",
                                                     "rebar.lock",
                                                     "paket.lock",
                                                     "packages.config",
                                                     "project.assets.json",
                                                     "flake.lock",
                                                     "conda-lock.yml",
                                                     "environment.yml",
                                                     "pixi.lock",
                                                     "Cartfile.resolved",
                                                     "MODULE.bazel.lock",
                                                     ".terraform.lock.hcl",
                                                     "Chart.lock",
                                                     "shard.lock",
                                                     "elm.json",
                                                     "dub.selections.json",
                                                     "cpanfile.snapshot",
                                                     "nimble.lock",
                                                     "spago.lock",
                                                     "buf.lock",
                                                     "Brewfile.lock.json"};

bool matches(std::string_view path) {
  const std::string_view name = base_name(path);
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end() || name.ends_with(".opam.locked");
}

Result<LockFile> read(std::string_view /*text*/) {
  return Error(ErrorCode::unsupported, "a lock file of a kind that Supply does not read");
}

}  // namespace

namespace formats {
const Format& unsupported() {
  static const Format format = {"unsupported", matches, read};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
