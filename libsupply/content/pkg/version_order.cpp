#include "libsupply/content/pkg/version_order.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/pkg/rpm_version.hpp"
#include "libsupply/content/pkg/version.hpp"

namespace supply::pkg {
namespace {

using Order = std::optional<int>;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
int sign(int number) { return (number > 0) - (number < 0); }

// Of any length; an empty one is 0.
int compare_numbers(std::string_view a, std::string_view b) {
  a.remove_prefix(std::min(a.find_first_not_of('0'), a.size()));
  b.remove_prefix(std::min(b.find_first_not_of('0'), b.size()));
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return sign(a.compare(b));
}

// dpkg: the order of a character that is no digit; the end is 0.
int rank(std::string_view text, std::size_t at) {
  if (at >= text.size() || is_digit(text[at])) return 0;
  if (is_letter(text[at])) return text[at];
  if (text[at] == '~') return -1;
  return static_cast<unsigned char>(text[at]) + 256;
}

int compare_deb_parts(std::string_view a, std::string_view b) {
  std::size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    while ((i < a.size() && !is_digit(a[i])) || (j < b.size() && !is_digit(b[j]))) {
      const int difference = rank(a, i) - rank(b, j);
      if (difference != 0) return sign(difference);
      ++i, ++j;
    }
    const std::size_t from_a = i, from_b = j;
    while (i < a.size() && is_digit(a[i])) ++i;
    while (j < b.size() && is_digit(b[j])) ++j;
    if (const int difference = compare_numbers(a.substr(from_a, i - from_a), b.substr(from_b, j - from_b)))
      return difference;
  }
  return 0;
}

struct DebVersion {
  std::string_view epoch, upstream, revision;
};
std::optional<DebVersion> read_deb(std::string_view text) {
  DebVersion out;
  if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    out.epoch = text.substr(0, colon);
    if (!is_digits(out.epoch)) return std::nullopt;
    text.remove_prefix(colon + 1);
  }
  if (const std::size_t dash = text.rfind('-'); dash != std::string_view::npos) {
    out.revision = text.substr(dash + 1);
    if (out.revision.empty()) return std::nullopt;
    text = text.substr(0, dash);
  }
  out.upstream = text;
  const auto fits = [](char c) { return is_digit(c) || is_letter(c) || std::string_view(".+-~:").find(c) < 5; };
  if (text.empty() || !is_digit(text[0]) || !std::all_of(text.begin(), text.end(), fits) ||
      !std::all_of(out.revision.begin(), out.revision.end(), fits))
    return std::nullopt;
  return out;
}

Order compare_deb(std::string_view a, std::string_view b) {
  const auto x = read_deb(a), y = read_deb(b);
  if (!x || !y) return std::nullopt;
  if (const int epochs = compare_numbers(x->epoch, y->epoch)) return epochs;
  if (const int upstream = compare_deb_parts(x->upstream, y->upstream)) return upstream;
  return compare_deb_parts(x->revision, y->revision);
}

Order compare_rpm(std::string_view a, std::string_view b) {
  const auto fits = [](std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
      return is_digit(c) || is_letter(c) || std::string_view(".+-~:_^").find(c) < 7;
    });
  };
  if (!fits(a) || !fits(b)) return std::nullopt;
  return compare(RpmEvr::parse(a), RpmEvr::parse(b));
}

struct ApkVersion {
  std::vector<std::string_view> numbers;
  std::string letter;
  std::vector<std::pair<int, std::string>> suffixes;  // rank, number
  std::string revision;
};
std::optional<ApkVersion> read_apk(const std::string& text, std::string& numbers) {
  static const RE2 form(R"(([0-9]+(?:\.[0-9]+)*)([a-z]?)((?:_[a-z]+[0-9]*)*)(?:~[0-9a-f]+)?(?:-r([0-9]+))?)");
  static const RE2 suffix(R"(_([a-z]+)([0-9]*))");
  constexpr std::array<std::string_view, 10> kOrder = {"alpha", "beta", "pre", "rc", "",
                                                       "cvs",   "svn",  "git", "hg", "p"};
  ApkVersion out;
  std::string suffixes;
  if (!RE2::FullMatch(text, form, &numbers, &out.letter, &suffixes, &out.revision)) return std::nullopt;
  out.numbers = split(numbers, '.');
  re2::StringPiece rest(suffixes);
  std::string word, number;
  while (RE2::Consume(&rest, suffix, &word, &number)) {
    const auto found = std::find(kOrder.begin(), kOrder.end(), word);
    if (found == kOrder.end()) return std::nullopt;
    out.suffixes.emplace_back(static_cast<int>(found - kOrder.begin()) - 4, number);
  }
  return out;
}

Order compare_apk(std::string_view a, std::string_view b) {
  std::string held_a, held_b;
  const auto x = read_apk(std::string(a), held_a), y = read_apk(std::string(b), held_b);
  if (!x || !y) return std::nullopt;
  for (std::size_t i = 0; i < std::max(x->numbers.size(), y->numbers.size()); ++i) {
    if (i >= x->numbers.size()) return -1;
    if (i >= y->numbers.size()) return 1;
    const std::string_view one = x->numbers[i], other = y->numbers[i];
    // Behind the first point a zero at the front makes a fraction of it: 1.05 is before 1.1.
    const bool fraction = i > 0 && (one.starts_with('0') || other.starts_with('0'));
    if (const int difference = fraction ? sign(one.compare(other)) : compare_numbers(one, other)) return difference;
  }
  if (const int letters = sign(x->letter.compare(y->letter))) return letters;
  for (std::size_t i = 0; i < std::max(x->suffixes.size(), y->suffixes.size()); ++i) {
    const auto one = i < x->suffixes.size() ? x->suffixes[i] : std::pair<int, std::string>();
    const auto other = i < y->suffixes.size() ? y->suffixes[i] : std::pair<int, std::string>();
    if (one.first != other.first) return one.first < other.first ? -1 : 1;
    if (const int numbers = compare_numbers(one.second, other.second)) return numbers;
  }
  return compare_numbers(x->revision, y->revision);
}

