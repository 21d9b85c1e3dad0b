#include <cstdint>
#include <cstdlib>

#include "libsupply/content/catalog/internal/ghc_package.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::catalog;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = parse_ghc_package(text);
  if (!read) return 0;
  for (const auto& one : *read) {
    const std::string purl = one.package.purl.to_string();
    const auto again = supply::pkg::Purl::parse(purl);
    if (purl.size() < 16384 && (!again || !(*again == one.package.purl))) std::abort();
  }
  // Of equal fields the first counts.
  const auto more = parse_ghc_package(std::string(text) + "\nname: other\nversion: 9\n");
  if (!more || more->size() != read->size() ||
      (!read->empty() && !((*more)[0].package.purl == (*read)[0].package.purl)))
    std::abort();
  return 0;
}
