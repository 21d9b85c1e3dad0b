// What a package takes, at most, while a database is read and its relationships are resolved: each reader draws it from
// the budget before it makes the package.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace supply::catalog {

/// Its place in tables by name.
inline constexpr std::uint64_t kPackageTableBytes = 1400;
/// How often a name, version or architecture is held (the purl has them too), and how often another text is.
inline constexpr std::uint64_t kCopiesOfIdentity = 8, kCopiesOfText = 4;

/// Of a field that names other packages: its text, and a string for each name that `separators` end.
inline std::uint64_t memory_of_names(std::string_view names, std::string_view separators) {
  constexpr std::uint64_t kNameBytes = 200;
  const auto ends =
      std::count_if(names.begin(), names.end(), [&](char c) { return separators.find(c) != std::string_view::npos; });
  return names.size() + kNameBytes * static_cast<std::uint64_t>(ends);
}

}  // namespace supply::catalog