Order compare_pypi(std::string_view a, std::string_view b) {
  struct Version {
    std::string epoch, release, pre, pre_number, post, dev, local;
    bool has_post = false, has_dev = false;
  };
  // comparable_version() wrote it in the normal form, or it is none.
  static const RE2 form(
      R"((?:([0-9]+)!)?([0-9]+(?:\.[0-9]+)*)(?:(a|b|rc)([0-9]+))?(\.post[0-9]+)?(\.dev[0-9]+)?(?:\+([a-z0-9.]+))?)");
  const auto read = [](std::string_view text) -> std::optional<Version> {
    Version out;
    if (!RE2::FullMatch(comparable_version("pypi", text), form, &out.epoch, &out.release, &out.pre, &out.pre_number,
                        &out.post, &out.dev, &out.local))
      return std::nullopt;
    out.has_post = !out.post.empty(), out.has_dev = !out.dev.empty();
    if (out.has_post) out.post.erase(0, 5);
    if (out.has_dev) out.dev.erase(0, 4);
    return out;
  };
  const auto x = read(a), y = read(b);
  if (!x || !y) return std::nullopt;
  if (const int epochs = compare_numbers(x->epoch, y->epoch)) return epochs;
  const auto one = split(x->release, '.'), other = split(y->release, '.');
  for (std::size_t i = 0; i < std::max(one.size(), other.size()); ++i)
    if (const int difference =
            compare_numbers(i < one.size() ? one[i] : std::string_view(), i < other.size() ? other[i] : ""))
      return difference;
  // A development release of nothing else is before every pre-release, a release without either behind them.
  const auto phase = [](const Version& v) {
    if (v.pre.empty()) return v.has_dev && !v.has_post ? 0 : 4;
    return v.pre == "a" ? 1 : v.pre == "b" ? 2 : 3;
  };
  if (phase(*x) != phase(*y)) return phase(*x) < phase(*y) ? -1 : 1;
  if (const int pre = compare_numbers(x->pre_number, y->pre_number)) return pre;
  if (x->has_post != y->has_post) return x->has_post ? 1 : -1;
  if (const int post = compare_numbers(x->post, y->post)) return post;
  if (x->has_dev != y->has_dev) return x->has_dev ? -1 : 1;
  if (const int dev = compare_numbers(x->dev, y->dev)) return dev;
  if (x->local.empty() || y->local.empty())
    return static_cast<int>(y->local.empty()) - static_cast<int>(x->local.empty());
  const auto mine = split(x->local, '.'), theirs = split(y->local, '.');
  for (std::size_t i = 0; i < std::min(mine.size(), theirs.size()); ++i) {
    const bool number = is_digits(mine[i]);
    if (number != is_digits(theirs[i])) return number ? 1 : -1;
    if (const int difference = number ? compare_numbers(mine[i], theirs[i]) : sign(mine[i].compare(theirs[i])))
      return difference;
  }
  return mine.size() == theirs.size() ? 0 : mine.size() < theirs.size() ? -1 : 1;
}

Order compare_semver(std::string_view a, std::string_view b) {
  static const RE2 form(
      R"(v?([0-9]+)\.([0-9]+)\.([0-9]+)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?)");
  std::array<std::string, 4> x, y;
  if (!RE2::FullMatch(std::string(a), form, &x[0], &x[1], &x[2], &x[3]) ||
      !RE2::FullMatch(std::string(b), form, &y[0], &y[1], &y[2], &y[3]))
    return std::nullopt;
  for (std::size_t i = 0; i < 3; ++i)
    if (const int difference = compare_numbers(x[i], y[i])) return difference;
  if (x[3].empty() || y[3].empty()) return static_cast<int>(x[3].empty()) - static_cast<int>(y[3].empty());
  const auto mine = split(x[3], '.'), theirs = split(y[3], '.');
  for (std::size_t i = 0; i < std::min(mine.size(), theirs.size()); ++i) {
    const bool number = is_digits(mine[i]);
    if (number != is_digits(theirs[i])) return number ? -1 : 1;
    if (const int difference = number ? compare_numbers(mine[i], theirs[i]) : sign(mine[i].compare(theirs[i])))
      return difference;
  }
  return mine.size() == theirs.size() ? 0 : mine.size() < theirs.size() ? -1 : 1;
}

struct TypeOrder {
  std::string_view type;
  Order (*compare)(std::string_view a, std::string_view b);
};
constexpr TypeOrder kOrders[] = {{"deb", compare_deb},       {"rpm", compare_rpm},    {"apk", compare_apk},
                                 {"pypi", compare_pypi},     {"npm", compare_semver}, {"cargo", compare_semver},
                                 {"golang", compare_semver}, {"hex", compare_semver}, {"pub", compare_semver},
                                 {"swift", compare_semver}};

const TypeOrder* order_of(std::string_view type) {
  const auto found =
      std::find_if(std::begin(kOrders), std::end(kOrders), [&](const TypeOrder& one) { return one.type == type; });
  return found == std::end(kOrders) ? nullptr : found;
}

}  // namespace

bool has_version_order(std::string_view purl_type) { return order_of(purl_type) != nullptr; }

std::optional<int> compare_versions(std::string_view purl_type, std::string_view a, std::string_view b) {
  const TypeOrder* order = order_of(purl_type);
  return order == nullptr ? std::nullopt : order->compare(a, b);
}

}  // namespace supply::pkg
