#include <cstdint>
#include <cstdlib>

#include "libsupply/content/catalog/internal/direct_url.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  supply::pkg::Package package;
  package.purl = *supply::pkg::Purl::create({"pypi", "", "lamp", "1", {}, ""});
  if (!supply::catalog::add_direct_url({reinterpret_cast<const char*>(data), size}, package)) return 0;
  const std::string purl = package.purl.to_string();
  const auto again = supply::pkg::Purl::parse(purl);
  if (purl.size() < 16384 && (!again || !(*again == package.purl))) std::abort();
  return 0;
}
