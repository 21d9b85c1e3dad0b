#include <cstdint>
#include <cstdlib>

#include "libsupply/content/catalog/internal/assembly_version.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::catalog;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  AssemblySearch whole, parts;
  whole.feed(text);
  for (std::size_t at = 0; at < size; at += 7) parts.feed(text.substr(at, 7));
  const auto record = whole.finish();
  if (record != parts.finish()) std::abort();
  if (record) (void)assembly_from_record(*record);
  (void)version_resource(text, 0);
  (void)parse_version_info(text);
  return 0;
}
