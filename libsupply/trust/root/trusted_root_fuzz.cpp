// Trusted roots: whatever the bytes, an answer; a log is trusted from some time on, and an authority has a certificate.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "libsupply/trust/root/trusted_root.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto all = supply::root::TrustedRoot::parse_all({reinterpret_cast<const char*>(data), size});
  if (!all) return 0;
  for (const auto& root : *all) {
    for (const auto* logs : {&root.logs, &root.ct_logs})
      for (const auto& log : *logs)
        if (!log.valid_for.start || log.id.size() < 4) std::abort();
    for (const auto* authorities : {&root.certificate_authorities, &root.timestamp_authorities})
      for (const auto& authority : *authorities)
        if (authority.chain.empty()) std::abort();
  }
  return 0;
}
