#include "libsupply/trust/verify/artifact.hpp"

#include "libsupply/base/text/hex.hpp"

namespace supply::verify {

Result<std::string> Artifact::hash(crypto::HashAlgorithm algorithm) const {
  if (crypto::to_string(algorithm) == digest.algorithm()) return from_hex(digest.encoded());
  if (bytes) return crypto::hash(algorithm, *bytes);
  if (read_hash) return read_hash(algorithm);
  return Error(ErrorCode::unsupported, "this needs the file's " + std::string(crypto::to_string(algorithm)) +
                                           " digest, and only its " + std::string(digest.algorithm()) +
                                           " digest is known");
}

Result<std::string_view> Artifact::all(std::string& held) const {
  if (bytes) return *bytes;
  if (!read_bytes)
    return Error(ErrorCode::unsupported, "an Ed25519 signature is over the file itself: its digest is not enough");
  SUPPLY_TRY(held, read_bytes());
  return std::string_view(held);
}

}  // namespace supply::verify
