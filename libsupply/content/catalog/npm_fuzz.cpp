#include <cstdint>
#include <cstdlib>

#include "libsupply/content/catalog/npm.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::catalog;
  const auto parsed = parse_package_json({reinterpret_cast<const char*>(data), size});
  const auto back = from_record(to_record(parsed));
  if (parsed && (!back || back->has_value() != parsed->has_value())) std::abort();
  return 0;
}
