// SCTs and names in certificates: whatever the bytes, an answer; an identity has a name.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "libsupply/trust/root/certificate_identity.hpp"
#include "libsupply/trust/root/certificate_timestamp.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // The list alone, and in a certificate.
  crypto::Certificate bare;
  bare.extensions.push_back({"1.3.6.1.4.1.11129.2.4.2", false, std::string(text)});
  (void)root::certificate_timestamps(bare);
  const auto certificate = crypto::Certificate::from_der(text);
  if (!certificate) return 0;
  (void)root::certificate_timestamps(*certificate);
  const auto identity = root::certificate_identity(*certificate);
  if (identity && identity->name.empty()) std::abort();
  return 0;
}
