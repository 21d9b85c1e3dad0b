// What a server says went wrong, in the words that are meant for people. Anything else in an answer could be a token.
#pragma once

#include <string>
#include <string_view>

#include "libsupply/base/http/client.hpp"

namespace supply::registry {

struct ErrorResponse {
  std::string code;     ///< "MANIFEST_UNKNOWN"; empty when it says none
  std::string message;  ///< empty when it says none
};

/// From the body of an error: the distribution specification's `errors`, a token server's `message`, `details` or
/// `error_description`, or a plain text. Nothing of other JSON, nothing of HTML.
ErrorResponse parse_error_response(std::string_view body);

/// Whether an answer is a page for people: a login page, a proxy's, the portal of a network. By its first bytes, or by
/// its Content-Type where these do not tell otherwise.
bool is_html(const http::Headers& headers, std::string_view body);
/// "answers 200 with an HTML page …": nothing that was asked about was found out.
Error html_error(const std::string& what, const http::Origin& from, int status);
/// The same error as "could not find out", where what was wrong is an answer and no content: nothing has a digest
/// there. A limit stays one.
Error not_found_out(Error error);

}  // namespace supply::registry
