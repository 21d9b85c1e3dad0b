#include <cstdint>
#include <cstdlib>

#include "libsupply/content/catalog/internal/native_image_sbom.hpp"

namespace {

std::optional<std::string> search(std::string_view bytes, std::size_t part) {
  supply::catalog::NativeImageSbomSearch search(1 << 16);
  for (std::size_t at = 0; at < bytes.size(); at += part) search.feed(bytes.substr(at, part));
  return search.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // Behind what begins every search.
  const std::string bytes =
      std::string("\x7f\x45LF\0sbom_length\0", 17) + std::string(reinterpret_cast<const char*>(data), size);
  if (search(bytes, bytes.size()).has_value() != search(bytes, 600).has_value()) std::abort();
  return 0;
}
