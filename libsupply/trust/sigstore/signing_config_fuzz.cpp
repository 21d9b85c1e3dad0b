#include "libsupply/trust/sigstore/services.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const auto config = supply::sigstore::SigningConfig::parse({reinterpret_cast<const char*>(data), size});
  if (config) (void)supply::sigstore::addresses_of(*config, supply::Time(std::chrono::seconds(1'780'000'000)));
  return 0;
}
