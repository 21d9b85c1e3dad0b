#include <cstdint>
#include <cstdlib>

#include "libsupply/content/catalog/internal/findlib_meta.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::catalog;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = parse_findlib_meta(text, "lamp");
  if (!read) return 0;
  // A comment in front changes nothing.
  const auto more = parse_findlib_meta("# \"(\n" + std::string(text), "lamp");
  if (!more || more->size() != read->size()) std::abort();
  for (const DescribedPackage& each : *read)
    if (each.package.name != "lamp" || each.package.version.starts_with("[distributed with ")) std::abort();
  return 0;
}
