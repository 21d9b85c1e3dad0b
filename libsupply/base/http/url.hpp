// Absolute http and https addresses, and who they belong to. Valid from birth, and strict in its host part, so that
// what was checked here is what the network library connects to. Source: RFC 3986; RFC 9110, section 4.2.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "libsupply/base/result/result.hpp"

namespace supply::http {

/// Whom a secret is for: equal only when scheme, host and port are.
struct Origin {
  std::string scheme;  ///< "http" or "https"
  std::string host;    ///< lower case; an IPv6 address without its brackets
  std::uint16_t port = 0;

  bool secure() const { return scheme == "https"; }
  /// "localhost", 127.0.0.0/8 or ::1, by its name alone.
  bool is_loopback() const;
  /// "https://registry.example:5000", without the scheme's own port.
  std::string to_string() const;
  friend bool operator==(const Origin&, const Origin&) = default;
  friend auto operator<=>(const Origin&, const Origin&) = default;
};

class Url {
 public:
  /// Errors: malformed (another scheme, a user name in it, control or non-ASCII bytes, a host of other characters than
  /// names and addresses have), limit_exceeded.
  static Result<Url> parse(std::string_view text);
  /// What a Location or Link on this page means. Source: RFC 3986, section 5.2. Errors: as parse().
  Result<Url> resolve(std::string_view reference) const;

  const Origin& origin() const { return origin_; }
  /// Path and query, as they go on the wire: "/v2/app/tags/list?n=100". The fragment is gone.
  const std::string& target() const { return target_; }
  std::string to_string() const { return origin_.to_string() + target_; }
  /// For messages: without the query, which may hold a signature.
  std::string shown() const;
  /// With name=value (percent-encoded) at the end of the query.
  Url with_query(std::string_view name, std::string_view value) const;

  friend bool operator==(const Url&, const Url&) = default;

 private:
  Url(Origin origin, std::string target) : origin_(std::move(origin)), target_(std::move(target)) {}
  Origin origin_;
  std::string target_;
};

/// All but letters, digits and "-._~" as %XX.
std::string percent_encode(std::string_view text);

}  // namespace supply::http
