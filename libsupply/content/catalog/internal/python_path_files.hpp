// What a *.pth file in a directory of installed Python distributions adds to Python's path. Source: CPython,
// Lib/site.py.
#pragma once

#include <string>
#include <string_view>

#include "libsupply/base/path/path.hpp"

namespace supply::catalog {

/// The collector that keeps the paths in such files, a line each.
inline constexpr std::string_view kPythonPathFiles = "unread-pth";

/// The path that a line names, which may be relative to the directory of its file.
inline std::string path_in_site(std::string_view file, std::string_view line) {
  return line.starts_with('/') ? std::string(line) : std::string(directory_of(file)) + "/" + std::string(line);
}

}  // namespace supply::catalog
