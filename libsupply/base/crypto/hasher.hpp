// Hashes as a stream. One thread at a time each.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "libsupply/base/digest/digest.hpp"

namespace supply::crypto {

/// md5 and sha1 are here because package databases and SPDX 2.3 use them; nothing is trusted for them.
enum class HashAlgorithm { sha256, sha384, sha512, sha1, md5 };

std::string_view to_string(HashAlgorithm algorithm);  ///< "sha256"

class Hasher {
 public:
  explicit Hasher(HashAlgorithm algorithm);
  /// For a digest's algorithm. Errors: unsupported, when it is not sha256 or sha512.
  static Result<Hasher> create(const Digest& like);
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;
  ~Hasher();

  void update(std::string_view bytes);
  /// The raw hash. The hasher then starts anew.
  std::string finish();
  /// The same as a Digest. Only for sha256 and sha512.
  Digest finish_digest();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

std::string hash(HashAlgorithm algorithm, std::string_view bytes);
/// "sha256:…" of the bytes.
Digest sha256(std::string_view bytes);

}  // namespace supply::crypto
