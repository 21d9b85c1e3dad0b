// A package URL, canonical from birth. Source: package-url/purl-spec (PURL-SPECIFICATION.rst, PURL-TYPES.rst).
#pragma once

#include <compare>
#include <map>
#include <string>
#include <string_view>

#include "libsupply/base/result/result.hpp"

namespace supply::pkg {

struct PurlParts {
  std::string type, name_space, name, version;
  std::map<std::string, std::string> qualifiers;
  std::string subpath;
};

/// Whether the purl specification, or common use, has the type ("deb", "npm"; not "debian", "pip").
bool is_known_type(std::string_view type);

/// Whether packages of the type are a distribution's, with the distribution's id as their namespace ("deb", "rpm").
bool is_distribution_type(std::string_view type);

class Purl {
 public:
  Purl() = default;  ///< no purl: to_string is empty
  /// Errors: malformed. Accepts what is not canonical and makes it so.
  static Result<Purl> parse(std::string_view text);
  /// Normalises by type (pypi names to lower case with '-', deb and apk to lower case, …). Errors: malformed.
  static Result<Purl> create(PurlParts parts);

  bool empty() const { return parts_.type.empty(); }
  const PurlParts& parts() const { return parts_; }
  /// Canonical text, qualifiers sorted.
  std::string to_string() const;
  /// The same purl with every colon as %3A: how packageurl-go, and so syft and trivy, write it into documents that
  /// are then compared as text. Parsers take both.
  std::string to_encoded_string() const;
  friend bool operator==(const Purl& a, const Purl& b) { return a.to_string() == b.to_string(); }
  friend std::strong_ordering operator<=>(const Purl& a, const Purl& b) { return a.to_string() <=> b.to_string(); }

 private:
  std::string text(std::string_view plain) const;
  PurlParts parts_;
};

}  // namespace supply::pkg
