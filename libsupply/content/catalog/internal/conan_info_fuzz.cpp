#include <cstdint>
#include <cstdlib>

#include "libsupply/content/catalog/internal/conan_info.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::catalog;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)conan_reference_of(text);
  const auto read = parse_conan_info(text, {"lamp", "1", "", ""});
  // A section that is added says what else is required.
  const auto more = parse_conan_info(std::string(text) + "\n[requires]\nz/1\n", {"lamp", "1", "", ""});
  if (!read || !more || more->requires_.size() != read->requires_.size() + 1) std::abort();
  return 0;
}
