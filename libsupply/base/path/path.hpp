// Paths as text, separated by '/': names in archives, trees and lists. Nothing here asks a file system, and nothing
// follows a link; a path of this machine is an io::Path. Pure functions; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/result/result.hpp"

namespace supply {

/// The part after the last '/', as basename(1) gives it for a path without one at its end. A view into `path`.
std::string_view base_name(std::string_view path);
/// The part before the last '/', "" when there is none. A view into `path`.
std::string_view directory_of(std::string_view path);
/// Whether `path` is `end` or ends with '/' and `end`.
bool is_or_ends_with(std::string_view path, std::string_view end);
/// The components, without empty ones and "."; ".." is one. Views into `path`.
std::vector<std::string_view> path_components(std::string_view path);

/// The path without leading '/', without empty and "." components, "a/.." removed lexically, as Go's path.Clean
/// does it for the runtimes. The root is "". The view is into `raw` or into `scratch`.
/// Errors: malformed, when it leaves the root ("../x", also behind a '/'); limit_exceeded (kMaxPathComponents).
Result<std::string_view> clean_path(std::string_view raw, std::string& scratch);

/// "./blobs//sha256/x" is "blobs/sha256/x". "" for what readers take for different files (an absolute path, one with
/// "..") and for the directory itself ("./").
std::string relative_path(std::string_view path);
/// Where a symbolic link at `from` leads within the directory that both are relative to. "" where it leads out of it,
/// or is absolute.
std::string link_target(std::string_view from, std::string_view link);

}  // namespace supply
