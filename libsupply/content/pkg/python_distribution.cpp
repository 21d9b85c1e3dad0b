#include "libsupply/content/pkg/python_distribution.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/pkg/version.hpp"

namespace supply::pkg {
namespace {

struct Distribution {
  std::string name, version, build;
  std::vector<std::vector<std::string_view>> tags;  // of a wheel: of its Python, ABI and platform
  bool operator==(const Distribution&) const = default;
};

// Runs of "-", "_" and "." are one.
std::string normal_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c != '-' && c != '_' && c != '.') out += to_lower(c);
    else if (!out.ends_with('-')) out += '-';
  }
  return out;
}

std::string normal_version(std::string_view version) {
  std::string text(version);
  std::replace(text.begin(), text.end(), '_', '-');  // as wheels escape it
  return comparable_version("pypi", text);
}

std::vector<std::string_view> tags_in(std::string_view part) {
  std::vector<std::string_view> out = split(part, '.');
  std::sort(out.begin(), out.end());
  return out;
}

bool is_version(std::string_view text) { return !text.empty() && (is_digit(text[0]) || text[0] == 'v'); }

std::optional<Distribution> wheel(std::string_view stem) {
  const std::vector<std::string_view> parts = split(stem, '-');
  if (parts.size() != 5 && parts.size() != 6) return std::nullopt;
  if (parts[0].empty() || !is_version(parts[1])) return std::nullopt;
  Distribution out{normal_name(parts[0]), normal_version(parts[1]), "", {}};
  if (parts.size() == 6) out.build = parts[2];
  for (auto part = parts.end() - 3; part != parts.end(); ++part) out.tags.push_back(tags_in(*part));
  return out;
}

std::optional<Distribution> source(std::string_view stem) {
  const std::size_t dash = stem.rfind('-');
  if (dash == 0 || dash == std::string_view::npos || !is_version(stem.substr(dash + 1))) return std::nullopt;
  return Distribution{normal_name(stem.substr(0, dash)), normal_version(stem.substr(dash + 1)), "", {}};
}

std::optional<Distribution> distribution(std::string_view file_name) {
  const auto without = [&](std::string_view ending) { return file_name.substr(0, file_name.size() - ending.size()); };
  if (file_name.ends_with(".whl")) return wheel(without(".whl"));
  for (const std::string_view ending : {".tar.gz", ".zip"})
    if (file_name.ends_with(ending)) return source(without(ending));
  return std::nullopt;
}

}  // namespace

bool is_python_distribution(std::string_view file_name) { return distribution(file_name).has_value(); }

bool are_same_python_distribution(std::string_view one, std::string_view other) {
  const auto a = distribution(one), b = distribution(other);
  return a && b && *a == *b;
}

}  // namespace supply::pkg
