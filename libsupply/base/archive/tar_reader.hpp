// Reads a tar stream as its bytes pass. Where the formats leave a choice, it reads what Go's archive/tar reads, since
// that is what every container runtime unpacks layers with. One thread.
// Source: POSIX.1-2017 pax, "ustar Interchange Format" and "pax Interchange Format"; GNU tar manual, "Basic Tar
// Format", "Storing Sparse Files".
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/result/result.hpp"

namespace supply::archive {

enum class TarType : std::uint8_t {
  file,
  hardlink,
  symlink,
  character_device,
  block_device,
  directory,
  fifo,
  global_header,  ///< a global pax header: Go hands it on as an entry, whose name unpackers make free for nothing
  other
};

/// One entry, extended headers applied. The views live until the visitor's call returns.
struct TarEntry {
  std::string_view path;   ///< as written, never with a NUL
  std::string_view link;   ///< target of a link, as written
  std::uint64_t size = 0;  ///< bytes of content; of a sparse file, holes included
  std::uint32_t mode = 0;  ///< permission bits with setuid, setgid and sticky
  /// The mode's bits of a file's type are there and not a regular file's, which Go takes for the type.
  bool mode_says_other_type = false;
  std::uint32_t uid = 0, gid = 0;
  TarType type = TarType::file;
  char type_flag = '0';                     ///< the header's own byte
  bool sparse = false;                      ///< stored without its holes
  std::string_view overlay_attribute = {};  ///< a pax record's key that an overlay driver takes for its own; else empty
  std::string_view capability = {};         ///< the extended attribute "security.capability"; else empty
};

enum class WantContent { no, yes };

class TarVisitor {
 public:
  virtual ~TarVisitor() = default;
  /// Whether content() shall be called for the entry.
  virtual Result<WantContent> entry(const TarEntry& entry) = 0;
  /// The next bytes of the entry's content, holes as zeros. The view lives during the call.
  virtual Status content(std::string_view chunk) = 0;
  /// The content of an entry that wanted it is complete; called for empty ones too.
  virtual Status end_entry() = 0;
  /// The next bytes of the content are a hole's. no: the rest of this hole is not to be handed on.
  virtual Result<WantContent> hole(std::uint64_t /*bytes*/) { return WantContent::yes; }
  /// An extended header or sparse map of so many bytes was read, which costs more than other bytes do.
  virtual Status extended_header(std::size_t /*bytes*/) { return {}; }
};

class TarReader {
 public:
  explicit TarReader(TarVisitor& visitor);
  TarReader(TarReader&&) noexcept;
  ~TarReader();

  /// Errors: malformed (checksum, numbers, extended headers, sparse maps, a lone zero block), limit_exceeded (names
  /// over kMaxTarPathBytes, extended headers over kMaxPaxHeaderBytes, holes over kMaxSparseHoleBytes), and those of
  /// the visitor. What follows two zero blocks is ignored.
  Status feed(std::string_view bytes);
  /// How many of the next bytes need not be fed, since nobody wants them: skip() takes them as fed.
  std::uint64_t skippable() const;
  void skip(std::uint64_t bytes);
  /// Whether the two zero blocks were there.
  bool ended() const;
  /// Says that the stream ends here. It may do so without zero blocks, as in Go and GNU tar, but only between entries.
  Status finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace supply::archive
