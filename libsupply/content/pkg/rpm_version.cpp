#include "libsupply/content/pkg/rpm_version.hpp"

#include "libsupply/base/text/ascii.hpp"

namespace supply::pkg {
namespace {

bool is_separator(char c) { return !is_alnum(c) && c != '~' && c != '^'; }

std::string_view without_zeros(std::string_view digits) {
  while (!digits.empty() && digits[0] == '0') digits.remove_prefix(1);
  return digits;
}

std::string_view take(std::string_view& text, bool (*of)(char)) {
  std::size_t end = 0;
  while (end < text.size() && of(text[end])) ++end;
  const std::string_view out = text.substr(0, end);
  text.remove_prefix(end);
  return out;
}

int sign(int value) { return value < 0 ? -1 : value > 0 ? 1 : 0; }

// Numbers of any length.
int compare_digits(std::string_view a, std::string_view b) {
  a = without_zeros(a);
  b = without_zeros(b);
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  return sign(a.compare(b));
}

}  // namespace

int compare_rpm_versions(std::string_view a, std::string_view b) {
  if (a == b) return 0;
  while (!a.empty() || !b.empty()) {
    take(a, is_separator);
    take(b, is_separator);
    // A tilde is before everything, the end too; a caret is after the end and before everything else.
    const bool tilde_a = a.starts_with('~'), tilde_b = b.starts_with('~');
    if (tilde_a != tilde_b) return tilde_a ? -1 : 1;
    const bool caret_a = a.starts_with('^'), caret_b = b.starts_with('^');
    if (!tilde_a && caret_a != caret_b) {
      if (a.empty()) return -1;
      if (b.empty()) return 1;
      return caret_a ? -1 : 1;
    }
    if (tilde_a || caret_a) {
      a.remove_prefix(1);
      b.remove_prefix(1);
      continue;
    }
    if (a.empty() || b.empty()) break;
    const bool number = is_digit(a[0]);
    const std::string_view part_a = take(a, number ? is_digit : is_letter),
                           part_b = take(b, number ? is_digit : is_letter);
    // A number is newer than letters.
    if (part_b.empty()) return number ? 1 : -1;
    const int result = number ? compare_digits(part_a, part_b) : sign(part_a.compare(part_b));
    if (result != 0) return result;
  }
  return a.empty() == b.empty() ? 0 : a.empty() ? -1 : 1;
}

RpmEvr RpmEvr::parse(std::string_view text) {
  RpmEvr out;
  std::string_view rest = text;
  take(rest, is_digit);
  if (rest.starts_with(':')) {
    out.epoch = text.substr(0, text.size() - rest.size());
    text = rest.substr(1);
  }
  const std::size_t dash = text.rfind('-');
  out.version = text.substr(0, dash);
  if (dash != std::string_view::npos) out.release = text.substr(dash + 1);
  return out;
}

int compare(const RpmEvr& a, const RpmEvr& b) {
  if (const int epochs = compare_digits(a.epoch, b.epoch); epochs != 0) return epochs;
  if (const int versions = compare_rpm_versions(a.version, b.version); versions != 0) return versions;
  return a.release.empty() || b.release.empty() ? 0 : compare_rpm_versions(a.release, b.release);
}

}  // namespace supply::pkg
