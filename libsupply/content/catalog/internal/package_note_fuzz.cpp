#include <cstdint>
#include <cstdlib>

#include "libsupply/content/catalog/internal/package_note.hpp"

// What is read has a name, and a purl that parses to the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply;
  const auto package = catalog::parse_package_note({reinterpret_cast<const char*>(data), size});
  if (!package) return 0;
  if (package->name.empty()) std::abort();
  const std::string purl = package->purl.to_string();
  const auto again = pkg::Purl::parse(purl);
  if (again && again->to_string() != purl) std::abort();
  return 0;
}
