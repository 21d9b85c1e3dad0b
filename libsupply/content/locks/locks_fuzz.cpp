// Whatever the text, each format gives entries or an error; edges lead to entries, and purls parse to themselves.
// The first byte picks the format, so that one corpus grows for all.
#include <cstdint>
#include <cstdlib>

#include "libsupply/content/locks/format.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply;
  if (size == 0) return 0;
  const auto formats = locks::all_formats();
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto lock = locks::read_lock(*formats[data[0] % formats.size()], text);
  if (!lock) return 0;
  for (const locks::LockEntry& entry : lock->entries) {
    if (entry.span.line == 0 || entry.span.begin > entry.span.end || entry.span.end > text.size() + 8) std::abort();
    for (const std::size_t to : entry.depends)
      if (to >= lock->entries.size()) std::abort();
    const auto again = pkg::Purl::parse(entry.purl.to_string());
    if (again && again->to_string() != entry.purl.to_string()) std::abort();
  }
  return 0;
}
