#include <cstdint>
#include <cstdlib>
#include <string>

#include "libsupply/content/catalog/internal/chisel_manifest.hpp"

namespace {

std::string read(std::string_view text, std::size_t part) {
  using namespace supply::catalog;
  std::string out;
  ChiselReader reader({.package = [&](supply::pkg::Package package) -> supply::Status {
                         out += package.name + "\n" + package.version + "\n";
                         if (finish_chisel_package({}, package)) out += package.purl.to_string();
                         return {};
                       },
                       .path = [&](std::string_view path, const std::vector<std::string>& owners) -> supply::Status {
                         for (const std::string& owner : owners) out += std::string(path) + owner + "\n";
                         return {};
                       }});
  supply::Status status;
  for (; !text.empty() && status; text.remove_prefix(std::min(part, text.size())))
    status = reader.feed(text.substr(0, part));
  if (status) status = reader.finish();
  return out + (status ? "" : status.error().message());
}

}  // namespace

// A manifest says the same whole and in parts.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (read(text, size + 1) != read(text, 3)) abort();
  return 0;
}
