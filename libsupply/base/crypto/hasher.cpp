#include "libsupply/base/crypto/hasher.hpp"

#include <array>
#include <exception>

#include "libsupply/base/crypto/internal/openssl_ptr.hpp"
#include "libsupply/base/crypto/internal/small_hash.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::crypto {
namespace {

// Fetching by name costs a lock and a search through the providers: once per algorithm is enough.
const EVP_MD* method(HashAlgorithm algorithm) {
  static const std::array<const EVP_MD*, 5> methods = {
      EVP_MD_fetch(nullptr, "SHA2-256", nullptr), EVP_MD_fetch(nullptr, "SHA2-384", nullptr),
      EVP_MD_fetch(nullptr, "SHA2-512", nullptr), EVP_MD_fetch(nullptr, "SHA1", nullptr),
      EVP_MD_fetch(nullptr, "MD5", nullptr)};
  return methods[static_cast<std::size_t>(algorithm)];
}

// Hashing fails only without memory or without the algorithm's provider. A wrong digest must never come of that.
void must(int code) {
  if (!internal::worked(code)) std::terminate();
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
  std::string held = {};                 // the bytes so far, while they are few
  internal::MdCtxPtr context = nullptr;  // from when they are many

  void start() {
    const EVP_MD* const md = method(algorithm);
    context.reset(EVP_MD_CTX_new());
    must(md != nullptr && context ? 1 : 0);
    must(EVP_DigestInit_ex2(context.get(), md, nullptr));
    must(EVP_DigestUpdate(context.get(), held.data(), held.size()));
    held.clear();
  }
};

Hasher::Hasher(HashAlgorithm algorithm) : impl_(std::make_unique<Impl>(Impl{algorithm})) {
  if (!internal::is_small(algorithm, 0)) impl_->start();
}

Result<Hasher> Hasher::create(const Digest& like) {
  if (like.algorithm() == "sha256") return Hasher(HashAlgorithm::sha256);
  if (like.algorithm() == "sha512") return Hasher(HashAlgorithm::sha512);
  return Error(ErrorCode::unsupported, "digest algorithm " + quote(like.algorithm()) + ": want sha256 or sha512");
}

Hasher::Hasher(Hasher&&) noexcept = default;
Hasher& Hasher::operator=(Hasher&&) noexcept = default;
Hasher::~Hasher() = default;

void Hasher::update(std::string_view bytes) {
  if (!impl_->context) {
    if (internal::is_small(impl_->algorithm, impl_->held.size() + bytes.size())) {
      impl_->held.append(bytes);
      return;
    }
    impl_->start();
  }
  // No look at the error queue here: this is the inner loop over every layer.
  if (EVP_DigestUpdate(impl_->context.get(), bytes.data(), bytes.size()) != 1) std::terminate();
}

std::string Hasher::finish() {
  if (!impl_->context) {
    std::string hash = internal::small_hash(impl_->algorithm, impl_->held);
    impl_->held.clear();
    return hash;
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> raw;
  unsigned int size = 0;
  must(EVP_DigestFinal_ex(impl_->context.get(), raw.data(), &size));
  must(EVP_DigestInit_ex2(impl_->context.get(), nullptr, nullptr));
  return std::string(reinterpret_cast<const char*>(raw.data()), size);
}

Digest Hasher::finish_digest() {
  Result<Digest> digest = Digest::from_bytes(to_string(impl_->algorithm), finish());
  if (!digest) std::terminate();  // only for an algorithm that the header rules out
  return *std::move(digest);
}

std::string hash(HashAlgorithm algorithm, std::string_view bytes) {
  if (internal::is_small(algorithm, bytes.size())) return internal::small_hash(algorithm, bytes);
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
