#include "libsupply/base/crypto/internal/small_hash.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <atomic>

namespace supply::crypto::internal {
namespace {

constexpr std::size_t kSmallBytesOfRun = 4 * kSmallBytes;
std::atomic<std::size_t> hashed_here{0};

// SHA-384 is SHA-512 that begins elsewhere and ends sooner. Source: FIPS 180-4, sections 5.3.4 and 6.5.
constexpr std::array<std::uint64_t, 8> kSha384{0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17,
                                               0x152fecd8f70e5939, 0x67332667ffc00b31, 0x8eb44a8768581511,
                                               0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4};

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

bool is_small(HashAlgorithm algorithm, std::size_t bytes) {
  if (algorithm != HashAlgorithm::sha256 && algorithm != HashAlgorithm::sha384 && algorithm != HashAlgorithm::sha512)
    return false;
  return bytes <= kSmallBytes && hashed_here.load(std::memory_order_relaxed) + bytes <= kSmallBytesOfRun;
}

std::string small_hash(HashAlgorithm algorithm, std::string_view bytes) {
  hashed_here.fetch_add(bytes.size(), std::memory_order_relaxed);
  std::array<unsigned char, crypto_hash_sha512_BYTES> raw{};
  if (algorithm == HashAlgorithm::sha256) {
    crypto_hash_sha256(raw.data(), bytes_of(bytes), bytes.size());
    return std::string(reinterpret_cast<const char*>(raw.data()), crypto_hash_sha256_BYTES);
  }
  crypto_hash_sha512_state state;
  crypto_hash_sha512_init(&state);
  if (algorithm == HashAlgorithm::sha384) std::copy(kSha384.begin(), kSha384.end(), state.state);
  crypto_hash_sha512_update(&state, bytes_of(bytes), bytes.size());
  crypto_hash_sha512_final(&state, raw.data());
  return std::string(reinterpret_cast<const char*>(raw.data()), algorithm == HashAlgorithm::sha384 ? 48 : 64);
}

}  // namespace supply::crypto::internal
