#include <cstdint>
#include <cstdlib>

#include "libsupply/content/catalog/internal/deps_json.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = supply::catalog::parse_deps_json(text);
  const auto more = supply::catalog::parse_deps_json(std::string(text) + " \n");
  if (bool(read) != bool(more)) std::abort();
  if (!read) return 0;
  for (const auto& one : *read) {
    const std::string purl = one.package.purl.to_string();
    const auto again = supply::pkg::Purl::parse(purl);
    if (purl.size() < 16384 && (!again || !(*again == one.package.purl))) std::abort();
  }
  return 0;
}
