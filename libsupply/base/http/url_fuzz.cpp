#include <cstdint>
#include <cstdlib>

#include "libsupply/base/http/url.hpp"

// What parses must parse back to itself, and what is resolved against it must be absolute.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto base = supply::http::Url::parse("https://registry.example/v2/app/?a=b");
  if (const auto url = supply::http::Url::parse(text)) {
    const auto again = supply::http::Url::parse(url->to_string());
    if (!again || !(*again == *url)) std::abort();
  }
  if (const auto url = base->resolve(text))
    if (!url->target().starts_with('/')) std::abort();
  return 0;
}
