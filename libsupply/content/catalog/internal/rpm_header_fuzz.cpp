#include <cstdint>

#include "libsupply/content/catalog/internal/rpm_header.hpp"

// A reduced header says the same, is no larger but for its index, and reduces to itself.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using supply::catalog::RpmHeader;
  const auto header = RpmHeader::parse({reinterpret_cast<const char*>(data), size});
  if (!header) return 0;
  const std::string reduced = header->reduced();
  const auto again = RpmHeader::parse(reduced);
  if (!again || !(*again == *header) || again->reduced() != reduced || reduced.size() > size) __builtin_trap();
  return 0;
}
