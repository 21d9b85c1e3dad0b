#include <cstdint>
#include <cstdlib>

#include "libsupply/content/catalog/internal/erlang_application.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = supply::catalog::parse_erlang_application(text, "lamp.app");
  if (!read) return 0;
  const std::string purl = read->package.purl.to_string();
  const auto again = supply::pkg::Purl::parse(purl);
  if (purl.size() < 16384 && (!again || !(*again == read->package.purl))) std::abort();
  // A comment in front changes nothing.
  const auto more = supply::catalog::parse_erlang_application("% {\n" + std::string(text), "lamp.app");
  if (!more || more->package.version != read->package.version || more->requires_ != read->requires_) std::abort();
  return 0;
}
