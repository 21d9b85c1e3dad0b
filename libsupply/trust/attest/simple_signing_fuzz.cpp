#include <cstdint>
#include <cstdlib>

#include "libsupply/trust/attest/simple_signing.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::attest;
  const auto parsed = SimpleSigning::parse(std::string_view(reinterpret_cast<const char*>(data), size));
  if (parsed && !SimpleSigning::parse(parsed->to_bytes())) std::abort();
  return 0;
}
