#include <cstdint>
#include <cstdlib>

#include "libsupply/content/pkg/purl.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto purl = supply::pkg::Purl::parse({reinterpret_cast<const char*>(data), size});
  if (!purl) return 0;
  const auto again = supply::pkg::Purl::parse(purl->to_string());
  if (!again || again->to_string() != purl->to_string()) std::abort();
  return 0;
}
