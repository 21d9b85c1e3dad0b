// Whatever the text, each format gives entries or an error; edges lead to entries, and purls parse to themselves.
// The first line names the format, so that one corpus grows for all and outlives further formats; where it names none,
// its first byte picks one.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "libsupply/content/locks/format.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply;
  if (size == 0) return 0;
  const auto formats = locks::all_formats();
  std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string_view name = text.substr(0, text.find('\n'));
  const auto named = std::find_if(formats.begin(), formats.end(), [&](const auto* each) { return each->name == name; });
  const locks::Format& format = named == formats.end() ? *formats[data[0] % formats.size()] : **named;
  text.remove_prefix(named == formats.end() ? 1 : std::min(name.size() + 1, text.size()));
  const auto lock = locks::read_lock(format, text);
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
