#include <cstdint>
#include <cstdlib>
#include <string>

#include "libsupply/content/catalog/internal/brew_receipt.hpp"

// What is kept of a formula says the same as all of it; a receipt changes neither name nor version.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::catalog;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto all = describe_keg("a", "1", "", text), kept = describe_keg("a", "1", "", reduce_formula(text));
  if (!all || !kept || all->package.declared_license != kept->package.declared_license ||
      all->package.homepage != kept->package.homepage)
    abort();
  const auto keg = describe_keg("a", "1", text, "");
  if (keg && (keg->package.purl.parts().name != "a" || keg->package.purl.parts().version != "1")) abort();
  return 0;
}
