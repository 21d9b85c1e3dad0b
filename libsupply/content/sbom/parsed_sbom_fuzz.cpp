#include <cstdint>
#include <cstdlib>

#include "libsupply/content/sbom/compare.hpp"
#include "libsupply/content/sbom/convert.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply;
  const auto parsed = sbom::parse_sbom(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!parsed) return 0;
  (void)sbom::compare_with_image(parsed->inventory, pkg::Inventory());
  if (!sbom::compare(parsed->inventory, parsed->inventory).differences.empty()) std::abort();
  // No package is lost on the way to another format, and no value of one makes another.
  for (const char* name : {"spdx-json", "spdx-tag-value", "spdx3-json", "cyclonedx-json"}) {
    const auto converted = sbom::convert(*parsed, **sbom::find_format(name), {});
    if (!converted) continue;
    const auto again = sbom::parse_sbom(converted->text);
    if (!again || again->inventory.packages.size() != parsed->inventory.packages.size()) std::abort();
  }
  return 0;
}
