#include "libsupply/trust/tuf/path_pattern.hpp"

#include <optional>

#include "libsupply/base/text/text.hpp"

namespace supply::tuf {
namespace {

struct Set {
  bool holds;
  std::size_t size;  // of its pattern
};

// Of the set that `pattern` starts with; nothing, where the bracket is itself.
std::optional<Set> set_at(std::string_view pattern, char c) {
  std::size_t at = 1;
  const bool negated = at < pattern.size() && pattern[at] == '!';
  if (negated) ++at;
  const std::size_t first = at;
  bool found = false;
  for (; at < pattern.size(); ++at) {
    if (pattern[at] == ']' && at != first) return Set{found != negated && c != '/', at + 1};
    if (pattern[at] == '/') return std::nullopt;
    const auto low = static_cast<unsigned char>(pattern[at]);
    auto high = low;
    if (at + 2 < pattern.size() && pattern[at + 1] == '-' && pattern[at + 2] != ']') {
      high = static_cast<unsigned char>(pattern[at + 2]);
      at += 2;
    }
    const auto byte = static_cast<unsigned char>(c);
    found = found || (low <= byte && byte <= high);
  }
  return std::nullopt;
}

// How many bytes of the pattern stand for `c`; 0: none do.
std::size_t one(std::string_view pattern, char c) {
  if (pattern.empty()) return 0;
  if (pattern.front() == '?') return c != '/' ? 1 : 0;
  if (pattern.front() == '[')
    if (const std::optional<Set> set = set_at(pattern, c)) return set->holds ? set->size : 0;
  return pattern.front() == c ? 1 : 0;
}

}  // namespace

Result<bool> matches(std::string_view pattern, std::string_view path, std::uint64_t& left) {
  std::size_t p = 0, t = 0;
  std::optional<std::size_t> star, from;  // the last "*", and where in the path what comes after it was tried last
  while (t < path.size() || p < pattern.size()) {
    const std::size_t cost = p < pattern.size() && pattern[p] == '[' ? pattern.size() - p : 1;
    if (left < cost)
      return Error(ErrorCode::limit_exceeded, "pattern " + quote(pattern) + " costs more steps than a search may");
    left -= cost;
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      from = t;
      continue;
    }
    if (t < path.size()) {
      if (const std::size_t size = one(pattern.substr(p), path[t]); size != 0) {
        p += size;
        ++t;
        continue;
      }
    }
    // A "*" cannot reach beyond its component, and an earlier one need not be tried again: it would have to.
    if (!star || *from >= path.size() || path[*from] == '/') return false;
    t = ++*from;
    p = *star + 1;
  }
  return true;
}

}  // namespace supply::tuf
