#include "libsupply/content/catalog/internal/go_linked_version.hpp"

#include <algorithm>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/find_bytes.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::catalog {
namespace {

constexpr std::size_t kAround = 1024;  // bytes on either side of Go's version
constexpr std::size_t kLongestVersion = 64;
constexpr std::size_t kVersionsCompared = 4;

bool is_print(char c) { return c >= ' ' && c <= '~'; }

std::size_t take_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

// "v1.31.4", "20.10.24+dfsg1": three numbers at least, since shorter ones may be of anything.
bool is_full_version(std::string_view text) {
  if (text.size() > kLongestVersion) return false;
  if (text.starts_with('v')) text.remove_prefix(1);
  std::size_t at = 0;
  for (int number = 0; number < 3; ++number) {
    if (number > 0 && (at >= text.size() || text[at++] != '.')) return false;
    const std::size_t end = take_digits(text, at);
    if (end == at) return false;
    at = end;
  }
  if (at == text.size()) return text != "0.0.0";
  return std::string_view("-+~.").find(text[at]) != std::string_view::npos &&
         std::all_of(text.begin() + static_cast<std::ptrdiff_t>(at), text.end(),
                     [](char c) { return is_alnum(c) || std::string_view("-+~._").find(c) != std::string_view::npos; });
}

}  // namespace

void GoLinkedVersion::feed(std::string_view chunk) {
  if (is_ == GoProgram::no) return;
  if (is_ == GoProgram::unknown) {
    take_go_head(held_, chunk, is_);
    if (is_ == GoProgram::no) held_ = std::string();
    if (is_ != GoProgram::yes) return;
  }
  held_ += chunk;
  search(false);
}

void GoLinkedVersion::search(bool at_end) {
  while (true) {
    const std::size_t at = find_bytes(held_, kGoRelease, searched_);
    if (at == std::string_view::npos) {
      searched_ = std::max(searched_, held_.size() - std::min(held_.size(), kGoRelease.size() - 1));
      break;
    }
    searched_ = at;
    if (!at_end && held_.size() - at < kLongestVersion + kAround) break;
    searched_ += kGoRelease.size();
    const std::size_t end = take_digits(held_, at + kGoRelease.size());
    const std::size_t stop = std::min(held_.find('\0', at), held_.size());
    const bool is_version = end > at + kGoRelease.size() && stop - at <= kLongestVersion && stop < held_.size();
    // Before it are numbers, or the end of another string; Go's other strings follow each other without one.
    if (!is_version || at == 0 || is_print(held_[at - 1])) continue;
    const std::string_view version = std::string_view(held_).substr(at, stop - at);
    if (std::all_of(version.begin(), version.end(), is_print) && go_versions_.size() < 2) go_versions_.emplace(version);
    search_around(at, stop);
  }
  // Of what was searched the next one may need as much.
  if (searched_ > 4 * kAround) {
    held_.erase(0, searched_ - kAround - 1);
    searched_ = kAround + 1;
  }
}

void GoLinkedVersion::search_around(std::size_t begin, std::size_t end) {
  const std::size_t first = begin - std::min(begin, kAround);
  std::string_view rest = std::string_view(held_).substr(first, end + kAround - first);
  // What is cut off on either side is no whole string.
  for (std::size_t nul = rest.find('\0'); nul != std::string_view::npos; nul = rest.find('\0')) {
    rest.remove_prefix(nul + 1);
    const std::string_view text = rest.substr(0, rest.find('\0'));
    if (text.size() < rest.size() && is_full_version(text) && versions_.size() < kVersionsCompared)
      versions_.emplace(text.starts_with('v') ? text.substr(1) : text);
  }
}

std::string GoLinkedVersion::finish() {
  if (is_ == GoProgram::yes) search(true);
  if (versions_.empty()) return {};
  const std::string& first = *versions_.begin();  // of those that begin alike the shortest
  const bool are_one = std::all_of(versions_.begin(), versions_.end(), [&](const std::string& version) {
    return version == first || version.starts_with(first + "-");
  });
  return are_one ? "v" + first : std::string();
}

}  // namespace supply::catalog
