#include <cstdint>

#include "libsupply/content/catalog/internal/apk_database.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const supply::catalog::Distribution distribution{"debian", "12", ""};
  supply::Budget budget;
  supply::Share share(budget);
  const auto packages =
      supply::catalog::parse_apk_installed({reinterpret_cast<const char*>(data), size}, distribution, share);
  return packages ? 0 : 0;
}
