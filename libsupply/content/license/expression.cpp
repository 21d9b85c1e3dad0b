#include "libsupply/content/license/expression.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::license {
namespace {

constexpr std::string_view kLicenses[] = {
#include "libsupply/content/license/spdx_licenses.inc"
};
constexpr std::string_view kExceptions[] = {
#include "libsupply/content/license/spdx_exceptions.inc"
};

bool less_without_case(std::string_view a, std::string_view b) {
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [](char x, char y) { return to_lower(x) < to_lower(y); });
}

template <std::size_t N>
std::optional<std::string_view> find_in(const std::string_view (&table)[N], std::string_view text) {
  const auto* found = std::lower_bound(std::begin(table), std::end(table), text, less_without_case);
  if (found == std::end(table) || less_without_case(text, *found)) return std::nullopt;
  return *found;
}

// Source: the "deprecated" notes of the SPDX licence list, https://spdx.org/licenses/#deprecated
struct Replacement {
  std::string_view deprecated, current;
};
constexpr std::array kReplacements = {
    Replacement{"AGPL-1.0", "AGPL-1.0-only"},
    Replacement{"AGPL-3.0", "AGPL-3.0-only"},
    Replacement{"BSD-2-Clause-FreeBSD", "BSD-2-Clause"},
    Replacement{"BSD-2-Clause-NetBSD", "BSD-2-Clause"},
    Replacement{"GFDL-1.1", "GFDL-1.1-only"},
    Replacement{"GFDL-1.2", "GFDL-1.2-only"},
    Replacement{"GFDL-1.3", "GFDL-1.3-only"},
    Replacement{"GPL-1.0", "GPL-1.0-only"},
    Replacement{"GPL-2.0", "GPL-2.0-only"},
    Replacement{"GPL-2.0-with-autoconf-exception", "GPL-2.0-only WITH Autoconf-exception-2.0"},
    Replacement{"GPL-2.0-with-bison-exception", "GPL-2.0-only WITH Bison-exception-2.2"},
    Replacement{"GPL-2.0-with-classpath-exception", "GPL-2.0-only WITH Classpath-exception-2.0"},
    Replacement{"GPL-2.0-with-font-exception", "GPL-2.0-only WITH Font-exception-2.0"},
    Replacement{"GPL-2.0-with-GCC-exception", "GPL-2.0-only WITH GCC-exception-2.0"},
    Replacement{"GPL-3.0", "GPL-3.0-only"},
    Replacement{"GPL-3.0-with-autoconf-exception", "GPL-3.0-only WITH Autoconf-exception-3.0"},
    Replacement{"GPL-3.0-with-GCC-exception", "GPL-3.0-only WITH GCC-exception-3.1"},
    Replacement{"LGPL-2.0", "LGPL-2.0-only"},
    Replacement{"LGPL-2.1", "LGPL-2.1-only"},
    Replacement{"LGPL-3.0", "LGPL-3.0-only"},
};
constexpr std::array<std::string_view, 4> kGnu = {"AGPL-", "GFDL-", "GPL-", "LGPL-"};

bool is_gnu(std::string_view id) {
  return std::any_of(kGnu.begin(), kGnu.end(), [&](std::string_view prefix) { return id.starts_with(prefix); });
}

bool is_ref_name(std::string_view name) {
  return !name.empty() &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_alnum(c) || c == '.' || c == '-'; });
}

}  // namespace

std::optional<std::string_view> find_license(std::string_view text) { return find_in(kLicenses, text); }
std::optional<std::string_view> match_license(std::string_view pattern) {
  for (const std::string_view id : kLicenses)
    if (current(id) == id && glob_match(pattern, id)) return id;
  return std::nullopt;
}

std::optional<std::string_view> find_exception(std::string_view text) { return find_in(kExceptions, text); }

bool is_license_ref(std::string_view text) {
  if (text.starts_with("DocumentRef-")) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || !is_ref_name(text.substr(12, colon - 12))) return false;
    text = text.substr(colon + 1);
  }
  return text.starts_with("LicenseRef-") && is_ref_name(text.substr(11));
}

