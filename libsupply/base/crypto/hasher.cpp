#include "libsupply/base/crypto/hasher.hpp"

// OpenSSL calls these functions deprecated because they know no providers. That is what they are for here: EVP builds
// the tables of all algorithms before the first hash, which is more than all that a verb with one signature does.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/md5.h>
#include <openssl/sha.h>

#include <array>
#include <exception>
#include <variant>

#include "libsupply/base/text/text.hpp"

namespace supply::crypto {
namespace {

// Of one algorithm: OpenSSL's state and its three functions, which fail for no bytes.
template <class State, auto Init, auto Update, auto Final, std::size_t kBytes>
struct Running {
  Running() { must(Init(&state)); }
  void update(std::string_view bytes) { must(Update(&state, bytes.data(), bytes.size())); }
  std::string finish() {
    std::array<unsigned char, kBytes> raw{};
    must(Final(raw.data(), &state));
    must(Init(&state));
    return std::string(reinterpret_cast<const char*>(raw.data()), raw.size());
  }
  // A wrong digest must never come of what cannot happen.
  static void must(int code) {
    if (code != 1) std::terminate();
  }
  State state;
};

using Sha256 = Running<SHA256_CTX, SHA256_Init, SHA256_Update, SHA256_Final, SHA256_DIGEST_LENGTH>;
using Sha384 = Running<SHA512_CTX, SHA384_Init, SHA384_Update, SHA384_Final, SHA384_DIGEST_LENGTH>;
using Sha512 = Running<SHA512_CTX, SHA512_Init, SHA512_Update, SHA512_Final, SHA512_DIGEST_LENGTH>;
using Sha1 = Running<SHA_CTX, SHA1_Init, SHA1_Update, SHA1_Final, SHA_DIGEST_LENGTH>;
using Md5 = Running<MD5_CTX, MD5_Init, MD5_Update, MD5_Final, MD5_DIGEST_LENGTH>;
using Any = std::variant<Sha256, Sha384, Sha512, Sha1, Md5>;

Any start(HashAlgorithm algorithm) {
  switch (algorithm) {
    case HashAlgorithm::sha256: return Sha256();
    case HashAlgorithm::sha384: return Sha384();
    case HashAlgorithm::sha512: return Sha512();
    case HashAlgorithm::sha1: return Sha1();
    case HashAlgorithm::md5: return Md5();
  }
  std::terminate();
}

}  // namespace

std::string_view to_string(HashAlgorithm algorithm) {
  switch (algorithm) {
    case HashAlgorithm::sha256: return "sha256";
    case HashAlgorithm::sha384: return "sha384";
    case HashAlgorithm::sha512: return "sha512";
    case HashAlgorithm::sha1: return "sha1";
    case HashAlgorithm::md5: return "md5";
  }
  return "";
}

struct Hasher::Impl {
  HashAlgorithm algorithm;
  Any running = start(algorithm);
};

Hasher::Hasher(HashAlgorithm algorithm) : impl_(std::make_unique<Impl>(Impl{algorithm})) {}

Result<Hasher> Hasher::create(const Digest& like) {
  if (like.algorithm() == "sha256") return Hasher(HashAlgorithm::sha256);
  if (like.algorithm() == "sha512") return Hasher(HashAlgorithm::sha512);
  return Error(ErrorCode::unsupported, "digest algorithm " + quote(like.algorithm()) + ": want sha256 or sha512");
}

Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;
Hasher::~Hasher() = default;

void Hasher::update(std::string_view bytes) {
  std::visit([&](auto& running) { running.update(bytes); }, impl_->running);
}

std::string Hasher::finish() {
  return std::visit([](auto& running) { return running.finish(); }, impl_->running);
}

Digest Hasher::finish_digest() {
  Result<Digest> digest = Digest::from_bytes(to_string(impl_->algorithm), finish());
  if (!digest) std::terminate();  // only for an algorithm that the header rules out
  return *std::move(digest);
}

std::string hash(HashAlgorithm algorithm, std::string_view bytes) {
  Hasher hasher(algorithm);
  hasher.update(bytes);
  return hasher.finish();
}

Digest sha256(std::string_view bytes) {
  Hasher hasher(HashAlgorithm::sha256);
  hasher.update(bytes);
  return hasher.finish_digest();
}

}  // namespace supply::crypto
