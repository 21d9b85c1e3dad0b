#include <cstdint>
#include <cstdlib>

#include "libsupply/image/registry/internal/challenge.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  std::size_t bytes = 0;
  for (const auto& challenge : supply::registry::parse_challenges({text})) {
    if (challenge.scheme.empty()) std::abort();
    bytes += challenge.scheme.size();
    for (const auto& [name, value] : challenge.parameters) bytes += name.size() + value.size();
  }
  if (bytes > size) std::abort();  // nothing comes from nowhere
  return 0;
}
