// Checkpoints: whatever the bytes, an answer; what is signed is the beginning of the note, up to the empty line.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "libsupply/trust/root/checkpoint.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view note(reinterpret_cast<const char*>(data), size);
  const auto checkpoint = supply::root::Checkpoint::parse(note);
  if (!checkpoint) return 0;
  if (!note.starts_with(checkpoint->text + "\n") || checkpoint->signatures.empty()) std::abort();
  if (checkpoint->signer_name().empty()) std::abort();
  return 0;
}
