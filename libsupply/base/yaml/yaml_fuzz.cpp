#include <cstdint>
#include <string_view>

#include "libsupply/base/yaml/yaml.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto document = supply::yaml::Document::parse(std::string_view(reinterpret_cast<const char*>(data), size));
  if (document) (void)document->line_of("/a/0/b");
  return 0;
}
