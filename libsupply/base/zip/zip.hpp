// Reads a zip archive that is held in memory as the JVM and Python's zipimport read one: by its central directory,
// whatever bytes are before the archive. An archive in which a reader of the local headers would see something else
// is refused. The only user of libarchive. Any thread.
// Source: PKWARE APPNOTE.TXT 6.3.10, sections 4.3 to 4.5; OpenJDK, java.util.zip.ZipFile; CPython, Lib/zipimport.py.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/result/result.hpp"

namespace supply::zip {

/// What the central directory says of a member.
struct ZipMember {
  std::string_view name;     ///< as written, never empty, never with a NUL; a view into the archive
  std::uint64_t size = 0;    ///< unpacked
  std::uint64_t packed = 0;  ///< bytes in the archive
  bool encrypted = false;
  bool ambiguous = false;  ///< another member of this name has another content: wanting it is refused
  bool directory() const { return name.ends_with('/'); }
};

class ZipVisitor {
 public:
  virtual ~ZipVisitor() = default;
  /// Whether content() shall be called with the member. Called for each member in the order of the central directory,
  /// before any content is read: what the contents will take can be drawn from a budget here.
  virtual Result<bool> wants(const ZipMember& member) = 0;
  /// The whole content of a member that was wanted, its checksum (CRC-32) checked; in the order of the archive.
  virtual Status content(const ZipMember& member, std::string bytes) = 0;
};

struct ZipLimits {
  std::size_t entries = kMaxZipEntries;
  std::size_t name_bytes = kMaxZipNameBytes;
  std::uint64_t unpacked = kMaxZipUnpackedBytes;  ///< of all members that are wanted
  std::uint64_t ratio = kMaxZipRatio;             ///< of each member that is wanted
};

/// Whether the bytes end as a zip archive does: a record that says where a central directory is.
bool is_zip(std::string_view archive);

/// Calls the visitor with what is in the archive. The content of members that nobody wants is not unpacked.
/// Of members of one name and content the first alone is there. Errors: malformed (no central directory; a damaged one,
/// or content; members of one name that is wanted with several contents; members that overlap; a local header that says
/// something else; a member that is not in the central directory), unsupported (an encrypted member that is wanted, a
/// compression method that libarchive does not read, several disks), limit_exceeded, those of the visitor.
Status read_zip(std::string_view archive, ZipVisitor& visitor, const ZipLimits& limits = {});

}  // namespace supply::zip
