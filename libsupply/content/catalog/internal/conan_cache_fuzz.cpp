#include <cstdint>
#include <string>

#include "libsupply/content/catalog/internal/conan_cache.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply;
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  Budget budget(Budget::Amounts{0, 0, 0, 0, 1'000'000});
  Share share(budget);
  (void)catalog::read_conan_cache(bytes, share);
  (void)catalog::parse_conan_reference(bytes);
  return 0;
}
