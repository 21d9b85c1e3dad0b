// A purl type, and three versions, on lines of their own: an order is total.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "libsupply/content/pkg/version_order.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using supply::pkg::compare_versions;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  std::array<std::string_view, 4> lines;
  for (std::string_view& line : lines) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  const auto& [type, a, b, c] = lines;
  const auto ab = compare_versions(type, a, b), ba = compare_versions(type, b, a), bc = compare_versions(type, b, c),
             ac = compare_versions(type, a, c);
  if (ab.has_value() != ba.has_value() || (ab && *ab != -*ba)) std::abort();
  if (const auto same = compare_versions(type, a, a); same && *same != 0) std::abort();
  // Of rpm a version without a release is equal to each with one.
  if (type != "rpm" && ab && bc && ac && *ab <= 0 && *bc <= 0 && *ac > 0) std::abort();
  return 0;
}
