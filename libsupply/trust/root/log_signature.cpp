#include "libsupply/trust/root/log_signature.hpp"

#include <charconv>
#include <span>

#include "libsupply/base/crypto/rsa_pss.hpp"
#include "libsupply/base/crypto/signature_algorithm.hpp"
#include "libsupply/base/json/json_writer.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/hex.hpp"

namespace supply::root {

namespace {

using crypto::KeyType;
using crypto::SignatureScheme;

// How a log with such a key signs.
enum class Made { ecdsa_sha256, ecdsa_own_hash, rsa_pkcs1, rsa_pss, ed25519 };

std::span<const Made> ways_of(KeyType type) {
  static constexpr Made p256[] = {Made::ecdsa_sha256};
  static constexpr Made larger[] = {Made::ecdsa_own_hash, Made::ecdsa_sha256};
  static constexpr Made rsa[] = {Made::rsa_pkcs1, Made::rsa_pss};
  static constexpr Made ed25519[] = {Made::ed25519};
  switch (type) {
    case KeyType::ecdsa_p256: return p256;
    case KeyType::ecdsa_p384:
    case KeyType::ecdsa_p521: return larger;
    case KeyType::rsa: return rsa;
    case KeyType::ed25519: return ed25519;
  }
  return {};
}

bool holds(Made made, const crypto::PublicKey& key, std::string_view message, std::string_view signature) {
  const auto as = [&](SignatureScheme scheme) {
    return static_cast<bool>(crypto::verify_as(scheme, key, message, signature));
  };
  switch (made) {
    case Made::ecdsa_sha256: return as(SignatureScheme::ecdsa_sha256);
    case Made::ecdsa_own_hash:
      return as(key.type() == KeyType::ecdsa_p384 ? SignatureScheme::ecdsa_sha384 : SignatureScheme::ecdsa_sha512);
    case Made::rsa_pkcs1: return as(SignatureScheme::rsa_pkcs1_sha256);
    case Made::rsa_pss:
      return static_cast<bool>(crypto::verify_rsa_pss(crypto::HashAlgorithm::sha256, key, message, signature));
    case Made::ed25519: return static_cast<bool>(key.verify(message, signature));  // pure or prehashed
  }
  return false;
}

Status verify_one_of(std::span<const Made> ways, const TransparencyLog& log, std::string_view message,
                     std::string_view signature, Budget& budget) {
  for (const Made made : ways) {
    SUPPLY_TRY(budget.spend(Cost::verifications, log.key->cost(signature)));
    if (holds(made, *log.key, message, signature)) return {};
  }
  return Error(ErrorCode::mismatch, "signature is not by the log's key");
}

// RFC 8785, section 3.2.2.3: a number is written as that of ECMAScript, a double, so that beyond 2^53 the log signs
// another one than the entry's. Below 10^21 it has no exponent.
std::string canonical_number(std::uint64_t value) {
  constexpr std::uint64_t kExact = std::uint64_t{1} << 53;
  if (value <= kExact) return std::to_string(value);
  char buffer[32];
  const auto [end, fault] =
      std::to_chars(std::begin(buffer), std::end(buffer), static_cast<double>(value), std::chars_format::scientific);
  const std::string_view shortest(buffer, end);  // "9.223372036854776e+18"
  const std::size_t exponent = shortest.find('e');
  std::size_t zeros = 0;
  std::from_chars(buffer + exponent + 2, end, zeros);
  std::string digits(shortest.substr(0, exponent));
  std::erase(digits, '.');
  return digits.append(zeros + 1 - digits.size(), '0');
}

Error unused_key() {
  return Error(ErrorCode::mismatch,
               "log with a key of a type that Supply does not use, or that its keyDetails do not fit");
}

}  // namespace

Status verify_log_signature(const TransparencyLog& log, std::string_view message, std::string_view signature,
                            Budget& budget) {
  if (!log.key) return unused_key();
  return verify_one_of(ways_of(log.key->type()), log, message, signature, budget);
}

Status verify_certificate_log_signature(const TransparencyLog& log, std::string_view message,
                                        std::string_view signature, Budget& budget) {
  if (!log.key) return unused_key();
  const KeyType type = log.key->type();
  const Made made = type == KeyType::rsa       ? Made::rsa_pkcs1
                    : type == KeyType::ed25519 ? Made::ed25519
                                               : Made::ecdsa_sha256;
  return verify_one_of({&made, 1}, log, message, signature, budget);
}

std::string signed_entry(const attest::LogEntry& entry) {
  std::string text;
  json::JsonWriter json(text);
  json.open('{');
  json.member("body", to_base64(entry.body));
  json.key("integratedTime");
  json.raw(canonical_number(static_cast<std::uint64_t>(entry.integrated_time.value_or(0))));
  json.member("logID", to_hex(entry.log_id));
  json.key("logIndex");
  json.raw(canonical_number(entry.log_index));
  json.close('}');
  return text;
}

}  // namespace supply::root
