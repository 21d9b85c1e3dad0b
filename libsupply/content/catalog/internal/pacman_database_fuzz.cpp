#include <cstdint>
#include <cstdlib>
#include <string>

#include "libsupply/content/catalog/internal/pacman_database.hpp"

// What is kept of a desc says the same as all of it, and is kept whole when it is reduced again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::catalog;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const std::string reduced = reduce_pacman_desc(text);
  if (reduce_pacman_desc(reduced) != reduced) abort();
  const auto all = describe_pacman("a-1-1", text, {}), kept = describe_pacman("a-1-1", reduced, {});
  if (bool(all) != bool(kept)) abort();
  if (all && (all->package.purl != kept->package.purl || all->depends != kept->depends ||
              all->package.declared_license != kept->package.declared_license))
    abort();
  reduce_pacman_files(text);
  const auto [name, version] = split_pacman_name(text);
  if (!name.empty() && std::string(name) + "-" + std::string(version) != text) abort();
  return 0;
}
