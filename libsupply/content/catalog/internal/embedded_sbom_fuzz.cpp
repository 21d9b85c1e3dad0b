#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "libsupply/content/catalog/internal/embedded_sbom.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto list = supply::catalog::parse_embedded_sbom({reinterpret_cast<const char*>(data), size}, 1000);
  if (!list) return 0;
  if (list->purls.size() > 1000 || !std::is_sorted(list->purls.begin(), list->purls.end())) std::abort();
  for (const std::string& purl : list->purls)
    if (purl.find('\n') != std::string::npos || purl.find(' ') != std::string::npos) std::abort();
  // What a package was made from is listed too.
  for (const auto& [made, from] : list->generated_from)
    if (!std::binary_search(list->purls.begin(), list->purls.end(), made) ||
        !std::binary_search(list->purls.begin(), list->purls.end(), from))
      std::abort();
  return 0;
}
