#include <cstdint>

#include "libsupply/content/catalog/internal/dpkg_database.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const supply::pkg::OperatingSystem distribution{"debian", "12", ""};
  supply::Budget budget;
  supply::Share share(budget);
  auto packages = supply::catalog::parse_dpkg_status({reinterpret_cast<const char*>(data), size}, distribution, share);
  if (packages) static_cast<void>(supply::catalog::resolve_depends(*packages, share));
  return 0;
}
