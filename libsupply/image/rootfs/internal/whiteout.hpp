// The names by which a layer removes files of the layers below it. Source: OCI image-spec v1.1, layer.md, "Whiteouts".
#pragma once

#include <string_view>

namespace supply::rootfs {

inline constexpr std::string_view kWhiteoutPrefix = ".wh.";
inline constexpr std::string_view kOpaqueMarker = ".wh..wh..opq";
inline constexpr std::string_view kAufsPrefix = ".wh..wh.";

}  // namespace supply::rootfs
