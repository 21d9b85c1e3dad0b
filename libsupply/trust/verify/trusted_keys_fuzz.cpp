// Trust files: whatever the bytes, an answer; every key has a name, and one time of validity.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "libsupply/trust/verify/trusted_keys.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply;
  const auto keys = verify::parse_trusted_keys(
      {reinterpret_cast<const char*>(data), size}, "trust.yaml",
      [](const std::string&) -> Result<std::string> { return Error(ErrorCode::not_found, "no file"); });
  if (!keys) return 0;
  for (const verify::TrustedKey& key : *keys)
    if (key.name.empty() || (key.valid_for.end && key.reason.empty())) std::abort();
  return 0;
}
