// manifest.json of an archive of `docker save`: which files in it are which image.
// Source: moby image/tarexport; entries that Supply does not know are left as they are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/result/result.hpp"

namespace supply::layout {

struct DockerItem {
  std::string config;  ///< a path in the archive, as written
  std::vector<std::string> tags;
  std::vector<std::string> layers;
};

/// Errors: malformed, limit_exceeded (kMaxArchiveListBytes, kMaxArchiveImages, kMaxLayers).
Result<std::vector<DockerItem>> parse_docker_manifest_json(std::string_view text);
/// The list with `tags` taken from whatever has them, images that have no name then left out, and `items` in it.
/// Errors: those of parse_docker_manifest_json().
Result<std::string> change_docker_manifest_json(std::string_view text, const std::vector<std::string>& tags,
                                                const std::vector<DockerItem>& items);

}  // namespace supply::layout
