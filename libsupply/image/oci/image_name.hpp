// Names of images as docker, Dockerfiles and manifest.json write them: short where they are on Docker Hub.
#pragma once

#include "libsupply/image/oci/reference.hpp"

namespace supply::oci {

/// A name without '/' is one on Docker Hub, also where it begins like a form of Supply's own ("oci:1").
/// Errors: usage, those of Reference::parse and for a name of no registry's image.
Result<Reference> parse_image_name(std::string_view name);
/// "docker.io/library/app:1.0" for "app:1.0", "docker.io/library/app:latest" for "app"; "" for what is no such name.
std::string full_name(std::string_view name);
/// "1.0" of "localhost:5000/app:1.0@sha256:…"; "" when there is none. A view into `name`.
std::string_view tag_of(std::string_view name);

}  // namespace supply::oci
