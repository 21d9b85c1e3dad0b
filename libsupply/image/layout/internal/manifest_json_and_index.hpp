// An archive of docker's new form has two lists of its images: index.json, which readers of layouts take (skopeo's
// oci-archive, containerd), and manifest.json, which docker load and skopeo's docker-archive take. Who judges an image
// by one of them must get the same image as who runs it by the other.
#pragma once

#include "libsupply/base/limits/budget.hpp"
#include "libsupply/image/layout/internal/docker_manifest_json.hpp"
#include "libsupply/image/layout/internal/layout_storage.hpp"

namespace supply::layout {

/// Where both lists are: every image of manifest.json is one of index.json (the same config and the same layers; one
/// of its platforms, where the entry is an index), but for those without a name beside one that has one; every image of
/// index.json is one of manifest.json, and a name that both have is that of the same image. An index.json of which no
/// image is there (apko writes such) is nobody's list. A file `repositories` without a manifest.json, by which docker
/// load goes then, is refused. Errors: malformed, limit_exceeded, and those of reading the lists.
Status check_two_lists(const LayoutStorage& files, Budget& budget);

/// manifest.json's text with what index.json does not have taken out, and what only index.json has put in without a
/// name. Errors: those of parse_docker_manifest_json() and check_two_lists().
Result<std::string> agree_with_index(const LayoutStorage& files, std::string_view manifest_json, Budget& budget);

}  // namespace supply::layout
