// What went wrong: a code out of a closed set, and a message that each layer on the way up
// completes with the place where it happened. A value; made by the function that fails, printed once by the tool.
#pragma once

#include <string>
#include <string_view>

namespace supply {

/// The closed set of failures. Absent, refused and unreachable stay distinct; a "no" is a verdict, never an error.
enum class ErrorCode {
  internal,         ///< a fault of Supply itself (the default value: nothing is believed)
  usage,            ///< the command, a configuration or a policy is wrong
  not_found,        ///< the thing that was asked for is not there
  unauthenticated,  ///< credentials are missing or were refused (401)
  forbidden,        ///< credentials are known and do not suffice (403)
  rate_limited,     ///< told to come back later (429)
  unavailable,      ///< could not be reached, answered 5xx, timed out, was cut
  unsupported,      ///< a form that Supply, or the other side, does not know
  malformed,        ///< the content does not follow its format
  mismatch,         ///< the content is not what its digest or size says
  limit_exceeded,   ///< the content is larger or deeper than base/limits/limits.hpp allows
};

/// The code's name as it is in JSON output, e.g. "not_found". The view is of static storage.
std::string_view to_string(ErrorCode code);

class [[nodiscard]] Error {
 public:
  /// `message` is a noun phrase in lower case: what, and which value; never a secret.
  Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}

  ErrorCode code() const { return code_; }
  /// "layer sha256:ab12…: dpkg status: line 41: missing Version"
  const std::string& message() const { return message_; }

  /// The same error, said to have happened at `place` ("layer sha256:ab12…").
  Error at(std::string_view place) &&;

 private:
  ErrorCode code_;
  std::string message_;
};

}  // namespace supply
