// Where a source repository is, in one form; what a policy says of such addresses. Both are valid from birth, so that
// nothing is ever compared with a text that stands for "no address".
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

#include "libsupply/base/result/result.hpp"

namespace supply::provenance {

/// scheme://host[:port]/path: scheme and host in lower case, no user, no default port, no trailing '/' or ".git"; the
/// path has no empty, "." or ".." part, and %XX only where RFC 3986 asks for it, in upper case. SSH at its own port is
/// another way to the repository that https has, and is written as https. Two repositories never have one address; one
/// repository may have two (http and https, %26 and '&'), which are two sources.
class SourceAddress {
 public:
  const std::string& to_string() const { return text_; }
  /// Whether they differ in the scheme and in capitals at most: what the one says must not contradict the other. It is
  /// no reason to take the one for the other.
  bool may_be_same_repository(const SourceAddress& other) const;
  friend auto operator<=>(const SourceAddress&, const SourceAddress&) = default;

 private:
  friend struct SourceUri;
  explicit SourceAddress(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// A source's URI as provenance writes it: the address, and the ref or commit that follows it.
struct SourceUri {
  SourceAddress address;
  std::string ref;  ///< behind '@' (SPDX) or '#' (BuildKit, without ":subdirectory"); empty when there is none

  /// "git+https://User@GitHub.com:443/o/r.git@refs/heads/main", "git@github.com:o/r.git",
  /// "git+ssh://git@github.com/o/r.git", "https://h/o/r.git#main".
  /// Errors: malformed, saying what is not canonical: an escape, a part of the path, a query, two refs, a host.
  /// Source: RFC 3986, sections 3 and 6.2.2; SPDX 2.3, section 7.7.
  static Result<SourceUri> parse(std::string_view uri);
};

/// A repository that provenance names as a source.
struct SourceRepository {
  std::string uri;  ///< as the provenance has it
  /// Its one form, or why it has none: then no pattern matches it.
  Result<SourceAddress> address;
  std::string ref;     ///< "refs/heads/main"; empty when nothing says it
  std::string commit;  ///< lower-case hex; empty when nothing says it

  /// "\"https://github.com/o/r\" at \"refs/heads/main\"", or why it has no address; for messages.
  std::string to_string() const;
};

/// A pattern of sources, as a policy has it: an address as SourceAddress writes it, `*` for any run without '/', `**`
/// for any run; "ssh://" is read as "https://" where it is; behind '@' a ref or commit, `*`, `**` and `?` in it. "**"
/// alone is any address.
class SourcePattern {
 public:
  /// Errors: usage, for all that no canonical address could match: no scheme, capitals in the host, a user, a default
  /// port, a trailing '/' or ".git", "git+", escapes that are not canonical, '?', '#', "//", "." and ".." parts. The
  /// message says what to write where that is clear. In the host `*` stands only for whole labels.
  static Result<SourcePattern> parse(std::string_view text);
  /// Whether the source has an address and it matches, and its ref or its commit matches where the pattern has one.
  bool matches(const SourceRepository& source) const;
  const std::string& to_string() const { return text_; }

 private:
  SourcePattern() = default;
  std::string text_, address_;
  std::optional<std::string> ref_;
};

/// A git commit's name: 40 or 64 hex digits, of either case.
bool is_commit(std::string_view text);

}  // namespace supply::provenance
