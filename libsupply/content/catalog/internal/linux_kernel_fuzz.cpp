#include <cstdint>
#include <cstdlib>

#include "libsupply/content/catalog/internal/linux_kernel.hpp"

// What is read lies within the file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::catalog;
  const std::string_view file(reinterpret_cast<const char*>(data), size);
  if (const auto release = kernel_release(file))
    if (file.find(*release) == std::string_view::npos) std::abort();
  if (const auto module = parse_kernel_module(file))
    if (file.find(module->name) == std::string_view::npos || file.find(module->version) == std::string_view::npos)
      std::abort();
  return 0;
}
