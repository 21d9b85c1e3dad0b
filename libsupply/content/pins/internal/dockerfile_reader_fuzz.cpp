// Whatever the text: reading it gives pins or an error, and what is pinned has a digest or a commit.
#include <cstdint>
#include <cstdlib>

#include "libsupply/content/pins/base_reference.hpp"
#include "libsupply/content/pins/internal/dockerfile_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::pins;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto file = read_dockerfile(text, "Dockerfile");
  if (!file) return 0;
  if (file->pins.empty() && file->stages.empty()) std::abort();
  for (const Pin& pin : file->pins) {
    if (pin.place.line == 0 || (pin.status == PinStatus::pinned) != pin.reason.empty()) std::abort();
    if (pin.status == PinStatus::pinned && !pin.digest && pin.kind != PinKind::git) std::abort();
  }
  (void)base_reference(text, "Dockerfile");
  return 0;
}
