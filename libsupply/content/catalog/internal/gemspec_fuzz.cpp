#include <cstdint>
#include <cstdlib>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/gemspec.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto gem = supply::catalog::parse_gemspec(text);
  // What has been read is a purl that reads back, and what follows "else" changes nothing.
  if (!gem) return 0;
  const auto again = supply::pkg::Purl::parse(gem->package.purl.to_string());
  if (gem->package.purl.to_string().size() < 16384 && (!again || !(*again == gem->package.purl))) std::abort();
  const auto more = supply::catalog::parse_gemspec(std::string(text) + "\nelse\ns.name = \"x\"\n");
  if (!more || more->package.name != gem->package.name) std::abort();
  return 0;
}
