// Whatever the text: reading it as either version gives a provenance with a build type, or an error.
#include <cstdint>
#include <cstdlib>

#include "libsupply/trust/provenance/provenance.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const char* type : {"https://slsa.dev/provenance/v1", "https://slsa.dev/provenance/v0.2"}) {
    const auto provenance = supply::provenance::read(type, text);
    if (provenance && (provenance->build_type.empty() || provenance->external_parameters.empty())) std::abort();
  }
  // Normal forms stay as they are.
  const std::string once = supply::provenance::normalise_source(text);
  if (once.find("://") != std::string::npos && !once.starts_with("git+") &&
      supply::provenance::normalise_source(once) != once && !supply::provenance::normalise_source(once).empty() &&
      !once.ends_with(".git") && !once.ends_with('/'))
    std::abort();
  return 0;
}
