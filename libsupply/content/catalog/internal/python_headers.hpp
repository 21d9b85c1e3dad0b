// The header of a METADATA or PKG-INFO as Python's importlib.metadata reads it (email.parser), while the file streams
// by: nothing that is passed over takes memory. Bytes that are no UTF-8 become U+FFFD.
// Source: CPython, Lib/email/feedparser.py (FeedParser._parsegen, headerRE, NLCRE); checked against python3.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/result/result.hpp"

namespace supply::catalog {

/// One field that matters for a package.
struct PythonHeader {
  std::string name;   ///< in lower case
  std::string value;  ///< trimmed; of a folded one, the lines are trimmed and joined by LF
};

class PythonHeaderReader {
 public:
  explicit PythonHeaderReader(std::size_t kept_bytes = kMaxPackageMetadataBytes) : limit_(kept_bytes) {}
  void feed(std::string_view chunk);
  /// Errors: limit_exceeded (of what matters; the description, which old files have in the header, does not).
  Result<std::vector<PythonHeader>> finish();

 private:
  enum class State { line_start, name, value, skip, done };
  void one(char c);
  void end_line();
  void end_value();

  std::size_t limit_, kept_ = 0;
  std::vector<PythonHeader> found_;
  State state_ = State::line_start;
  bool after_cr_ = false, in_header_ = false, keeps_ = false, too_much_ = false;
  std::string name_, line_;
};

/// The fields as a header again.
std::string to_text(const std::vector<PythonHeader>& headers);

}  // namespace supply::catalog
