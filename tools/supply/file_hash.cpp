#include "tools/supply/file_hash.hpp"

#include <memory>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/text/hex.hpp"

namespace supply::tools {
namespace {

constexpr std::size_t kReadBytes = 256 * kKiB;

}  // namespace

Result<FileHashes> hash_file(const std::string& path, crypto::HashAlgorithm algorithm, io::FollowLinks links) {
  SUPPLY_TRY(const std::unique_ptr<io::Source> stream, io::open_file(path, links));
  const bool one = algorithm == crypto::HashAlgorithm::sha256;
  crypto::Hasher sha256(crypto::HashAlgorithm::sha256), other(algorithm);
  // Not filled before: of a small file most of its pages are never touched.
  const auto buffer = std::make_unique_for_overwrite<char[]>(kReadBytes);
  for (;;) {
    SUPPLY_TRY(const std::size_t count, stream->read({buffer.get(), kReadBytes}));
    if (count == 0) break;
    sha256.update({buffer.get(), count});
    if (!one) other.update({buffer.get(), count});
  }
  FileHashes hashes{sha256.finish_digest(), {}};
  hashes.other = one ? *from_hex(hashes.sha256.encoded()) : other.finish();
  return hashes;
}

}  // namespace supply::tools
