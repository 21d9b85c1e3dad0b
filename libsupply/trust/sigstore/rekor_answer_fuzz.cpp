#include "libsupply/trust/sigstore/log_client.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)supply::sigstore::parse_rekor_v1_answer(text);
  (void)supply::attest::parse_log_entry(text);
  return 0;
}
