// A document that a user names: a file, or standard input.
#pragma once

#include <string>

#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/base/bytes/result.hpp"

namespace supply::tools {

/// The bytes of a file, or of standard input for "-". `option` is for messages. A file that is not there is a wrong
/// command. Errors: usage, forbidden, limit_exceeded (`limit` bytes), unavailable.
Result<std::string> read_input(const std::string& path, const std::string& option,
                               std::size_t limit = kMaxAttachmentBytes);

}  // namespace supply::tools
