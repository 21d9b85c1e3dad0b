// What a document of an image is about, and what it is called: by what the image says itself and by what it is
// published as, never by the place on a disk that it was read from, so that the same image gives the same document.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/content/sbom/document.hpp"
#include "libsupply/image/oci/reference.hpp"
#include "libsupply/image/store/image.hpp"

namespace supply::sbom {

/// By what it says itself (org.opencontainers.image.title), or by the registry's reference that it is `published`
/// under.
DocumentSubject subject_of(const store::PlatformImage& image, const std::optional<oci::Reference>& published = {});
/// When its document was made: `source_date_epoch` where there is one, else the image's own time, else 1970.
Time created_of(const std::optional<Time>& source_date_epoch, const store::PlatformImage& image);

/// What an image is called in a registry, as REPOSITORY[:TAG]; a tag that nobody said is none. Nothing for an empty
/// name. Errors: usage.
Result<std::optional<oci::Reference>> published_as(std::string_view name);

/// "linux/amd64, linux/arm64": every platform for which an index lists the image.
std::string platforms_text(const store::PlatformImage& image);
/// The file for the document of one of `images`, which are those of one index: `file` where there is one image, else
/// with the platform before its ending, and with the image's digest where an index names one platform twice.
std::string file_of_platform(const std::string& file, const store::PlatformImage& image,
                             const std::vector<store::PlatformImage>& images);

}  // namespace supply::sbom
