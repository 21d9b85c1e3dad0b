// What a server says went wrong, in the words that are meant for people. Anything else in an answer could be a token.
#pragma once

#include <string>
#include <string_view>

namespace supply::registry {

struct Said {
  std::string code;     ///< "MANIFEST_UNKNOWN"; empty when it says none
  std::string message;  ///< empty when it says none
};

/// From the body of an error: the distribution specification's `errors`, a token server's `message`, `details` or
/// `error_description`, or a plain text. Nothing of other JSON, nothing of HTML.
Said said_in(std::string_view body);

}  // namespace supply::registry
