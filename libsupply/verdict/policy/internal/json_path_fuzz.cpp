// The path is the first line, the document the rest.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/verdict/policy/internal/json_path.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace supply;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = text.find('\n');
  const auto path = policy::JsonPath::parse(text.substr(0, end));
  if (!path && path.error().code() != ErrorCode::usage) std::abort();
  if (!path) return 0;
  // What is written is read again, and selects the same.
  const auto again = policy::JsonPath::parse(path->to_string());
  if (!again) std::abort();
  const auto document = json::parse(end == std::string_view::npos ? "null" : text.substr(end + 1));
  if (document && path->select(*document).values != again->select(*document).values) std::abort();
  return 0;
}
