#include <cstdint>

#include "libsupply/content/catalog/python.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)supply::catalog::parse_python_metadata(text);
  (void)supply::catalog::parse_python_record(text);
  (void)supply::catalog::end_of_python_header(text);
  return 0;
}
