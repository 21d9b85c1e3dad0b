#include <sodium.h>

#include <array>
#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/internal/encrypted_key.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/json/json_writer.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::crypto::internal {
namespace {

constexpr std::uint32_t kScryptR = 8, kScryptP = 1;
constexpr std::uint32_t kScryptN = 65'536;  // as cosign: 64 MiB, about a tenth of a second
constexpr std::size_t kSaltBytes = 32;

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

Status require_name(const json::Value& object, std::string_view want) {
  SUPPLY_TRY(const std::string name, json::require_string(object, "name"));
  if (name != want) return Error(ErrorCode::unsupported, quote(name) + ": want " + quote(want));
  return {};
}

Result<std::string> require_base64(const json::Value& object, std::string_view member) {
  SUPPLY_TRY(const std::string text, json::require_string(object, member));
  return from_base64(text).at(member);
}

Result<const json::Value*> require_object(const json::Value& object, std::string_view member) {
  SUPPLY_TRY(const json::Value* value, json::optional_object(object, member));
  if (value == nullptr) return Error(ErrorCode::malformed, "member " + quote(member) + " is missing");
  return value;
}

// The file chooses the cost, so only the three costs that cosign's family ever wrote or allows are paid.
Result<std::uint64_t> require_cost(const json::Value& kdf) {
  SUPPLY_TRY(const json::Value* params, require_object(kdf, "params"));
  SUPPLY_TRY(const std::int64_t n, json::require_integer(*params, "N"));
  SUPPLY_TRY(const std::int64_t r, json::require_integer(*params, "r"));
  SUPPLY_TRY(const std::int64_t p, json::require_integer(*params, "p"));
  if ((n != 32'768 && n != 65'536 && n != 131'072) || r != kScryptR || p != kScryptP) {
    return Error(ErrorCode::limit_exceeded, "scrypt parameters N=" + std::to_string(n) + " r=" + std::to_string(r) +
                                                " p=" + std::to_string(p) +
                                                ": want N=32768, 65536 or 131072, r=8, p=1");
  }
  return static_cast<std::uint64_t>(n);
}

Result<SecretBytes> derive(std::string_view password, std::string_view salt, std::uint64_t n) {
  SecretBytes key(crypto_secretbox_KEYBYTES);
  // libsodium wants a pointer also for no bytes.
  const unsigned char* const text = password.empty() ? bytes("") : bytes(password);
  if (crypto_pwhash_scryptsalsa208sha256_ll(text, password.size(), bytes(salt), salt.size(), n, kScryptR, kScryptP,
                                            key.data(), key.size()) != 0) {
    return Error(ErrorCode::internal, "scrypt: out of memory");
  }
  return key;
}

}  // namespace

Result<SecretBytes> decrypt_cosign(std::string_view text, std::string_view password) {
  SUPPLY_TRY(const json::Value value, json::parse(text));
  SUPPLY_TRY(const json::Value* kdf, require_object(value, "kdf"));
  SUPPLY_TRY(require_name(*kdf, "scrypt").at("kdf"));
  SUPPLY_TRY(const std::uint64_t n, require_cost(*kdf).at("kdf"));
  SUPPLY_TRY(const std::string salt, require_base64(*kdf, "salt").at("kdf"));
  SUPPLY_TRY(const json::Value* cipher, require_object(value, "cipher"));
  SUPPLY_TRY(require_name(*cipher, "nacl/secretbox").at("cipher"));
  SUPPLY_TRY(const std::string nonce, require_base64(*cipher, "nonce").at("cipher"));
  SUPPLY_TRY(const std::string ciphertext, require_base64(value, "ciphertext"));
  if (salt.empty() || nonce.size() != crypto_secretbox_NONCEBYTES || ciphertext.size() < crypto_secretbox_MACBYTES) {
    return Error(ErrorCode::malformed, "salt, nonce or ciphertext of a wrong length");
  }
  SUPPLY_TRY(const SecretBytes key, derive(password, salt, n));
  SecretBytes plain(ciphertext.size() - crypto_secretbox_MACBYTES);
  if (crypto_secretbox_open_easy(plain.data(), bytes(ciphertext), ciphertext.size(), bytes(nonce), key.data()) != 0) {
    return Error(ErrorCode::unauthenticated, "wrong passphrase, or a damaged file");
  }
  return plain;
}

Result<std::string> encrypt_cosign(std::string_view pkcs8, std::string_view password) {
  std::string salt(kSaltBytes, '\0');
  std::string nonce(crypto_secretbox_NONCEBYTES, '\0');
  randombytes_buf(salt.data(), salt.size());
  randombytes_buf(nonce.data(), nonce.size());
  SUPPLY_TRY(const SecretBytes key, derive(password, salt, kScryptN));
  std::string ciphertext(pkcs8.size() + crypto_secretbox_MACBYTES, '\0');
  if (crypto_secretbox_easy(reinterpret_cast<unsigned char*>(ciphertext.data()), bytes(pkcs8), pkcs8.size(),
                            bytes(nonce), key.data()) != 0) {
    return Error(ErrorCode::internal, "nacl/secretbox failed");
  }
  std::string text;
  json::JsonWriter json(text);
  json.open('{');
  json.key("kdf");
  json.open('{');
  json.member("name", "scrypt");
  json.key("params");
  json.open('{');
  for (const auto& [name, cost] : {std::pair("N", kScryptN), std::pair("r", kScryptR), std::pair("p", kScryptP)}) {
    json.key(name);
    json.number(cost);
  }
  json.close('}');
  json.member("salt", to_base64(salt));
  json.close('}');
  json.key("cipher");
  json.open('{');
  json.member("name", "nacl/secretbox");
  json.member("nonce", to_base64(nonce));
  json.close('}');
  json.member("ciphertext", to_base64(ciphertext));
  json.close('}');
  return text;
}

}  // namespace supply::crypto::internal
