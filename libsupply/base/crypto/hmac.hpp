// Keyed hashes. Pure; any thread. Source: RFC 2104.
#pragma once

#include <string>
#include <string_view>

namespace supply::crypto {

/// HMAC with SHA-256, raw: 32 bytes.
std::string hmac_sha256(std::string_view key, std::string_view message);

}  // namespace supply::crypto
