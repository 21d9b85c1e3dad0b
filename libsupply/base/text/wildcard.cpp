#include "libsupply/base/text/wildcard.hpp"

#include <vector>

namespace supply {

bool wildcard_match(std::string_view pattern, std::string_view text) {
  // Where it fails, only the last run is made longer: what an earlier one could take, the last one can.
  std::size_t p = 0, t = 0, star = std::string_view::npos, from = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      from = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p, ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++from;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

bool may_match_form(std::string_view pattern, std::string_view form) {
  // meets[j]: a text matches the pattern so far and the first j bytes of the form.
  std::vector<char> meets(form.size() + 1, 0);
  for (std::size_t i = 0; i <= pattern.size(); ++i) {
    const char p = i > 0 ? pattern[i - 1] : '\0';
    bool diagonal = false;  // meets[j - 1] of the row before
    for (std::size_t j = 0; j <= form.size(); ++j) {
      const char f = j > 0 ? form[j - 1] : '\0';
      const bool above = i > 0 && meets[j] != 0, left = j > 0 && meets[j - 1] != 0;
      bool both = i == 0 && j == 0;
      if (p == '*') both = above || left;
      if (f == '*') both = both || left || (above && p != '/');
      if (p != '*' && f != '*' && i > 0 && j > 0) both = diagonal && p == f;
      diagonal = meets[j] != 0;
      meets[j] = static_cast<char>(both);
    }
  }
  return meets[form.size()] != 0;
}

}  // namespace supply
