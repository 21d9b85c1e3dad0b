#include <cstdint>
#include <cstdlib>
#include <string>

#include "libsupply/content/catalog/internal/nix_store.hpp"

// The parts of a name put together are the name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::catalog;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto name = parse_store_name(text);
  if (!name) return 0;
  std::string whole = std::string(name->hash) + "-" + std::string(name->name);
  if (!name->version.empty() || whole.size() < text.size()) whole += "-" + std::string(name->version);
  if (!name->output.empty()) whole += "-" + std::string(name->output);
  if (whole != text) abort();
  if (!package_in_store("nix", *name)) abort();
  return 0;
}
