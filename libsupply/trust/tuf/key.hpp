// Keys of TUF metadata, and thresholds of signatures by distinct ones. Immutable values; any thread.
// Source: TUF specification 1.0, section 4.2.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/crypto/key.hpp"
#include "libsupply/base/json/json.hpp"

namespace supply::tuf {

struct Key {
  std::string scheme;
  std::optional<crypto::PublicKey> key;  ///< nothing: of a type or scheme that Supply does not use; it signs nothing

  /// keytype ed25519, ecdsa (also ecdsa-sha2-nistp256 and -nistp384), rsa; PEM, or hexadecimal digits (of the 32 bytes,
  /// or of a point). Errors: malformed, for members of another form, or a key of a known type that is none.
  static Result<Key> parse(const json::Value& value);
  /// Whether it made the signature. Errors: mismatch; unsupported, where `key` is nothing.
  Status verify(std::string_view message, std::string_view signature) const;
};

/// By key id. The id is a name and need not be a hash of the key: repositories change what it is a hash of.
using Keys = std::map<std::string, Key, std::less<>>;

struct Role {
  std::vector<std::string> key_ids;  ///< each once
  std::uint64_t threshold = 0;       ///< at least 1

  /// Errors: malformed (a key id twice, a threshold below 1), limit_exceeded.
  static Result<Role> parse(const json::Value& value);
};

struct Signature {
  std::string key_id;
  std::string bytes;  ///< raw; empty where what is there is no hexadecimal digits: then it is of nobody
};

/// Whether at least `threshold` of the role's keys signed `message`. Two key ids of one key count once; signatures that
/// are empty, wrong, or by others neither help nor harm. Errors: mismatch, saying how many there are.
Status verify_threshold(std::string_view message, const std::vector<Signature>& signatures, const Role& role,
                        const Keys& keys);

}  // namespace supply::tuf
