// The hashes that package managers write as hexadecimal digits. Pure; any thread. Source: RFC 1321, FIPS 180-4.
#pragma once

#include <string_view>

namespace supply::pkg {

/// Whether `digits` are as many hexadecimal digits, in lower case, as a hash of that algorithm has ("md5", "sha1",
/// "sha224", "sha256", "sha384", "sha512"). False for another algorithm.
bool is_hash_of(std::string_view algorithm, std::string_view digits);

}  // namespace supply::pkg
