// Which files under some paths may hold pins.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/base/io/file.hpp"

namespace supply::pins {

struct FoundFile {
  io::Path root;       ///< the folder that was named, or that of the file that was named
  bool named = false;  ///< by the caller: a link is followed then
};

struct Found {
  std::map<std::string, FoundFile> files;  ///< by path, normalised
  std::vector<std::string> skipped;        ///< folders left out, and links that look like pin files; sorted
};

/// Errors: not_found, unsupported (a named file that no format claims), limit_exceeded (more than `limit` names in all
/// folders, kMaxWalkDepth, kMaxPinFiles), forbidden, unavailable.
Result<Found> find_files(const std::vector<io::Path>& paths, std::size_t limit = kMaxWalkedEntries);

/// Whether `path` lies under `root` and no component below it is a link.
bool plainly_under(const io::Path& root, const io::Path& path);

}  // namespace supply::pins
