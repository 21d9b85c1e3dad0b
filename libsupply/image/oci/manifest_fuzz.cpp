// Manifests, indexes and configs: no body is both a manifest and an index, and what is written again reads the same.
#include <cstdint>
#include <cstdlib>

#include "libsupply/image/oci/config.hpp"
#include "libsupply/image/oci/index.hpp"
#include "libsupply/image/oci/manifest.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
  using namespace supply::oci;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto manifest = Manifest::parse(bytes, "");
  const auto index = Index::parse(bytes, "");
  if (manifest && index) std::abort();
  if (manifest) {
    const std::string written = to_bytes(*manifest);
    const auto again = Manifest::parse(written, "");
    if (!again || to_bytes(*again) != written) std::abort();
  }
  if (index) {
    const std::string written = to_bytes(*index);
    const auto again = Index::parse(written, "");
    if (!again || to_bytes(*again) != written) std::abort();
  }
  (void)Config::parse(bytes);
  return 0;
}
