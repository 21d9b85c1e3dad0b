// Licences recognised by their texts, for packages that do not name theirs.
// Source: SPDX 2.3, Annex B (matching guidelines); the templates of the SPDX licence list (ci/make_license_texts).
#pragma once

#include <cstddef>
#include <string_view>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/content/license/expression.hpp"

namespace supply::license {

/// The licences of the SPDX list whose texts `text` (of a LICENSE file, a Debian copyright file) consists of: all of
/// them apply. Every word of a licence must be there; between and around them may be notices of copyright, titles,
/// and what does not speak of licences at all. Empty where anything else is said of licences, where a text is of
/// several licences (the GNU licences' do not say whether "or later" holds), or where telling takes more steps than so
/// many for each word.
Expression recognize_texts(std::string_view text, std::size_t steps_per_word = kLicenseTextStepsPerWord);

}  // namespace supply::license
