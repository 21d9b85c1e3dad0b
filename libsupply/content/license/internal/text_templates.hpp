// The texts of the SPDX list's licences, as templates: numbers from which no text can be made, to find those texts by.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "libsupply/content/license/internal/license_words.hpp"

namespace supply::license {

struct MatchedText {
  std::string_view license;  ///< an identifier of the SPDX list, or empty: the text is of several. Static storage
  std::size_t end = 0;       ///< the word behind it
};

/// The longest text that begins with the word `at`. Takes from `steps` what it costs, and finds nothing when they are
/// used up.
std::optional<MatchedText> match_license_text(const LicenseWords& words, std::size_t at, std::size_t& steps);

/// A title that some licence's text begins with, or a line of it, at the word `at`, which is the first of its line.
struct MatchedTitle {
  std::size_t begin = 0, end = 0;                 ///< its first word, and the word behind it
  const std::vector<std::string_view>* licenses;  ///< whose title it is; static storage
};
/// The longest one.
std::optional<MatchedTitle> match_license_title(const LicenseWords& words, std::size_t at);

}  // namespace supply::license
