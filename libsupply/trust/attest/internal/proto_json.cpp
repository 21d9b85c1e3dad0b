#include "libsupply/trust/attest/internal/proto_json.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/proto_number.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::attest::internal {
namespace {

Error malformed(std::string what) { return Error(ErrorCode::malformed, std::move(what)); }

// The spelling that is there.
Result<std::string> spelled(const json::Value& object, std::string_view name) {
  std::string snake;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') snake += '_';
    snake += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  if (snake == name || !object.is_object() || !object.contains(snake)) return std::string(name);
  if (object.contains(name)) return malformed("member " + quote(name) + " in both spellings");
  return snake;
}

}  // namespace

Result<const json::Value*> object_in(const json::Value& object, std::string_view name) {
  SUPPLY_TRY(const std::string key, spelled(object, name));
  return json::optional_object(object, key);
}

Result<const json::Value*> array_in(const json::Value& object, std::string_view name, std::size_t limit) {
  SUPPLY_TRY(const std::string key, spelled(object, name));
  SUPPLY_TRY(const json::Value* array, json::optional_array(object, key));
  if (array != nullptr && array->size() > limit)
    return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(limit) + " entries in " + quote(name));
  return array;
}

Result<std::string> text_in(const json::Value& object, std::string_view name) {
  SUPPLY_TRY(const std::string key, spelled(object, name));
  return json::string_or_empty(object, key);
}

Result<std::string> bytes_in(const json::Value& object, std::string_view name) {
  SUPPLY_TRY(std::string text, text_in(object, name));
  return bytes_of(std::move(text)).at("member " + quote(name));
}

Result<std::string> bytes_of(std::string text) {
  std::erase_if(text, [](char c) { return c == '\n' || c == '\r'; });
  return from_base64(text);
}

Result<std::optional<std::int64_t>> integer_in(const json::Value& object, std::string_view name) {
  SUPPLY_TRY(const std::string key, spelled(object, name));
  const json::Value* const value = json::find(object, key);
  if (value == nullptr) return std::optional<std::int64_t>();
  const std::optional<std::int64_t> number = json::proto_number(*value);
  if (!number)
    return malformed("member " + quote(name) + ": " + quote(json::to_text(*value)) +
                     " is no whole number from 0 to 2^63-1");
  return number;
}

}  // namespace supply::attest::internal
