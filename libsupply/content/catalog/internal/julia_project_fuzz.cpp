#include <cstdint>
#include <cstdlib>

#include "libsupply/content/catalog/internal/julia_project.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::catalog;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = parse_julia_project(text);
  if (!read) return 0;
  // What other tables say is not the package's. A text that has this table already is no TOML then.
  const auto more = parse_julia_project(std::string(text) + "\n[extras]\nname = \"x\"\nuuid = \"y\"\n");
  if (!more) return 0;
  if (more->package.name != read->package.name || more->key != read->key) std::abort();
  return 0;
}
