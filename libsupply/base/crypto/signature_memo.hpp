// Signatures of certificates that were checked before: many bundles come by few authorities. Any thread.
#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "libsupply/base/crypto/certificate.hpp"

namespace supply::crypto {

class SignatureMemo {
 public:
  /// Whether the issuer's key made the certificate's signature; nothing: not known yet.
  std::optional<bool> find(const Certificate& certificate, const Certificate& issuer) const;
  /// Takes it as known that signatures hold: SHA-256 over the bytes of certificate and issuer, hexadecimal.
  void know(std::span<const std::string_view> pairs);
  /// Up to kMaxRememberedSignatures; later ones are forgotten, and checked again.
  void keep(const Certificate& certificate, const Certificate& issuer, bool holds);

 private:
  mutable std::mutex mutex_;
  std::map<std::string, bool> known_;  // by the hash of both certificates' bytes
};

}  // namespace supply::crypto
