// Whatever the text, it is a table that JSON can write and whose values lie in the text, or an error.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "libsupply/base/toml/toml.hpp"

namespace {

void check_places(const supply::toml::Document& document, const nlohmann::json& value, const std::string& pointer,
                  std::size_t size) {
  const supply::TextSpan place = document.place_of(pointer);
  if (place.begin > place.end || place.end > size || place.line == 0) std::abort();
  if (value.is_array())
    for (std::size_t i = 0; i < value.size(); ++i)
      check_places(document, value[i], pointer + "/" + std::to_string(i), size);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document = supply::toml::Document::parse({reinterpret_cast<const char*>(data), size});
  if (!document) return 0;
  if (!document->root().is_object() || document->root().dump().empty()) std::abort();
  for (const auto& [key, value] : document->root().items())
    if (key.find_first_of("~/") == std::string::npos) check_places(*document, value, "/" + key, size);
  return 0;
}
