#include <cstdint>

#include "libsupply/content/catalog/internal/path_gems.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  (void)supply::catalog::parse_path_gems({reinterpret_cast<const char*>(data), size});
  return 0;
}
