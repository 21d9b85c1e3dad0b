#include <cstdint>
#include <string_view>

#include "libsupply/base/yaml/node.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  using supply::yaml::Schema;
  for (const Schema schema : {Schema::compose, Schema::kubernetes}) {
    const auto documents = supply::yaml::read_documents(text, schema);
    if (!documents) continue;
    for (const auto& each : *documents) (void)supply::yaml::offset_of(text, each.end);
  }
  return 0;
}
