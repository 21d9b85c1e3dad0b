// The names in a layout: of its files, blobs, annotations and tags, and what they say of an entry of index.json.
#pragma once

#include "libsupply/base/io/stream.hpp"
#include "libsupply/image/oci/descriptor.hpp"

namespace supply::layout {

inline constexpr std::string_view kRefName = "org.opencontainers.image.ref.name";
inline constexpr std::string_view kContainerdName = "io.containerd.image.name";
/// The annotation by which `cosign save` tells images from signatures.
inline constexpr std::string_view kCosignKind = "kind";

/// What the file oci-layout says. Source: OCI image-spec v1.1, image-layout.md.
inline constexpr std::string_view kLayoutFile = R"({"imageLayoutVersion":"1.0.0"})";
/// An index.json without entries.
std::string empty_index();

/// A blob's name within a layout: "blobs/sha256/<hex>".
std::string blob_name(const Digest& digest);
/// The digest in such a name, of an algorithm that can be verified.
std::optional<Digest> named_blob(std::string_view name);

/// The sha256 of all that comes. Errors: those of reading.
Result<Digest> hash_of(io::Source& source);

/// The value of an annotation, "" when absent.
std::string_view annotation(const oci::Descriptor& descriptor, std::string_view key);

/// Whether an entry of index.json has no name and the type of an artifact: what oras and Supply write for a referrer.
bool looks_like_referrer(const oci::Descriptor& entry);

/// Whether an entry of index.json says of itself that it is no image.
bool is_marked_as_other(const oci::Descriptor& entry);

}  // namespace supply::layout
