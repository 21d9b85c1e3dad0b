#include "libsupply/base/crypto/certificate_pem.hpp"

#include "libsupply/base/crypto/internal/pem.hpp"

namespace supply::crypto {

std::string certificate_pem(std::string_view der) { return internal::write_pem("CERTIFICATE", der); }

}  // namespace supply::crypto
