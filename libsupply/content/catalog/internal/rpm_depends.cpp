#include <algorithm>
#include <set>
#include <unordered_map>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/content/catalog/internal/rpm_package.hpp"
#include "libsupply/content/pkg/rpm_version.hpp"

namespace supply::catalog {
namespace {

// Source: rpm, include/rpm/rpmds.h rpmsenseFlags_e.
constexpr std::uint32_t kLess = 2, kGreater = 4, kEqual = 8, kCompares = kLess | kGreater | kEqual;
constexpr std::uint32_t kMissingOk = 1 << 19, kOfRpmItself = 1 << 24;

// Whether a version that is provided is among those that are required.
// Source: rpm, lib/rpmds.c rpmdsCompare: what has no version fits any.
bool overlap(const RpmRelation& provided, const RpmRelation& required) {
  if ((provided.flags & kCompares) == 0 || (required.flags & kCompares) == 0) return true;
  if (provided.version.empty() || required.version.empty()) return true;
  const int order = pkg::compare(pkg::RpmEvr::parse(provided.version), pkg::RpmEvr::parse(required.version));
  if (order < 0) return (provided.flags & kGreater) != 0 || (required.flags & kLess) != 0;
  if (order > 0) return (provided.flags & kLess) != 0 || (required.flags & kGreater) != 0;
  return (provided.flags & required.flags & kCompares) != 0;
}

using Targets = std::set<std::size_t>;

class Resolver {
 public:
  Resolver(const std::vector<RpmPackage>& packages, const RpmPathOwners& owners, Share& share)
      : packages_(packages), owners_(owners), share_(share) {}

  Status add_providers() {
    constexpr std::uint64_t kProviderBytes = 120;
    for (std::size_t i = 0; i < packages_.size(); ++i) {
      SUPPLY_TRY(share_.spend(Cost::memory, kProviderBytes * packages_[i].provides.size()));
      for (const RpmRelation& one : packages_[i].provides) providers_[one.name].push_back({i, &one});
    }
    return {};
  }

  /// Of the packages that provide it, those of the same architecture as `from`, or all where there are none.
  Result<Targets> find(const RpmRelation& required, std::size_t from) const {
    Targets all, alike;
    const auto add = [&](std::size_t target) {
      all.insert(target);
      const std::string& architecture = packages_[target].package.architecture;
      if (architecture == packages_[from].package.architecture || architecture == "noarch") alike.insert(target);
    };
    if (const auto found = providers_.find(required.name); found != providers_.end()) {
      SUPPLY_TRY(share_.spend(Cost::steps, 1 + 2 * found->second.size()));
      for (const auto& [target, provided] : found->second)
        if (overlap(*provided, required)) add(target);
    }
    if (const auto found = owners_.find(required.name); found != owners_.end())
      for (const std::size_t target : found->second) add(target);
    return alike.empty() ? all : alike;
  }

 private:
  struct Provider {
    std::size_t package;
    const RpmRelation* provided;
  };
  const std::vector<RpmPackage>& packages_;
  const RpmPathOwners& owners_;
  Share& share_;
  std::unordered_map<std::string_view, std::vector<Provider>> providers_;
};

// "(a >= 1 or (b if c))". Of alternatives all that are there count.
// Source: rpm, docs/manual/boolean_dependencies.md.
class BooleanDependency {
 public:
  /// `find` looks a plain dependency up.
  template <class Find>
  static Result<Targets> resolve(std::string_view text, const Find& find) {
    BooleanDependency parser(text);
    SUPPLY_TRY(auto out, parser.group(find, 0));
    return parser.failed_ ? Targets() : std::move(out);
  }

 private:
  explicit BooleanDependency(std::string_view text) : rest_(text) {}

  template <class Find>
  Result<Targets> operand(const Find& find, std::size_t depth) {
    if (rest_.starts_with('(')) return group(find, depth + 1);
    RpmRelation plain;
    plain.name = word();
    std::string_view before = rest_;
    const std::string_view comparison = word();
    for (const char c : comparison) plain.flags |= c == '<' ? kLess : c == '>' ? kGreater : c == '=' ? kEqual : 0;
    if (plain.flags == 0) rest_ = before;
    else plain.version = word();
    if (plain.name.empty()) failed_ = true;
    return find(plain);
  }

