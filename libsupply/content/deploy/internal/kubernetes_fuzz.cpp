#include "libsupply/testing/fuzz_deployment.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return supply::testing::fuzz_deployment("kubernetes", data, size);
}
