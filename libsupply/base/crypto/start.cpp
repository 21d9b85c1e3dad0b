#include "libsupply/base/crypto/start.hpp"

#define OPENSSL_SUPPRESS_DEPRECATED  // a RAND_METHOD is what OpenSSL 3 calls deprecated, for it knows no providers
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <sys/random.h>

#include <cerrno>

namespace supply::crypto {
namespace {

int random_bytes(unsigned char* to, int size) {
  while (size > 0) {
    const ssize_t count = ::getrandom(to, static_cast<std::size_t>(size), 0);
    if (count < 0 && errno != EINTR) return 0;
    if (count < 0) continue;
    to += count;
    size -= static_cast<int>(count);
  }
  return 1;
}

constexpr RAND_METHOD kKernel{nullptr, random_bytes, nullptr, nullptr, random_bytes, [] { return 1; }};

}  // namespace

void start() {
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, nullptr);
  RAND_set_rand_method(&kKernel);
}

}  // namespace supply::crypto
