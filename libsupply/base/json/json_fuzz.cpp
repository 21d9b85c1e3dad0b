#include <cstdint>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"

// What is read and written again must read back to the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto value = supply::json::parse(std::string_view(reinterpret_cast<const char*>(data), size));
  if (!value) return 0;
  const std::string text = supply::json::to_text(*value);
  const auto again = supply::json::parse(text);
  if (!again || supply::json::to_text(*again) != text) __builtin_trap();
  return 0;
}
