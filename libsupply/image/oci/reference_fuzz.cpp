// Whatever text a user or a document gives: a reference that parses is written so that it parses to the same.
#include <cstdint>
#include <cstdlib>

#include "libsupply/image/oci/reference.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto reference = supply::oci::Reference::parse(text);
  if (!reference) return 0;
  const std::string written = reference->to_string();
  const auto again = supply::oci::Reference::parse(written);
  if (!again) std::abort();
  if (again->to_string() != written || again->kind() != reference->kind() || again->path() != reference->path())
    std::abort();
  return 0;
}
