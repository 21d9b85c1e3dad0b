// Names in a tar as paths from the root.
#pragma once

#include <string>
#include <string_view>

#include "libsupply/base/result/result.hpp"

namespace supply::rootfs {

/// The path without leading '/', without empty and "." components, "a/.." taken out by its letters, as Go's path.Clean
/// does it for the runtimes. The root is "". The view is into `raw` or into `scratch`.
/// Errors: malformed, when it leaves the root ("../x", also behind a '/'); limit_exceeded (kMaxPathComponents).
Result<std::string_view> clean_path(std::string_view raw, std::string& scratch);

/// The part behind the last '/', and the part before it ("" when there is none).
inline std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }
inline std::string_view parent_path(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

// Source: OCI image-spec v1.1, layer.md, "Whiteouts".
inline constexpr std::string_view kWhiteoutPrefix = ".wh.";
inline constexpr std::string_view kOpaqueMarker = ".wh..wh..opq";
inline constexpr std::string_view kAufsPrefix = ".wh..wh.";

}  // namespace supply::rootfs
