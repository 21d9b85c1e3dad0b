#include <cstdint>
#include <cstdlib>

#include "libsupply/content/sbom/parsed_sbom.hpp"
#include "libsupply/content/sbom/compare.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply;
  const auto bill = sbom::parse_sbom(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!bill) return 0;
  (void)sbom::compare_with_image(*bill, catalog::Catalog());
  if (!sbom::compare(*bill, *bill).differences.empty()) std::abort();
  return 0;
}
