#include <cstdint>
#include <cstdlib>

#include "libsupply/content/catalog/internal/python_headers.hpp"
#include "libsupply/content/catalog/python.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::catalog;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)parse_python_metadata(text);
  (void)parse_python_record(text);
  // However the bytes are cut, the same is read.
  const auto read = [&](std::size_t step) {
    PythonHeaderReader reader;
    for (std::size_t at = 0; at < size; at += step) reader.feed(text.substr(at, step));
    const auto headers = reader.finish();
    return headers ? to_text(*headers) : std::string();
  };
  if (read(1) != read(size + 1)) std::abort();
  return 0;
}
