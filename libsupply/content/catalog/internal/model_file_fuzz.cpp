#include <cstdint>
#include <cstdlib>

#include "libsupply/content/catalog/internal/model_file.hpp"

using supply::catalog::ModelReader;

namespace {

std::string record_of(std::unique_ptr<ModelReader> reader, std::string_view bytes, std::size_t part) {
  for (std::size_t at = 0; at < bytes.size(); at += part) reader->feed(bytes.substr(at, part));
  return to_record(reader->finish());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  for (auto make :
       {+[] { return supply::catalog::gguf_reader(1 << 16); },
        +[] { return supply::catalog::safetensors_reader(1 << 16); }, +[] { return supply::catalog::onnx_reader(); }}) {
    const std::string whole = record_of(make(), bytes, size == 0 ? 1 : size);
    if (whole != record_of(make(), bytes, 13)) std::abort();
    if (const auto facts = supply::catalog::model_from_record(whole); facts && to_record(*facts) != whole) std::abort();
  }
  return 0;
}
