// SPDX licence identifiers and expressions. Pure functions and values.
// Source: SPDX 2.3, Annex D (expressions) and the SPDX licence list (spdx_licenses.inc).
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/result/result.hpp"

namespace supply::license {

/// The identifier of the SPDX list as the list spells it, whatever case `text` has; deprecated ones too. Lives for
/// ever.
std::optional<std::string_view> find_license(std::string_view text);
/// The same for an exception, as it is after WITH.
std::optional<std::string_view> find_exception(std::string_view text);
/// The first identifier of the list, none of them deprecated, that a pattern (glob_match) matches.
std::optional<std::string_view> match_license(std::string_view pattern);
/// "LicenseRef-" or "DocumentRef-…:LicenseRef-" and letters, digits, '.' and '-'.
bool is_license_ref(std::string_view text);
/// What SPDX says a deprecated identifier stands for ("GPL-2.0+" is "GPL-2.0-or-later"); any other comes back as it is.
std::string_view current(std::string_view id);

/// An expression in which every name is known. A value, valid from birth.
class Expression {
 public:
  /// Operators and identifiers in any case; deprecated GNU identifiers become what they stand for.
  /// Errors: malformed (naming the token), limit_exceeded.
  static Result<Expression> parse(std::string_view text);
  /// `all` of some expressions, none of them twice, in their order. Empty for none.
  static Expression conjunction(const std::vector<Expression>& all);
  /// A choice of them.
  static Expression disjunction(const std::vector<Expression>& any);
  Expression();  ///< the empty one: says nothing
  ~Expression();
  Expression(const Expression& other);
  Expression(Expression&&) noexcept;
  Expression& operator=(Expression other) noexcept;

  bool empty() const { return !node_; }
  /// With no more parentheses than needed.
  std::string to_string() const;
  /// Every single licence in it ("GPL-2.0-only WITH Classpath-exception-2.0" is one), sorted, each once.
  std::vector<std::string> licenses() const;
  /// Whether one can comply with it using only licences that `good` says yes to. False for the empty one.
  bool satisfiable(const std::function<bool(std::string_view license)>& good) const;
  /// The same expression with each licence replaced by what `rename` gives.
  Expression renamed(const std::function<std::string(std::string_view license)>& rename) const;

 private:
  friend class Parser;
  struct Node;
  explicit Expression(std::unique_ptr<Node> node);
  std::unique_ptr<Node> node_;
};

}  // namespace supply::license
