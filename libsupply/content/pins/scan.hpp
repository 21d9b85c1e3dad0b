// Which files under some paths may integrity pins.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "libsupply/base/io/file.hpp"
#include "libsupply/base/limits/source_limits.hpp"

namespace supply::pins {

struct FoundFile {
  io::Path root;       ///< the directory that was named, or that of the file that was named
  io::Path opened;     ///< where a link in the tree leads; empty for no link
  bool named = false;  ///< by the caller: a link is followed then, wherever it leads
};

/// Something that could integrity a pin and was not read: the answer is not a yes.
struct Unread {
  std::string path;
  Error error;  ///< names the path
};

struct Found {
  std::map<std::string, FoundFile> files;  ///< by path, normalised
  std::vector<std::string> skipped;        ///< directories of other people's sources, left out; sorted
  std::vector<std::string> stray_links;    ///< with pin files' names, that lead out of the tree or nowhere
  std::vector<Unread> unread;              ///< what was named or found and could not be looked into
};

/// Looks into files and directories as far as can be: `limit` names in all of them, kMaxWalkDepth, kMaxPinFiles. Links
/// to directories are not entered: in the tree they lead to what is looked at anyway; those that lead out of it to pin
/// files are unread.
Found find_files(const std::vector<io::Path>& paths, std::size_t limit = kMaxWalkedEntries);

/// What `path` really is when that lies under `root`, wherever links on the way lead; nullopt for what is not there or
/// lies elsewhere.
std::optional<io::Path> inside(const io::Path& root, const io::Path& path);

}  // namespace supply::pins
