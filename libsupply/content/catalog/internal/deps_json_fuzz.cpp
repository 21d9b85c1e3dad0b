#include "libsupply/content/catalog/internal/deps_json.hpp"
#include "libsupply/testing/fuzz_packages.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return supply::testing::fuzz_described_packages(
      data, size, [](std::string_view text) { return supply::catalog::parse_deps_json(text); });
}
