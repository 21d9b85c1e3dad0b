#include <cstdint>
#include <cstdlib>

#include "libsupply/content/catalog/internal/nuspec.hpp"

// What is read has a name and a version.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto read = supply::catalog::parse_nuspec({reinterpret_cast<const char*>(data), size});
  if (read && (read->package.name.empty() || read->package.version.empty())) std::abort();
  return 0;
}