std::string_view current(std::string_view id) {
  const auto* found = std::find_if(kReplacements.begin(), kReplacements.end(),
                                   [&](const Replacement& one) { return one.deprecated == id; });
  return found == kReplacements.end() ? id : found->current;
}

enum class Operator { leaf, all, any };

struct Expression::Node {
  Operator op = Operator::leaf;
  std::string license;                          // of a leaf
  std::vector<std::unique_ptr<Node>> operands;  // of the others; at least two, none with the same operator

  std::unique_ptr<Node> copy() const {
    auto out = std::make_unique<Node>();
    out->op = op;
    out->license = license;
    for (const auto& operand : operands) out->operands.push_back(operand->copy());
    return out;
  }
  std::string text() const {
    if (op == Operator::leaf) return license;
    std::string out;
    for (const auto& operand : operands) {
      if (!out.empty()) out += op == Operator::all ? " AND " : " OR ";
      const bool parentheses = op == Operator::all && operand->op == Operator::any;
      out += parentheses ? "(" + operand->text() + ")" : operand->text();
    }
    return out;
  }
  void collect(std::set<std::string>& into) const {
    if (op == Operator::leaf) into.insert(license);
    for (const auto& operand : operands) operand->collect(into);
  }
  bool satisfiable(const std::function<bool(std::string_view)>& good) const {
    if (op == Operator::leaf) return good(license);
    const auto holds = [&](const std::unique_ptr<Node>& operand) { return operand->satisfiable(good); };
    return op == Operator::all ? std::all_of(operands.begin(), operands.end(), holds)
                               : std::any_of(operands.begin(), operands.end(), holds);
  }

  // Joins nodes: nested ones of the same operator are taken apart, equal ones are kept once.
  static std::unique_ptr<Node> join(Operator op, std::vector<std::unique_ptr<Node>> nodes) {
    auto out = std::make_unique<Node>();
    out->op = op;
    std::set<std::string> seen;
    const std::function<void(std::unique_ptr<Node>)> add = [&](std::unique_ptr<Node> node) {
      if (!node) return;
      if (node->op == op) {
        for (auto& operand : node->operands) add(std::move(operand));
      } else if (seen.insert(node->text()).second) {
        out->operands.push_back(std::move(node));
      }
    };
    for (auto& node : nodes) add(std::move(node));
    if (out->operands.empty()) return nullptr;
    if (out->operands.size() == 1) return std::move(out->operands.front());
    return out;
  }
};

// Recursive descent, OR below AND below WITH. Source: SPDX 2.3, Annex D.4.5, "Order of precedence and parentheses".
class Parser {
 public:
  explicit Parser(std::string_view text) {
    std::size_t i = 0;
    while (i < text.size()) {
      if (text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\r') {
        ++i;
      } else if (text[i] == '(' || text[i] == ')') {
        tokens_.push_back(text.substr(i++, 1));
      } else {
        const std::size_t end = std::min(text.find_first_of(" \t\r\n()", i), text.size());
        tokens_.push_back(text.substr(i, end - i));
        i = end;
      }
    }
  }

  Result<Expression> run() {
    if (tokens_.empty()) return Error(ErrorCode::malformed, "licence expression: empty");
    SUPPLY_TRY(NodePtr node, any(0));
    if (next_ != tokens_.size()) return wrong();
    return Expression(std::move(node));
  }

 private:
  using NodePtr = std::unique_ptr<Expression::Node>;

  std::string_view peek() const { return next_ < tokens_.size() ? tokens_[next_] : std::string_view(); }
  bool take(std::string_view word) {
    if (to_lower(peek()) != word) return false;
    ++next_;
    return true;
  }
  Error wrong() const {
    if (next_ == tokens_.size()) return Error(ErrorCode::malformed, "licence expression: ends too early");
    return Error(ErrorCode::malformed, "licence expression: unexpected " + quote(peek()));
  }

