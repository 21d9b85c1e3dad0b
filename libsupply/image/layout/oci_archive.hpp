// A tar of an OCI image layout (`oci-archive:FILE`): a Layout whose files lie in it.
// Source: OCI image-spec v1.1, image-layout.md; the file may be what skopeo, buildah, podman or `docker save` wrote.
#pragma once

#include "libsupply/base/limits/budget.hpp"
#include "libsupply/image/layout/layout.hpp"

namespace supply::layout {

/// Opens an archive, for reading and writing. What is put into it appears when commit() was called, by rename, and not
/// before; the writer of its index holds it until then, and other writers wait (ten minutes at most). A compressed
/// one (gzip, zstd) is unpacked into a nameless file in `spool` (empty: the archive's directory) and cannot be written
/// to. What it unpacks and its table of members are drawn from `budget`, which outlives it. Errors: not_found (no file,
/// no layout in it), unsupported, malformed, limit_exceeded.
Result<std::unique_ptr<Layout>> open_archive(const io::Path& file, Budget& budget, const io::Path& spool = {});
/// The same with a budget of its own; a file that is missing or empty is a new archive.
Result<std::unique_ptr<Layout>> create_archive(const io::Path& file);
/// Reads an archive, compressed or not, from a stream such as a pipe, which is read to its end into a nameless file in
/// `spool`. Nothing can be put into it. Errors: those of open_archive() and of the stream.
Result<std::unique_ptr<store::ImageSource>> read_archive(io::Source& stream, Budget& budget, const io::Path& spool);

}  // namespace supply::layout
