// Hashes of few bytes without EVP, which builds the tables of all of OpenSSL's algorithms before the first: a verb that
// checks one signature hashes some kilobytes, and those tables cost it more than everything else. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libsupply/base/crypto/hasher.hpp"

namespace supply::crypto::internal {

inline constexpr std::size_t kSmallBytes = 16'384;

/// Whether a hash of so many bytes is to be made here: it is one of SHA-2, the bytes are few, and so were all before in
/// this process. For many bytes OpenSSL's code is ten times as fast.
bool is_small(HashAlgorithm algorithm, std::size_t bytes);

/// SHA-256, SHA-384 or SHA-512, by libsodium.
std::string small_hash(HashAlgorithm algorithm, std::string_view bytes);

}  // namespace supply::crypto::internal
