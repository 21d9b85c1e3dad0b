// Whatever the text: it holds at least one attestation, each an object of JSON, or there is an error.
#include <cstdint>
#include <cstdlib>

#include "libsupply/verdict/provenance_check/attestation_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = supply::provenance_check::read_attestation_file({reinterpret_cast<const char*>(data), size});
  if (!file) return 0;
  if (file->attestations.empty()) std::abort();
  for (const std::string& one : file->attestations) {
    if (!one.starts_with('{')) std::abort();
    (void)supply::provenance_check::needs_log_search(one, supply::provenance_check::SignersBy::keys);
  }
  return 0;
}
