// Bytes on their way: a Source is read, a Sink is written. One thread at a time each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "libsupply/base/result/result.hpp"

namespace supply::io {

class Source {
 public:
  virtual ~Source() = default;
  /// Fills the front of `into` and returns how many bytes, at least 1; 0 means the end, and only the end. A source
  /// that checks what it reads answers 0 only after the check held, so a reader that saw 0 may believe the bytes.
  virtual Result<std::size_t> read(std::span<char> into) = 0;
};

class Sink {
 public:
  virtual ~Sink() = default;
  virtual Status write(std::string_view bytes) = 0;
};

/// Reads `source` to its end. Errors: limit_exceeded when it has more than `limit` bytes; what the source answers.
Result<std::string> read_all(Source& source, std::size_t limit);
/// Reads over the next `bytes` bytes, or to the end when that comes first. Returns how many there were. Errors: what
/// the source answers.
Result<std::uint64_t> skip(Source& source, std::uint64_t bytes);
/// A source that reads from another, which outlives it.
std::unique_ptr<Source> borrow(Source& source);
/// A source over bytes that it owns.
std::unique_ptr<Source> from_string(std::string bytes);

}  // namespace supply::io
