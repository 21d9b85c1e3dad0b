#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "libsupply/content/catalog/internal/java_archive.hpp"

namespace {

std::string integer(std::uint64_t value, std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
  return out;
}

std::uint32_t checksum(std::string_view bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int i = 0; i < 8; ++i) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
  }
  return ~crc;
}

// A zip archive of members that are not compressed: "name\ncontent" between NULs.
std::string archive_of(std::string_view text) {
  std::string out, directory;
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) {
    const std::string_view member = text.substr(at, text.find('\0', at) - at);
    const std::string name(member.substr(0, member.find('\n')));
    const std::string_view content = member.substr(std::min(name.size() + 1, member.size()));
    const std::string fields = integer(20, 2) + std::string(8, '\0') + integer(checksum(content), 4) +
                               integer(content.size(), 4) + integer(content.size(), 4) + integer(name.size(), 2);
    directory += "PK\x01\x02" + integer(20, 2) + fields + std::string(12, '\0') + integer(out.size(), 4) + name;
    out += "PK\x03\x04" + fields + integer(0, 2) + name + std::string(content);
    at += member.size() + 1;
  }
  return out + directory + "PK\x05\x06" + integer(0, 4) + integer(count, 2) + integer(count, 2) +
         integer(directory.size(), 4) + integer(out.size(), 4) + integer(0, 2);
}

}  // namespace

// The input is a zip archive, the members of one, or the text of a record.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply;
  const std::string text(reinterpret_cast<const char*>(data), size);
  Budget budget;
  for (const std::string& archive : {text, archive_of(text)}) {
    Share share(budget);
    const auto read = catalog::read_java_archive(archive, "a-1.jar", share);
    if (!read) continue;
    const std::string record = catalog::to_record(*read);
    const auto again = catalog::java_archive_from_record(record);
    if (!again || catalog::to_record(*again) != record) std::abort();
    if (share.spent(Cost::memory) != 0) std::abort();
  }
  if (const auto archive = catalog::java_archive_from_record(text)) {
    const std::string record = catalog::to_record(*archive);
    if (const auto again = catalog::java_archive_from_record(record); !again || catalog::to_record(*again) != record)
      std::abort();
  }
  return 0;
}
