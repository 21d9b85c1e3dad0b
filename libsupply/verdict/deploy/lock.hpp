// A deployment held to digests: a lock beside the files, or the files with the digests filled in.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "libsupply/content/deploy/read.hpp"

namespace supply::deploy {

/// The digest of each image that was resolved, by its name as it is written.
using Digests = std::map<std::string, std::string>;

/// "registry:docker.io/library/nginx:1.27" of "nginx:1.27": a deployment's images are a registry's, whatever their
/// names look like, and "registry:nginx" would be the image "registry" with the tag nginx.
std::string registry_argument(const std::string& name);
/// "docker.io/library/nginx" of "nginx:1.27"; of what names no image of a registry, the text itself.
std::string full_repository(std::string_view name);

/// {"version": 1, "images": [{"name", "digest", "places"}]}, sorted. Schema: schemas/deployment-lock.schema.json.
std::string lock_of(const Deployment& deployment, const Digests& digests);

/// The same read back. Errors: malformed (also two digests for one name).
Result<Digests> parse_lock(std::string_view json);

/// A file with digests, and what was left as it is.
struct Pinned {
  std::string text;
  std::size_t digests = 0;            ///< filled in
  std::vector<std::string> left_out;  ///< "compose.yaml:4:12: nginx:$TAG: why"
};
/// Fills "@sha256:…" in behind the image names of a file, and changes no other byte. Names with a digest stay; so do
/// names with variables, with escapes, and of images that are not in `digests`.
Pinned pin(const File& file, const Deployment& deployment, const Digests& digests);

}  // namespace supply::deploy
