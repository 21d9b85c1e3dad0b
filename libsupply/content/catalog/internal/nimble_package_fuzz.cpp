#include <cstdint>
#include <cstdlib>

#include "libsupply/content/catalog/internal/nimble_package.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::catalog;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto place = nimble_place(text); place && (place->name.empty() || place->version.empty())) std::abort();
  if (const auto one = parse_nimble_meta(text, {"lamp", "1"}); one && one->package.name != "lamp") std::abort();
  DescribedPackage stated;
  add_nimble_file(text, stated);
  for (const std::string& name : stated.requires_)
    if (name.empty() || name == "nim") std::abort();
  return 0;
}
