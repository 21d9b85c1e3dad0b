// Whatever the text, it is a table that JSON can write, or an error.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "libsupply/base/toml/toml.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document = supply::toml::Document::parse({reinterpret_cast<const char*>(data), size});
  if (document && (!document->root().is_object() || document->root().dump().empty())) std::abort();
  return 0;
}
