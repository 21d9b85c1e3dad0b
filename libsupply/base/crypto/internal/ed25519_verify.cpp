#include "libsupply/base/crypto/internal/ed25519_verify.hpp"

#include <sodium.h>

namespace supply::crypto::internal {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kPrefix = "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00"sv;

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

bool is_ed25519(std::string_view spki) {
  return spki.starts_with(kPrefix) && spki.size() == kPrefix.size() + crypto_sign_ed25519_PUBLICKEYBYTES &&
         crypto_core_ed25519_is_valid_point(bytes(spki.substr(kPrefix.size()))) == 1;
}

bool verifies_ed25519(std::string_view spki, std::string_view message, std::string_view signature) {
  return signature.size() == crypto_sign_ed25519_BYTES &&
         crypto_sign_ed25519_verify_detached(bytes(signature), bytes(message), message.size(),
                                             bytes(spki.substr(kPrefix.size()))) == 0;
}

}  // namespace supply::crypto::internal
