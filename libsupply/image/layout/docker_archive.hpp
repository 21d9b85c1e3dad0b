// What `docker save` writes (`docker-archive:FILE`): a tar with images in it, named by its manifest.json.
// Source: moby image/spec/v1.2.md, "Combined Image JSON + Filesystem Changeset Format", and what docker, podman,
// skopeo and buildah write.
#pragma once

#include "libsupply/base/io/file.hpp"
#include "libsupply/base/limits/budget.hpp"
#include "libsupply/image/layout/layout.hpp"

namespace supply::layout {

class TarStorage;

/// Reads an archive of either form, compressed (gzip, zstd: unpacked into a nameless file in `spool`, or beside the
/// file) or not. It holds no manifests: each image is presented as an OCI manifest that is made here, the same for the
/// same image, with the layers as they lie. A layer that is not compressed has its diff_id for digest; the config has
/// the image ID. An image is named by its full reference, by its tag where only one has it, by its image ID, or not at
/// all where there is only one; its tags are its full references. Nothing refers to an image in such an archive, for it
/// has no place for that (an archive of the new form is an OCI layout too: open_archive() finds what is attached).
/// What it unpacks and its table of members are drawn from `budget`, which outlives it.
/// Errors: not_found (no file, no manifest.json in it), unsupported, malformed, mismatch (of resolve(): a config that
/// is not what its name says), limit_exceeded.
Result<std::unique_ptr<store::ImageSource>> open_docker_archive(const io::Path& file, Budget& budget,
                                                                const io::Path& spool = {});
/// The same from a stream such as a pipe, which is read to its end into a nameless file in `spool`.
Result<std::unique_ptr<store::ImageSource>> read_docker_archive(io::Source& stream, Budget& budget,
                                                                const io::Path& spool);

/// Opens an archive of docker's new form, or makes one: an OCI layout with a manifest.json beside it, so that
/// `docker load`, skopeo and readers of layouts all take it. It is written as open_archive() says. A tag without a
/// repository ("1.0") gets the file's name for one ("app.tar": "app:1.0"). Errors: usage (of put_manifest(), for an
/// index under a tag: docker has one platform for each), unsupported (of the old form), and those of open_archive().
Result<std::unique_ptr<store::ContentStore>> create_docker_archive(const io::Path& file);

/// The layout in an archive of the new form; what is put into it and removed from it is in manifest.json too.
/// Errors: those of Layout::open.
Result<std::unique_ptr<Layout>> docker_layout_in(std::unique_ptr<TarStorage> files);

}  // namespace supply::layout
