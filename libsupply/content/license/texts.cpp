#include "libsupply/content/license/texts.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <vector>

#include "libsupply/content/license/internal/license_words.hpp"
#include "libsupply/content/license/internal/text_templates.hpp"

namespace supply::license {
namespace {

// What a title or a line before a licence consists of.
constexpr std::array<std::string_view, 33> kOfTitles = {
    "2",        "2clause",   "3",          "3clause",   "a",          "above",   "and",      "clause",   "copyright",
    "file",     "following", "full",       "http",      "is",         "license", "licensed", "licenses", "new",
    "of",       "revised",   "simplified", "software",  "terms",      "text",    "the",      "this",     "under",
    "upstream", "used",      "version",    "licensing", "permission", "notice"};
// What names a licence in a title: a licence with that in its identifier must be there.
struct Name {
  std::string_view word, identifier;
};
constexpr std::array<Name, 9> kNames = {{{"apache", "Apache-"},
                                         {"boost", "BSL-"},
                                         {"bsd", "BSD-"},
                                         {"expat", "MIT"},
                                         {"isc", "ISC"},
                                         {"mit", "MIT"},
                                         {"mozilla", "MPL-"},
                                         {"x11", "X11"},
                                         {"zlib", "Zlib"}}};

using About = LicenseWords::About;

// Words that no licence has taken, of one line.
class Line {
 public:
  void add(const LicenseWords& words, std::size_t at) {
    const std::string_view word = words[at].text;
    words_.push_back(word);
    about_ = std::max(about_, words.about(at));
    has_copyright_ = has_copyright_ || word == "copyright";
  }

  /// Whether it says nothing of licences but which of those that were found follows.
  bool says_nothing(const std::set<std::string_view>& found) const {
    if (about_ == About::anything || (about_ == About::licensing_or_a_name && has_copyright_)) return true;
    return std::all_of(words_.begin(), words_.end(), [&](std::string_view word) {
      const auto* name = std::find_if(kNames.begin(), kNames.end(), [&](const Name& one) { return one.word == word; });
      if (name == kNames.end()) return std::find(kOfTitles.begin(), kOfTitles.end(), word) != kOfTitles.end();
      return std::any_of(found.begin(), found.end(),
                         [&](auto license) { return license.starts_with(name->identifier); });
    });
  }

 private:
  std::vector<std::string_view> words_;
  About about_ = About::anything;
  bool has_copyright_ = false;
};

// The words of a text that are no licence's, by their lines.
class Rest {
 public:
  explicit Rest(const LicenseWords& words) : words_(words) {}
  void add(std::size_t at) {
    if (lines_.empty() || words_[at].line != number_) lines_.emplace_back();
    number_ = words_[at].line;
    lines_.back().add(words_, at);
  }
  void add(const MatchedTitle& title) { titles_.push_back(title); }

  bool says_nothing(const std::set<std::string_view>& found) {
    const auto is_found = [&](std::string_view license) { return found.contains(license); };
    for (const MatchedTitle& title : titles_)
      if (!std::any_of(title.licenses->begin(), title.licenses->end(), is_found))
        for (std::size_t at = title.begin; at < title.end; ++at) add(at);
    return std::all_of(lines_.begin(), lines_.end(), [&](const Line& line) { return line.says_nothing(found); });
  }

 private:
  const LicenseWords& words_;
  std::vector<MatchedTitle> titles_;
  std::vector<Line> lines_;
  std::uint32_t number_ = 0;
};

}  // namespace

Expression recognize_texts(std::string_view text, std::size_t steps_per_word) {
  if (text.size() > kMaxLicenseTextBytes) return {};
  const LicenseWords words(text);
  constexpr std::size_t kLeastWords = 128;
  std::size_t steps = steps_per_word * std::max(words.size(), kLeastWords);
  std::set<std::string_view> found;
  Rest rest(words);
  for (std::size_t at = 0; at < words.size();) {
    if (const auto match = match_license_text(words, at, steps)) {
      if (match->license.empty()) return {};
      found.insert(match->license);
      at = match->end;
      continue;
    }
    if (steps == 0) return {};
    const bool begins_line = at == 0 || words[at].line != words[at - 1].line;
    if (const auto title = begins_line ? match_license_title(words, at) : std::nullopt) {
      rest.add(*title);
      at = title->end;
    } else {
      rest.add(at++);
    }
  }
  if (!rest.says_nothing(found)) return {};
  std::vector<Expression> all;
  for (const std::string_view license : found)
    if (auto expression = Expression::parse(license)) all.push_back(*std::move(expression));
  return all.size() == found.size() ? Expression::conjunction(all) : Expression();
}

}  // namespace supply::license