  template <class Find>
  Result<Targets> group(const Find& find, std::size_t depth) {
    if (depth >= kMaxRpmDependencyDepth || !rest_.starts_with('(')) failed_ = true;
    if (failed_) return Targets();
    rest_.remove_prefix(1);
    SUPPLY_TRY(Targets out, operand(find, depth));
    while (!failed_ && !rest_.starts_with(')')) {
      const std::string_view operation = word();
      if (operation.empty()) failed_ = true;
      SUPPLY_TRY(Targets second, operand(find, depth));
      const bool there = !second.empty();
      if (operation == "and" || operation == "or" || operation == "with") {
        out.merge(second);
      } else if (operation == "if") {
        chosen_ = there;
        if (!there) out.clear();
      } else if (operation == "unless") {
        chosen_ = !there;
        if (there) out.clear();
      } else if (operation == "else") {
        if (!chosen_) out = std::move(second);
      } else if (operation != "without") {
        failed_ = true;
      }
    }
    if (!failed_) rest_.remove_prefix(1);
    spaces();
    return out;
  }

  void spaces() {
    while (rest_.starts_with(' ')) rest_.remove_prefix(1);
  }

  // Up to a space, or to a parenthesis that closes what this word did not open: "libc.so.6()(64bit)".
  std::string_view word() {
    spaces();
    std::size_t end = 0, open = 0;
    for (; end < rest_.size() && rest_[end] != ' '; ++end) {
      if (rest_[end] == '(') ++open;
      if (rest_[end] == ')' && open-- == 0) break;
    }
    const std::string_view out = rest_.substr(0, end);
    rest_.remove_prefix(end);
    spaces();
    return out;
  }

  std::string_view rest_;
  bool failed_ = false, chosen_ = false;
};

bool is_boolean(const RpmRelation& relation) { return relation.name.starts_with('('); }
bool counts(const RpmRelation& relation) { return (relation.flags & (kOfRpmItself | kMissingOk)) == 0; }

}  // namespace

Result<RpmPathOwners> required_rpm_paths(const std::vector<RpmPackage>& packages, Share& share) {
  RpmPathOwners out;
  for (const RpmPackage& package : packages) {
    for (const RpmRelation& need : package.needs) {
      std::string_view text = need.name;
      if (!counts(need) || text.find('/') == std::string_view::npos) continue;
      SUPPLY_TRY(share.spend(Cost::memory, 150));
      if (!is_boolean(need)) {
        if (text.starts_with('/')) out[text];
        continue;
      }
      for (std::size_t at = 0; at < text.size();) {
        at = std::min(text.find_first_not_of("( ", at), text.size());
        const std::size_t end = std::min(text.find_first_of(" )", at), text.size());
        SUPPLY_TRY(share.spend(Cost::memory, 150));
        if (text.substr(at).starts_with('/')) out[text.substr(at, end - at)];
        at = end + 1;
      }
    }
  }
  return out;
}

Status resolve_rpm_depends(std::vector<RpmPackage>& packages, const RpmPathOwners& owners, Share& share) {
  Resolver resolver(packages, owners, share);
  SUPPLY_TRY(resolver.add_providers());
  std::vector<std::string> purls;
  for (const RpmPackage& one : packages) {
    purls.push_back(one.package.purl.to_string());
    SUPPLY_TRY(share.spend(Cost::memory, sizeof purls[0] + purls.back().size()));
  }
  for (std::size_t i = 0; i < packages.size(); ++i) {
    Targets targets;
    const auto find = [&](const RpmRelation& need) { return resolver.find(need, i); };
    for (const RpmRelation& need : packages[i].needs) {
      if (!counts(need)) continue;
      SUPPLY_TRY(share.spend(Cost::steps, 2 + need.name.size() / 8));
      SUPPLY_TRY(Targets found, is_boolean(need) ? BooleanDependency::resolve(need.name, find) : find(need));
      targets.merge(found);
    }
    std::vector<std::string>& out = packages[i].package.depends;
    for (const std::size_t target : targets) {
      if (purls[target] == purls[i]) continue;
      SUPPLY_TRY(share.spend(Cost::memory, sizeof purls[0] + purls[target].size()));
      out.push_back(purls[target]);
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
  }
  return {};
}

}  // namespace supply::catalog
