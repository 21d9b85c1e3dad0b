#include <cstdint>
#include <cstdlib>

#include "libsupply/content/catalog/internal/perl_distribution.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::catalog;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)parse_perl_meta(text);
  // What follows the first version changes nothing; a version is one.
  const std::string version = perl_module_version(text);
  if (version.find_first_not_of("v0123456789._") != std::string::npos) std::abort();
  if (!version.empty() && perl_module_version(std::string(text) + "\n$VERSION = '9.9';") != version) std::abort();
  // An entry that is added counts.
  auto local = parse_perllocal(std::string(text) + "\n=head2 x: C<Module> L<Z|Z>\nC<VERSION: 7>\n");
  if (local["Z"] != "7") std::abort();
  return 0;
}
