#include "libsupply/content/pkg/version.hpp"

#include <re2/re2.h>

#include <vector>

#include "libsupply/base/text/text.hpp"

namespace supply::pkg {
namespace {

std::string without_zeros(std::string_view digits) {
  const std::size_t first = digits.find_first_not_of('0');
  return first == std::string_view::npos ? "0" : std::string(digits.substr(first));
}

std::string pypi(std::string_view version) {
  // PEP 440, appendix B.
  static const RE2 form(
      R"(v?(?:([0-9]+)!)?([0-9]+(?:\.[0-9]+)*)(?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?([0-9]*))?)"
      R"((?:-([0-9]+)|[-_.]?(post|rev|r)[-_.]?([0-9]*))?(?:[-_.]?(dev)[-_.]?([0-9]*))?(?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?)");
  const std::string text = to_lower(trim(version));
  std::string epoch, release, pre, pre_number, post_number, post, post_word_number, dev, dev_number, local;
  if (!RE2::FullMatch(text, form, &epoch, &release, &pre, &pre_number, &post_number, &post, &post_word_number, &dev,
                      &dev_number, &local))
    return std::string(version);
  std::vector<std::string> numbers;
  for (const std::string_view part : split(release, '.')) numbers.push_back(without_zeros(part));
  while (numbers.size() > 1 && numbers.back() == "0") numbers.pop_back();
  std::string out = without_zeros(epoch) == "0" ? "" : without_zeros(epoch) + '!';
  for (std::size_t i = 0; i < numbers.size(); ++i) out += (i > 0 ? "." : "") + numbers[i];
  if (!pre.empty()) {
    const std::string_view letter = pre == "alpha"             ? "a"
                                    : pre == "beta"            ? "b"
                                    : pre == "a" || pre == "b" ? std::string_view(pre)
                                                               : "rc";
    out.append(letter).append(without_zeros(pre_number));
  }
  if (!post.empty() || !post_number.empty())
    out += ".post" + without_zeros(post.empty() ? post_number : post_word_number);
  if (!dev.empty()) out += ".dev" + without_zeros(dev_number);
  if (local.empty()) return out;
  out += '+';
  std::string segment;
  const auto end_segment = [&] {
    const bool number = segment.find_first_not_of("0123456789") == std::string::npos;
    out += number ? without_zeros(segment) : segment;
    segment.clear();
  };
  for (const char c : local) {
    if (c != '-' && c != '_' && c != '.') {
      segment += c;
      continue;
    }
    end_segment();
    out += '.';
  }
  end_segment();
  return out;
}

}  // namespace

std::string comparable_version(std::string_view purl_type, std::string_view version) {
  if (purl_type == "pypi") return pypi(version);
  if (purl_type != "deb") return std::string(version);
  const std::size_t colon = version.find(':');
  const bool zero = colon != std::string_view::npos && colon > 0 &&
                    version.substr(0, colon).find_first_not_of('0') == std::string_view::npos;
  return std::string(zero ? version.substr(colon + 1) : version);
}

}  // namespace supply::pkg
