// Lock files that are known by their names and not read: a tree with one needs packages that no list here has.
#include <algorithm>
#include <array>

#include "libsupply/base/path/path.hpp"
#include "libsupply/content/locks/format.hpp"

namespace supply::locks {
namespace {

// Of Go's dep and glide, Chef, Lean, .NET Core 1, Cairo, Move, Luau, Solidity, mise, devbox.
constexpr std::array<std::string_view, 12> kNames = {
    "Berksfile.lock",     "Gopkg.lock", "Move.lock",         "Scarb.lock",   "devbox.lock", "glide.lock",
    "lake-manifest.json", "mise.lock",  "project.lock.json", "soldeer.lock", "wally.lock",  "Puppetfile.lock"};

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
