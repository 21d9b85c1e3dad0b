// PEM: text around DER. Source: RFC 7468; RFC 1421 for headers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/crypto/internal/secret.hpp"
#include "libsupply/base/result/result.hpp"

namespace supply::crypto::internal {

struct PemBlock {
  std::string label;         ///< "PUBLIC KEY"
  bool has_headers = false;  ///< "Proc-Type: 4,ENCRYPTED" and the like
  SecretBytes der;
};

/// Every block of a key file, at least one. Errors: malformed, limit_exceeded.
Result<std::vector<PemBlock>> read_pem(std::string_view text);
/// The same of a file of certificates, of any size.
Result<std::vector<PemBlock>> read_long_pem(std::string_view text);
/// One block, lines of 64 characters.
std::string write_pem(const char* label, std::string_view der);

}  // namespace supply::crypto::internal
