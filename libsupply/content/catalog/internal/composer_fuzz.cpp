#include "libsupply/content/catalog/internal/composer.hpp"
#include "libsupply/testing/fuzz_packages.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return supply::testing::fuzz_described_packages(
      data, size, [](std::string_view text) { return supply::catalog::parse_composer_installed(text); });
}
