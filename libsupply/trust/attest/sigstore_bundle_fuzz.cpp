#include <cstdint>
#include <cstdlib>

#include "libsupply/trust/attest/sigstore_bundle.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::attest;
  const auto parsed = Bundle::parse(std::string_view(reinterpret_cast<const char*>(data), size));
  if (parsed && !Bundle::parse(to_bundle_json(parsed->key_hint, parsed->content))) std::abort();
  return 0;
}
