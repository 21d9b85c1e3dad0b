// Certificates: whatever the bytes, an answer; what was read is the very bytes, and nothing is lost of what is signed.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "libsupply/base/crypto/certificate.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::crypto;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)Certificate::all_from_pem(text);
  const auto certificate = Certificate::from_der(text);
  if (!certificate) return 0;
  if (certificate->der != text || certificate->tbs.size() >= text.size()) std::abort();
  if (!certificate->extensions.empty() && certificate->tbs_without("1.2.3.4.5.6.7") != certificate->tbs &&
      certificate->extension("1.2.3.4.5.6.7") == nullptr)
    std::abort();
  return 0;
}
