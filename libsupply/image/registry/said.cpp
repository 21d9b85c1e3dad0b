#include "libsupply/image/registry/said.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/base/bytes/text.hpp"
#include "libsupply/base/json/json.hpp"

namespace supply::registry {

Said said_in(std::string_view body) {
  const auto document =
      json::parse(body, {.bytes = kMaxErrorBodyBytes, .depth = 16, .duplicate_keys = json::DuplicateKeys::last_wins});
  Said said;
  if (!document) {
    const std::string_view text = trim(body.substr(0, 200));
    if (!text.starts_with('<') && !text.starts_with('{')) said.message = text;
    return said;
  }
  if (!document->is_object()) return said;
  if (const json::Value* errors = json::find(*document, "errors"); errors != nullptr && errors->is_array())
    for (const json::Value& error : *errors) {
      const auto code = json::string_or_empty(error, "code"), message = json::string_or_empty(error, "message");
      if (said.code.empty() && code) said.code = *code;
      if (said.message.empty() && message) said.message = *message;
    }
  for (const char* member : {"message", "details", "error_description"})
    if (const auto message = json::string_or_empty(*document, member); said.message.empty() && message)
      said.message = *message;
  return said;
}

}  // namespace supply::registry
