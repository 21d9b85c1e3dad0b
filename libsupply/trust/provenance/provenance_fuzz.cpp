// Whatever the text: reading it as either version gives a provenance with a build type, or an error.
#include <cstdint>
#include <cstdlib>

#include "libsupply/trust/provenance/provenance.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const char* type :
       {"https://slsa.dev/provenance/v1", "https://slsa.dev/provenance/v0.2", "https://slsa.dev/provenance/v0.1"}) {
    const auto provenance = supply::provenance::read(type, text);
    if (provenance && (provenance->build_type.empty() || provenance->external_parameters.empty())) std::abort();
  }
  // The one form of an address has no other, and is a pattern that matches its source.
  if (const auto uri = supply::provenance::SourceUri::parse(text)) {
    const std::string& address = uri->address.to_string();
    const auto again = supply::provenance::SourceUri::parse(address);
    if (!again || again->address != uri->address || !again->ref.empty()) std::abort();
    const auto pattern = supply::provenance::SourcePattern::parse(address);
    if (!pattern || !pattern->matches({address, uri->address, {}, {}})) std::abort();
  }
  (void)supply::provenance::SourcePattern::parse(text);
  return 0;
}
