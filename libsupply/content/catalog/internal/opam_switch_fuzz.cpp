#include <cstdint>
#include <cstdlib>

#include "libsupply/content/catalog/internal/opam_switch.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::catalog;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)parse_switch_state(text);
  const auto read = parse_opam(text, "lamp.1.2");
  if (!read) std::abort();
  // A comment in front changes nothing.
  const auto more = parse_opam("# \"\n" + std::string(text), "lamp.1.2");
  if (!more || more->licenses != read->licenses || more->requires_ != read->requires_) std::abort();
  return 0;
}
