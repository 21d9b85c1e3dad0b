// Unpacks a layer's compression as its bytes pass: gzip, zstd or none, told from the first bytes.
// Pushed from outside, so that the same chunk can be hashed and unpacked while it is in the cache. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/result/result.hpp"

namespace supply::archive {

/// bzip2 and xz are told, not unpacked.
enum class Compression { none, gzip, zstd, bzip2, xz };

/// As many bytes decide.
inline constexpr std::size_t kCompressionHeadBytes = 4;

/// By the first bytes (magic numbers). Source: RFC 1952, section 2.3.1; RFC 8878, sections 3.1.1 and 3.1.2; the bzip2
/// and xz file formats. A byte after bzip2's "BZh" is its block size, so that no file of that name is taken for one.
Compression compression_of(std::string_view head);
constexpr bool is_unpacked(Compression compression) {
  return compression != Compression::bzip2 && compression != Compression::xz;
}
std::string_view to_string(Compression compression);  ///< "gzip"; static storage

/// How much may come out. The defaults are those of base/limits/limits.hpp.
struct UnpackLimits {
  std::uint64_t bytes = kMaxUnpackedLayerBytes;
  std::uint64_t ratio = kMaxUnpackRatio;               ///< unpacked per packed byte, once there are more than
  std::uint64_t ratio_floor = kUnpackRatioFloorBytes;  ///< so many unpacked bytes
};

class Decompressor {
 public:
  /// Takes unpacked bytes; the view lives during the call.
  using Out = std::function<Status(std::string_view)>;

  explicit Decompressor(Out out, UnpackLimits limits = {});
  Decompressor(Decompressor&&) noexcept;
  ~Decompressor();

  /// Takes the next packed bytes and hands on what comes out of them.
  /// Errors: malformed (compression, checksum, length, bytes behind the end), limit_exceeded, unsupported (bzip2, xz:
  /// Docker and podman unpack them, containerd does not, and no specification has them), and those of `out`.
  /// Source: RFC 1952 (several members; zero bytes may follow the last), RFC 8878 (several frames, skippable ones).
  Status feed(std::string_view packed);
  /// Says that the packed bytes end here. Errors: malformed, when the stream does not end here.
  Status finish();

  /// What it is; none until four bytes were fed.
  Compression compression() const;
  std::uint64_t packed_bytes() const;
  std::uint64_t unpacked_bytes() const;
  /// What its window takes, written to or not.
  std::uint64_t held_bytes() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace supply::archive
