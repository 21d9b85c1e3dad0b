#include <cstdint>
#include <cstdlib>

#include "libsupply/content/catalog/internal/vcpkg_status.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::catalog;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)parse_vcpkg_spdx(text, "x64-linux");
  std::map<std::string, DescribedPackage> once, twice;
  if (!read_vcpkg_status(text, once)) return 0;
  // The same journal on top of what it made changes no port.
  if (!read_vcpkg_status(text, twice) || !read_vcpkg_status(text, twice)) std::abort();
  if (once.size() != twice.size()) std::abort();
  return 0;
}
