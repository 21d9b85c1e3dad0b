// What a signature is to be about: a file, or only its digest. Immutable; one thread.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/digest/digest.hpp"

namespace supply::verify {

struct Artifact {
  std::optional<std::string_view> bytes;  ///< nothing: they are not held. A view of the caller's.
  Digest digest;                          ///< sha256 or sha512
  /// Reads the artifact once more, for its hash by another algorithm, or whole (Ed25519 signs the bytes themselves).
  /// Empty: there is nothing to read. Errors: of the reading; mismatch, when it is not the one with `digest` any more.
  std::function<Result<std::string>(crypto::HashAlgorithm)> read_hash = {};
  std::function<Result<std::string>()> read_bytes = {};

  /// The raw hash. Errors: unsupported, when only a digest by another algorithm is known; those of read_hash.
  Result<std::string> hash(crypto::HashAlgorithm algorithm) const;
  /// All of it, in `held` where it had to be read. Errors: unsupported, when only a digest is known; those of
  /// read_bytes.
  Result<std::string_view> all(std::string& held) const;
};

}  // namespace supply::verify
