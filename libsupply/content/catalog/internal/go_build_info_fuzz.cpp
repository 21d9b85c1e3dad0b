#include <cstdint>
#include <cstdlib>

#include "libsupply/content/catalog/internal/go_build_info.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::catalog;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  GoBuildInfoSearch whole;
  whole.feed(text);
  GoBuildInfoSearch parts;
  for (std::size_t at = 0; at < size; at += 7) parts.feed(text.substr(at, 7));
  if (whole.finish() != parts.finish()) std::abort();
  if (const auto record = whole.finish()) {
    if (const auto info = go_build_info_from_record(*record)) (void)parse_go_modules(*info);
  }
  (void)parse_go_modules({"go1.26", std::string(text)});
  return 0;
}
