#include <cstdint>
#include <cstdlib>

#include "libsupply/content/catalog/internal/swift_workspace.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto found = supply::catalog::parse_swift_workspace(text);
  if (!found) return 0;
  for (const supply::catalog::SwiftDependency& one : *found) {
    const std::string purl = one.described.package.purl.to_string();
    const auto again = supply::pkg::Purl::parse(purl);
    if (purl.size() < 16384 && (!again || !(*again == one.described.package.purl))) std::abort();
  }
  return 0;
}
