#include <cstdint>
#include <cstdlib>

#include "libsupply/content/catalog/internal/npm_package.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply;
  using namespace supply::catalog;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto parsed = parse_package_json(text);
  // However the bytes are cut, the same is read.
  const auto read = [&](std::size_t step) -> Result<NpmPackage> {
    PackageJsonReader reader;
    for (std::size_t at = 0; at < size; at += step) reader.feed(text.substr(at, step));
    SUPPLY_TRY(PackageJson json, reader.finish());
    return to_npm_package(std::move(json));
  };
  if (to_record(read(1)) != to_record(read(size + 1))) std::abort();
  const auto back = from_record(to_record(read(3)));
  if (parsed && !back) std::abort();
  (void)static_cast<bool>(from_record(text));
  return 0;
}