  Result<NodePtr> any(std::size_t depth) {
    if (depth > kMaxLicenseDepth) return Error(ErrorCode::limit_exceeded, "licence expression: nested too deep");
    std::vector<NodePtr> operands;
    do {
      SUPPLY_TRY(NodePtr operand, all(depth));
      operands.push_back(std::move(operand));
    } while (take("or"));
    return Expression::Node::join(Operator::any, std::move(operands));
  }

  Result<NodePtr> all(std::size_t depth) {
    std::vector<NodePtr> operands;
    do {
      SUPPLY_TRY(NodePtr operand, one(depth));
      operands.push_back(std::move(operand));
    } while (take("and"));
    return Expression::Node::join(Operator::all, std::move(operands));
  }

  Result<NodePtr> one(std::size_t depth) {
    if (take("(")) {
      SUPPLY_TRY(NodePtr inner, any(depth + 1));
      if (!take(")")) return wrong();
      return inner;
    }
    SUPPLY_TRY(std::string license, simple());
    ++next_;
    if (take("with")) {
      const auto exception = find_exception(peek());
      if (!exception || license.find(" WITH ") != std::string::npos) return wrong();
      ++next_;
      license += " WITH " + std::string(*exception);
    }
    auto node = std::make_unique<Expression::Node>();
    node->license = std::move(license);
    return node;
  }

  // The licence that the next token names.
  Result<std::string> simple() const {
    const std::string_view token = peek();
    if (is_license_ref(token)) return std::string(token);
    if (const auto id = find_license(token)) return std::string(current(*id));
    if (token.ends_with('+')) {
      if (const auto id = find_license(token.substr(0, token.size() - 1))) {
        // "GPL-3.0+" left the list; what it stands for did not.
        return is_gnu(*id) && !id->ends_with("-only") && !id->ends_with("-or-later") ? std::string(*id) + "-or-later"
                                                                                     : std::string(*id) + "+";
      }
    }
    return wrong();
  }

  std::vector<std::string_view> tokens_;
  std::size_t next_ = 0;
};

Expression::Expression() = default;
Expression::~Expression() = default;
Expression::Expression(std::unique_ptr<Node> node) : node_(std::move(node)) {}
Expression::Expression(const Expression& other) : node_(other.node_ ? other.node_->copy() : nullptr) {}
Expression::Expression(Expression&&) noexcept = default;
Expression& Expression::operator=(Expression other) noexcept {
  node_ = std::move(other.node_);
  return *this;
}

Result<Expression> Expression::parse(std::string_view text) {
  if (text.size() > kMaxLicenseExpressionBytes) {
    return Error(ErrorCode::limit_exceeded, "licence expression of " + std::to_string(text.size()) + " bytes");
  }
  return Parser(text).run();
}

Expression Expression::conjunction(const std::vector<Expression>& all) {
  std::vector<std::unique_ptr<Node>> nodes;
  for (const Expression& one : all) nodes.push_back(one.node_ ? one.node_->copy() : nullptr);
  return Expression(Node::join(Operator::all, std::move(nodes)));
}

Expression Expression::disjunction(const std::vector<Expression>& any) {
  std::vector<std::unique_ptr<Node>> nodes;
  for (const Expression& one : any) nodes.push_back(one.node_ ? one.node_->copy() : nullptr);
  return Expression(Node::join(Operator::any, std::move(nodes)));
}

std::string Expression::to_string() const { return node_ ? node_->text() : std::string(); }

std::vector<std::string> Expression::licenses() const {
  std::set<std::string> found;
  if (node_) node_->collect(found);
  return {found.begin(), found.end()};
}

bool Expression::satisfiable(const std::function<bool(std::string_view)>& good) const {
  return node_ && node_->satisfiable(good);
}

Expression Expression::renamed(const std::function<std::string(std::string_view)>& rename) const {
  if (!node_) return {};
  std::unique_ptr<Node> copy = node_->copy();
  const std::function<void(Node&)> visit = [&](Node& node) {
    if (node.op == Operator::leaf) node.license = rename(node.license);
    for (auto& operand : node.operands) visit(*operand);
  };
  visit(*copy);
  return Expression(std::move(copy));
}

}  // namespace supply::license
