// A document that a user names: a file, or standard input.
#pragma once

#include <string>

#include "libsupply/base/io/stream.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/result/result.hpp"

namespace supply::tools {

/// The bytes of a file, or of standard input for "-". `option` is for messages. A file that is not there is a wrong
/// command. Errors: usage, forbidden, limit_exceeded (`limit` bytes), unavailable.
Result<std::string> read_input(const std::string& path, const std::string& option,
                               std::size_t limit = kMaxAttachmentBytes);

/// Standard input as it comes.
class StandardInput : public io::Source {
 public:
  Result<std::size_t> read(std::span<char> into) override;
};

}  // namespace supply::tools
