#include "libsupply/base/crypto/hmac.hpp"

#include "libsupply/base/crypto/hasher.hpp"

namespace supply::crypto {

std::string hmac_sha256(std::string_view key, std::string_view message) {
  constexpr std::size_t kBlock = 64;
  std::string padded = key.size() > kBlock ? hash(HashAlgorithm::sha256, key) : std::string(key);
  padded.resize(kBlock, '\0');
  std::string inner = padded, outer = padded;
  for (char& c : inner) c = static_cast<char>(c ^ 0x36);
  for (char& c : outer) c = static_cast<char>(c ^ 0x5c);
  return hash(HashAlgorithm::sha256, outer + hash(HashAlgorithm::sha256, inner.append(message)));
}

}  // namespace supply::crypto
