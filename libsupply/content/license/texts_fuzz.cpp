#include <cstdint>
#include <cstdlib>

#include "libsupply/content/license/texts.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::license;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const std::string& license : recognize_texts(text).licenses())
    if (!find_license(license)) std::abort();
  return 0;
}
