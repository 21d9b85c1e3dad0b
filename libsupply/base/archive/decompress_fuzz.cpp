#include <algorithm>
#include <cstdint>

#include "libsupply/base/archive/decompress.hpp"
#include "libsupply/base/limits/limits.hpp"

// The first byte chooses the size of the chunks that the rest comes in.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const std::size_t chunk = static_cast<std::size_t>(data[0]) * 16 + 1;
  rest.remove_prefix(1);
  supply::archive::Decompressor decompressor([](std::string_view) { return supply::Status(); },
                                             {.bytes = 16 * supply::kMiB, .ratio = 1'000, .ratio_floor = supply::kMiB});
  while (!rest.empty()) {
    if (!decompressor.feed(rest.substr(0, chunk))) return 0;
    rest.remove_prefix(std::min(chunk, rest.size()));
  }
  (void)static_cast<bool>(decompressor.finish());
  return 0;
}
