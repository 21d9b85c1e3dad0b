#include "libsupply/trust/tuf/canonical_json.hpp"

#include <nlohmann/json.hpp>

namespace supply::tuf {
namespace {

void write_string(const std::string& text, std::string& out) {
  out += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

// base/json bounds the depth.
Status write(const json::Value& value, std::string& out) {
  if (value.is_object()) {
    // nlohmann's objects are sorted by byte, which for UTF-8 is the order of the code points.
    out += '{';
    bool first = true;
    for (const auto& item : value.items()) {
      if (!first) out += ',';
      first = false;
      write_string(item.key(), out);
      out += ':';
      SUPPLY_TRY(write(item.value(), out));
    }
    out += '}';
  } else if (value.is_array()) {
    out += '[';
    bool first = true;
    for (const json::Value& item : value) {
      if (!first) out += ',';
      first = false;
      SUPPLY_TRY(write(item, out));
    }
    out += ']';
  } else if (value.is_string()) {
    write_string(value.get_ref<const std::string&>(), out);
  } else if (value.is_boolean()) {
    out += value.get<bool>() ? "true" : "false";
  } else if (value.is_null()) {
    out += "null";
  } else if (value.is_number_unsigned()) {
    out += std::to_string(value.get<std::uint64_t>());
  } else if (value.is_number_integer()) {
    out += std::to_string(value.get<std::int64_t>());
  } else {
    return Error(ErrorCode::malformed, "a number that is no whole number of 64 bits");
  }
  return {};
}

}  // namespace

Result<std::string> canonical_json(const json::Value& value) {
  std::string text;
  SUPPLY_TRY(write(value, text));
  return text;
}

}  // namespace supply::tuf
