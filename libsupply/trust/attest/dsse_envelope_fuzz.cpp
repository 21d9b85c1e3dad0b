#include <cstdint>
#include <cstdlib>

#include "libsupply/trust/attest/dsse_envelope.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::attest;
  const auto parsed = Envelope::parse(std::string_view(reinterpret_cast<const char*>(data), size));
  // What was read can be written and read again.
  if (parsed && !Envelope::parse(parsed->to_json())) std::abort();
  return 0;
}
