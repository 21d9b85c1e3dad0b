#include "libsupply/base/crypto/message.hpp"

#include <sodium.h>

namespace supply::crypto {

const std::string& Message::hash(HashAlgorithm algorithm) {
  std::string& known = hashes_.at(static_cast<std::size_t>(algorithm));
  if (known.empty()) {
    Hasher hasher(algorithm);
    hasher.update(head_);
    hasher.update(body_);
    known = hasher.finish();
  }
  return known;
}

const std::string& Message::ed25519ph_state() {
  if (ed25519ph_state_.empty()) {
    crypto_sign_ed25519ph_state state;
    crypto_sign_ed25519ph_init(&state);
    for (const std::string_view part : {std::string_view(head_), body_})
      crypto_sign_ed25519ph_update(&state, reinterpret_cast<const unsigned char*>(part.data()), part.size());
    ed25519ph_state_.assign(reinterpret_cast<const char*>(&state), sizeof state);
  }
  return ed25519ph_state_;
}

}  // namespace supply::crypto
