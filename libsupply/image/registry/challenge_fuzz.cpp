#include <cstdint>

#include "libsupply/image/registry/challenge.hpp"
#include "libsupply/image/registry/header_fields.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  supply::registry::parse_challenges({text});
  supply::registry::next_link({text});
  supply::registry::warning_text(text);
  supply::registry::parse_http_date(text);
  return 0;
}
