// Lock files that are known by their names and not read: a tree with one needs packages that no list here has.
#include <algorithm>
#include <array>

#include "libsupply/base/path/path.hpp"
#include "libsupply/content/locks/format.hpp"

namespace supply::locks {
namespace {

constexpr std::array<std::string_view, 6> kNames = {"Brewfile.lock.json",  "MODULE.bazel.lock", "buf.lock",
                                                    "dub.selections.json", "flake.lock",        "spago.lock"};

bool matches(std::string_view path) {
  const std::string_view name = base_name(path);
  return std::find(kNames.begin(), kNames.end(), name) != kNames.end();
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
