#include <cstdint>
#include <cstdlib>

#include "libsupply/content/catalog/internal/r_description.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = supply::catalog::parse_r_description(text);
  if (!read) return 0;
  const std::string purl = read->package.purl.to_string();
  const auto again = supply::pkg::Purl::parse(purl);
  if (purl.size() < 16384 && (!again || !(*again == read->package.purl))) std::abort();
  // Only the first paragraph counts.
  const auto more = supply::catalog::parse_r_description(std::string(text) + "\n\nPackage: x\nVersion: 9\n");
  if (!more || more->package.name != read->package.name) std::abort();
  return 0;
}
