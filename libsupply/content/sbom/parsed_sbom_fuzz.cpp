#include <cstdint>
#include <cstdlib>

#include "libsupply/content/sbom/compare.hpp"
#include "libsupply/content/sbom/parsed_sbom.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply;
  const auto parsed = sbom::parse_sbom(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!parsed) return 0;
  (void)sbom::compare_with_image(parsed->inventory, pkg::Inventory());
  if (!sbom::compare(parsed->inventory, parsed->inventory).differences.empty()) std::abort();
  return 0;
}
