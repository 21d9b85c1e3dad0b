// Key files: whatever the bytes, an answer; a key that was read comes back from its own PEM.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "libsupply/base/crypto/key.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::crypto;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto key = PublicKey::from_pem(text)) {
    const auto again = PublicKey::from_pem(key->to_pem());
    if (!again || again->fingerprint() != key->fingerprint()) std::abort();
  }
  (void)PublicKey::from_der(text);
  // Deriving a key takes a tenth of a second: only plain files here.
  if (!PrivateKey::is_encrypted(text)) (void)PrivateKey::from_pem(text, "");
  return 0;
}
