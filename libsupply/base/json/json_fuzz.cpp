#include <cstdint>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/internal/json_scanner.hpp"
#include "libsupply/base/json/json.hpp"

// What is read and written again must read back to the same, and the fast way takes nothing that nlohmann's parser does
// not read, nor reads it otherwise.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (const auto scanned = supply::json::internal::scan(input, {})) {
    const nlohmann::json expected = nlohmann::json::parse(input, nullptr, false);
    if (expected.is_discarded() || supply::json::to_text(expected) != supply::json::to_text(*scanned)) __builtin_trap();
  }
  const auto value = supply::json::parse(input);
  if (!value) return 0;
  const std::string text = supply::json::to_text(*value);
  const auto again = supply::json::parse(text);
  if (!again || supply::json::to_text(*again) != text) __builtin_trap();
  return 0;
}
