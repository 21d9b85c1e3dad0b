#include <cstdint>
#include <cstdlib>
#include <string>

#include "libsupply/content/catalog/internal/xbps_database.hpp"

// What follows the document does not change it; every package has a purl.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::catalog;
  const std::string text(reinterpret_cast<const char*>(data), size);
  supply::Budget budget;
  supply::Share share(budget);
  const auto packages = parse_xbps_database(text, {}, share), again = parse_xbps_database(text + "\n", {}, share);
  if (bool(packages) != bool(again)) abort();
  if (packages) {
    if (packages->size() != again->size()) abort();
    for (const DebPackage& one : *packages)
      if (one.package.purl.empty()) abort();
  }
  const std::string files = reduce_xbps_files(text);
  if (!files.empty() && files.back() != '\n') abort();
  return 0;
}
