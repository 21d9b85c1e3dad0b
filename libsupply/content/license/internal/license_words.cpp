#include "libsupply/content/license/internal/license_words.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::license {
namespace {

constexpr std::uint64_t kBase = 0x9e3779b97f4a7c15;

// Source: SPDX, equivalentwords.txt, as far as the words are one each.
constexpr std::array<std::pair<std::string_view, std::string_view>, 40> kSpellings = {{
    {"acknowledgment", "acknowledgement"},
    {"analogue", "analog"},
    {"analyse", "analyze"},
    {"artefact", "artifact"},
    {"authorisation", "authorization"},
    {"authorised", "authorized"},
    {"calibre", "caliber"},
    {"cancelled", "canceled"},
    {"capitalisations", "capitalizations"},
    {"catalogue", "catalog"},
    {"categorise", "categorize"},
    {"centre", "center"},
    {"favour", "favor"},
    {"favourite", "favorite"},
    {"fulfil", "fulfill"},
    {"fulfilment", "fulfillment"},
    {"https", "http"},
    {"initialise", "initialize"},
    {"judgment", "judgement"},
    {"labelling", "labeling"},
    {"labour", "labor"},
    {"licence", "license"},
    {"licences", "licenses"},
    {"maximise", "maximize"},
    {"modelled", "modeled"},
    {"modelling", "modeling"},
    {"offence", "offense"},
    {"optimise", "optimize"},
    {"organisation", "organization"},
    {"organise", "organize"},
    {"owner", "holder"},
    {"owners", "holders"},
    {"practise", "practice"},
    {"programme", "program"},
    {"realise", "realize"},
    {"recognise", "recognize"},
    {"signalling", "signaling"},
    {"utilisation", "utilization"},
    {"whilst", "while"},
    {"wilful", "willful"},
}};

// How words begin, and whole words, without one of which nothing is said of a licence.
constexpr std::array<std::string_view, 26> kBeginnings = {
    "agpl",  "agree",    "allow",       "authoriz",    "cddl",     "commercial", "condition", "copyleft", "disclaim",
    "eula",  "forbid",   "freely",      "gpl",         "grant",    "lgpl",       "liab",      "licens",   "patent",
    "permi", "prohibit", "proprietary", "redistribut", "restrict", "royalt",     "sublicens", "warrant"};
constexpr std::array<std::string_view, 9> kWhole = {
    "distributable", "distribute", "distributed", "distributing", "except", "must", "sell", "shall", "terms"};
constexpr std::array<std::string_view, 6> kOrNames = {"apache", "bsd", "domain", "free", "mozilla", "mpl"};

std::uint64_t hash_of(std::string_view word) {
  std::uint64_t out = 0xcbf29ce484222325;
  for (const char c : word) out = (out ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return out | 1;
}

// The bytes of a hyphen or an apostrophe that is within a word, else 0: "sub-license", "author's", "fur-\n  nished".
std::size_t joint(std::string_view text, std::size_t at) {
  constexpr std::string_view kApostrophe = "\xe2\x80\x99";
  std::size_t size = text[at] == '-' || text[at] == '\''        ? 1
                     : text.substr(at).starts_with(kApostrophe) ? kApostrophe.size()
                                                                : 0;
  if (text.substr(at).starts_with("-\n"))
    size = 2 + std::min(text.substr(at + 2).find_first_not_of(" \t"), text.size());
  return size != 0 && at + size < text.size() && is_alnum(text[at + size]) ? size : 0;
}

LicenseWords::About about_of(std::string_view word) {
  if (std::any_of(kBeginnings.begin(), kBeginnings.end(), [&](auto begin) { return word.starts_with(begin); }) ||
      std::find(kWhole.begin(), kWhole.end(), word) != kWhole.end())
    return LicenseWords::About::licensing;
  const bool may_be = std::find(kOrNames.begin(), kOrNames.end(), word) != kOrNames.end();
  return may_be ? LicenseWords::About::licensing_or_a_name : LicenseWords::About::anything;
}

}  // namespace

LicenseWords::LicenseWords(std::string_view text) {
  text_.reserve(text.size());  // no view into it may move
  prefixes_.push_back(0);
  powers_.push_back(1);
  std::uint32_t line = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (!is_alnum(text[at])) {
      line += text[at++] == '\n' ? 1 : 0;
      continue;
    }
    const std::size_t begin = text_.size();
    for (std::size_t between = 0; at < text.size(); at += between) {
      while (at < text.size() && is_alnum(text[at])) text_ += to_lower(text[at++]);
      if (at == text.size() || (between = joint(text, at)) == 0) break;
    }
    std::string_view word = std::string_view(text_).substr(begin);
    const auto* spelling =
        std::lower_bound(kSpellings.begin(), kSpellings.end(), word,
                         [](const auto& one, std::string_view wanted) { return one.first < wanted; });
    if (spelling != kSpellings.end() && spelling->first == word) word = spelling->second;
    words_.push_back({word, line});
    prefixes_.push_back(prefixes_.back() * kBase + hash_of(word));
    powers_.push_back(powers_.back() * kBase);
  }
}

LicenseWords::About LicenseWords::about(std::size_t at) const { return about_of(words_[at].text); }

std::uint32_t LicenseWords::hash(std::size_t at, std::size_t count) const {
  return static_cast<std::uint32_t>((prefixes_[at + count] - prefixes_[at] * powers_[count]) >> 32);
}

}  // namespace supply::license
