#include "libsupply/image/registry/internal/error_response.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/network_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/registry/internal/header_fields.hpp"

namespace supply::registry {

ErrorResponse parse_error_response(std::string_view body) {
  const auto document =
      json::parse(body, {.bytes = kMaxErrorBodyBytes, .depth = 16, .duplicate_keys = json::DuplicateKeys::last_wins});
  ErrorResponse said;
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

bool is_html(const http::Headers& headers, std::string_view body) {
  if (body.starts_with("\xef\xbb\xbf")) body.remove_prefix(3);
  body = trim(body.substr(0, kKiB));
  const std::string start = to_lower(body.substr(0, 16));
  if (start.starts_with("<!doctype html") || start.starts_with("<html")) return true;
  const std::string type = content_type(headers);
  return (type == "text/html" || type == "application/xhtml+xml") && start.starts_with('<');
}

Error html_error(const std::string& what, const http::Origin& from, int status) {
  return Error(ErrorCode::unavailable,
               what + ": could not be found out: " + from.to_string() + " answers " + std::to_string(status) +
                   " with an HTML page (a login page, or one of a proxy or a network in between?)");
}

Error not_found_out(Error error) {
  if (error.code() != ErrorCode::malformed && error.code() != ErrorCode::mismatch) return error;
  return Error(ErrorCode::unavailable, "could not be found out: " + error.message());
}

}  // namespace supply::registry
