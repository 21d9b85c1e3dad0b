#include <cstdint>
#include <cstdlib>
#include <string>

#include "libsupply/content/catalog/internal/portage_database.hpp"

// A name that is split is put together again; a condition that holds changes no licence and no edge.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::catalog;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto [name, version] = split_portage_name(text);
  if (!name.empty()) {
    if (std::string(name) + "-" + std::string(version) != text) abort();
    if (split_portage_name("a" + text).second != version) abort();
  }
  const std::string conditional = "\nu? ( " + text + " )";
  const auto plain = describe_portage("c", "a-1", {{"LICENSE", text}, {"RDEPEND", text}, {"USE", "u"}}, {});
  const auto held =
      describe_portage("c", "a-1", {{"LICENSE", conditional}, {"RDEPEND", conditional}, {"USE", "u"}}, {});
  if (!plain || !held) abort();
  if (plain->package.unread_licenses.empty() && held->package.unread_licenses.empty() &&
      (plain->depends != held->depends || plain->package.declared_license != held->package.declared_license))
    abort();
  reduce_portage_contents(text);
  return 0;
}
