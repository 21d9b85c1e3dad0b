#include <cstdint>
#include <cstdlib>
#include <string>

#include "libsupply/content/catalog/internal/snap_package.hpp"

// Every package has a purl of its name; a comment at the end changes nothing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::catalog;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto snap = parse_snap_yaml(text);
  if (snap && snap->purl.empty()) abort();
  const auto packages = parse_snap_packages(text, {}), again = parse_snap_packages(text + "\n# x", {});
  if (bool(packages) != bool(again) || (packages && packages->size() != again->size())) abort();
  if (packages)
    for (const auto& package : *packages)
      if (package.purl.parts().type != "deb") abort();
  const auto state = parse_snapd_state(text);
  if (state)
    for (const auto& package : *state)
      if (package.purl.empty()) abort();
  return 0;
}
