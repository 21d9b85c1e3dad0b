#include <cstdint>
#include <cstdlib>

#include "libsupply/content/catalog/internal/conda_package.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::catalog;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = parse_conda_package(text);
  const auto files = for_each_conda_file(text, [](std::string_view) { return supply::Status(); });
  if (!read) return 0;
  // A package that is read has files that are, and a purl that reads back.
  if (!files) std::abort();
  const std::string purl = read->package.purl.to_string();
  const auto again = supply::pkg::Purl::parse(purl);
  if (purl.size() < 16384 && (!again || !(*again == read->package.purl))) std::abort();
  return 0;
}
