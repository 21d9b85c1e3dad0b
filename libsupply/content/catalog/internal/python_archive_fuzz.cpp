#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "libsupply/content/catalog/internal/python_archive.hpp"

// An archive, or the text of a record; what is kept of an archive says the same of it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)catalog::python_archive_from_record(bytes);
  Budget budget;
  Share share(budget);
  const auto archive = catalog::read_python_archive(bytes, share);
  if (!archive) return 0;
  const auto again = catalog::python_archive_from_record(to_record(*archive));
  if (!again || again->members.size() != archive->members.size() || again->has_others != archive->has_others) abort();
  return 0;
}
