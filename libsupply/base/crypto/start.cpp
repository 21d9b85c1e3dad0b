#include "libsupply/base/crypto/start.hpp"

#include <openssl/crypto.h>

namespace supply::crypto {

void start() { OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr); }

}  // namespace supply::crypto
