// What a policy means by a package: a package URL without qualifiers, with wildcards, and a version or a range of them.
// A value; pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/result/result.hpp"
#include "libsupply/content/pkg/purl.hpp"

namespace supply::policy {

class PackagePattern {
 public:
  /// "pkg:deb/*/telnetd", "pkg:npm/event-stream@3.3.6", "pkg:npm/lodash@>=4.0.0,<4.17.21" (all of the bounds). `*` is
  /// any run of characters, '/' and '@' too: "pkg:npm/*" is every npm package, with a scope or without
  /// (wildcard_match). Errors: usage, for what would match nothing: no package URL, one that is not canonical around
  /// its wildcards, a type whose versions have no known order, a bound that is no version of its type, bounds that no
  /// version meets.
  static Result<PackagePattern> parse(std::string_view text);

  enum class Match {
    no,
    unknown_distribution,  ///< it is one in some distribution, and the image does not say which it is
    unknown_version,       ///< its version has no place in the order of its type
    yes,
  };
  Match match(const pkg::Purl& purl) const;
  const std::string& text() const { return text_; }

 private:
  struct Bound {
    std::string relation, version;  ///< "<", "<=", ">", ">=", "="
  };
  bool is_within(std::string_view type, std::string_view version, bool& known) const;
  std::string text_, pattern_;  // as typed; without the range
  std::vector<Bound> bounds_;
};

/// "pkg:npm/x@1": without qualifiers and subpath.
std::string plain_text(const pkg::Purl& purl);

}  // namespace supply::policy
