#include <cstdint>
#include <cstdlib>
#include <string>

#include "libsupply/base/elf/elf.hpp"

// Notes must be the same whole and in parts; sections must lie within the file.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply;
  const std::string_view file(reinterpret_cast<const char*>(data), size);
  const auto notes = [&](std::size_t chunk) {
    elf::NoteReader reader(4096);
    for (std::size_t at = 0; at < size; at += chunk) reader.feed(file.substr(at, chunk));
    std::string out;
    const Status status = reader.finish([&](const elf::Note& note) -> Status {
      out.append(note.owner).append("\n").append(note.description).append("\n");
      return {};
    });
    const Status whole = reader.whole();
    if (!whole) out.append(whole.error().message());
    return status ? out : out + status.error().message();
  };
  if (size > 0 && notes(size) != notes(11)) std::abort();
  const auto section = elf::find_section(file, ".modinfo");
  if (section && *section) {
    const std::string_view bytes = **section;
    if (!bytes.empty() && (bytes.data() < file.data() || bytes.data() + bytes.size() > file.data() + file.size()))
      std::abort();
  }
  return 0;
}
