#include <cstdint>
#include <string_view>

#include "libsupply/content/catalog/internal/cargo_installs.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::catalog;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)parse_crates2_json(text);
  (void)parse_crates_toml(text);
  return 0;
}
