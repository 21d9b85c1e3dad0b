#include <cstdint>
#include <cstdlib>
#include <string>

#include "libsupply/content/catalog/internal/rockspec.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::catalog;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  // Every text that is found is found again behind an assignment in front.
  const auto all = [](std::string_view lua) {
    std::string out;
    for_each_lua_text(lua, [&](std::string_view names, std::string_view value) {
      out += std::string(names) + "=" + std::string(value) + "\n";
    });
    return out;
  };
  if (all("a = 'b'\n" + std::string(text)) != "a=b\n" + all(text) && !text.starts_with(".") && !text.starts_with(":") &&
      size > 0 && static_cast<unsigned char>(text[0]) > ' ' && text[0] != '-')
    std::abort();
  (void)parse_rockspec(text, "lamp", "1-1");
  return 0;
}
