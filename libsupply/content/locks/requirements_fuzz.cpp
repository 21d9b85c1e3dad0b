// Whatever the text, reading it gives entries or an error, and each entry that holds has a strong hash.
#include <cstdint>
#include <cstdlib>

#include "libsupply/content/locks/requirements.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto lock = supply::locks::read_requirements({reinterpret_cast<const char*>(data), size});
  if (!lock) return 0;
  for (const auto& entry : lock->entries)
    if (entry.line == 0 || (entry.integrity == supply::locks::Integrity::hash_only) != entry.reason.empty() ||
        (entry.reason.empty() && entry.hashes.empty()))
      std::abort();
  return 0;
}
