// A package.json read as node reads it, while it streams by: nothing that is passed over takes memory, however long it
// is or however deep it is nested.
// Source: ECMA-404 and ECMA-262 JSON.parse; node reads the file as UTF-8 (WHATWG: bad bytes become U+FFFD), takes a
// byte order mark away, and of equal names takes the last.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/result/result.hpp"

namespace supply::catalog {

/// The members that matter, as they are in the file; empty where absent or of another type.
struct PackageJson {
  std::string name, version, homepage;
  std::string author;                     ///< "A B <a@example.org> (http://…)", when it is a text
  std::string author_name, author_email;  ///< when it is an object
  std::vector<std::string> license;       ///< one text, or the `type` of an object; several are a choice
  std::vector<std::string> licenses;      ///< the same of the old member
  std::set<std::string> dependencies, optional_dependencies, peer_dependencies;  ///< names
  bool odd_name = false, odd_version = false;                                    ///< it is there, and is no text
};

/// What one file may hold. A test makes them small.
struct PackageJsonLimits {
  std::size_t kept_bytes = kMaxPackageMetadataBytes;  ///< of the members that matter, together
  std::size_t depth = kMaxPackageJsonDepth;
};

class PackageJsonReader {
 public:
  explicit PackageJsonReader(PackageJsonLimits limits = {}) : limits_(limits) {}
  void feed(std::string_view chunk);
  /// Errors: malformed ("byte 17: …": node cannot read it either), limit_exceeded.
  Result<PackageJson> finish();

 private:
  enum class State { mark, value, first_element, first_key, key, colon, after, text, escape, hex, number, word, end };
  enum class Number { minus, zero, whole, point, fraction, e, sign, exponent };

  void one(char c);
  void begin_value(char c);
  void begin_text(bool key);
  void end_text();
  void hex_digit(char c);
  void number_byte(char c);
  void value_ended();
  void open(bool object);
  void close();
  void add(std::string_view bytes);
  void add_unit(unsigned unit);
  void end_surrogate();
  std::string* slot_of_value();
  bool keeps_key() const;
  bool of_license() const;
  std::string* new_license();
  std::string* type_of_license();
  void too_much();
  void keep_key();
  void forget(std::string_view member);
  void fail(ErrorCode code, const std::string& why);

  PackageJsonLimits limits_;
  PackageJson found_;
  std::optional<Error> failure_;
  std::uint64_t offset_ = 0;
  State state_ = State::mark;
  std::string mark_;        // the bytes of a byte order mark that came so far
  std::vector<bool> open_;  // each open container: is it an object?
  std::string keys_[3];     // the name of the member that is read, in the outermost three containers
  bool text_is_key_ = false;
  std::string text_;            // of the text that is read, if it is kept
  std::size_t text_limit_ = 0;  // bytes of it to keep
  bool cut_ = false;            // it was longer
  std::size_t kept_ = 0;
  unsigned unit_ = 0, digits_ = 0, high_ = 0;  // of a \u escape; a high surrogate that waits for its other half
  Number number_ = Number::zero;
  std::string_view word_;  // what is left of true, false or null
};

/// `text` with what is no UTF-8 replaced by U+FFFD.
std::string replace_bad_utf8(std::string_view text);

}  // namespace supply::catalog
