#include <cstdint>

#include "libsupply/content/catalog/internal/rpm_database.hpp"
#include "libsupply/content/catalog/internal/rpm_header.hpp"

// The record of any bytes is read back, and has no more of headers than the bytes.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::catalog;
  const std::string record = to_rpm_record(std::string(reinterpret_cast<const char*>(data), size), true);
  const auto read = parse_rpm_record(record);
  if (!read || (read->damaged_count > 0) == read->damaged.empty()) __builtin_trap();
  std::size_t sum = 0;
  for (const std::string_view bytes : read->headers) {
    const auto header = RpmHeader::parse(bytes);
    if (!header || header->string(RpmTag::name).empty()) __builtin_trap();
    sum += bytes.size();
  }
  if (sum > size) __builtin_trap();
  return 0;
}
