#include "libsupply/base/crypto/signature_memo.hpp"

#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/base/text/hex.hpp"

namespace supply::crypto {
namespace {

std::string key_of(const Certificate& certificate, const Certificate& issuer) {
  // DER says its own length, so that two pairs never have the same bytes.
  return hash(HashAlgorithm::sha256, certificate.der + issuer.der);
}

}  // namespace

std::optional<bool> SignatureMemo::find(const Certificate& certificate, const Certificate& issuer) const {
  const std::string key = key_of(certificate, issuer);
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto found = known_.find(key);
  return found == known_.end() ? std::nullopt : std::optional(found->second);
}

void SignatureMemo::know(std::span<const std::string_view> pairs) {
  const std::lock_guard<std::mutex> lock(mutex_);
  for (const std::string_view pair : pairs)
    if (Result<std::string> key = from_hex(pair)) known_.emplace(*std::move(key), true);
}

void SignatureMemo::keep(const Certificate& certificate, const Certificate& issuer, bool holds) {
  std::string key = key_of(certificate, issuer);
  const std::lock_guard<std::mutex> lock(mutex_);
  if (known_.size() < kMaxRememberedSignatures) known_.emplace(std::move(key), holds);
}

}  // namespace supply::crypto
