// The words of a text, as SPDX compares texts of licences: no case, no punctuation, one spelling.
// Source: SPDX 2.3, Annex B, and the list of equivalent words that it names.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace supply::license {

struct LicenseWord {
  std::string_view text;  ///< in lower case; valid as long as the LicenseWords
  std::uint32_t line = 0;
};

class LicenseWords {
 public:
  explicit LicenseWords(std::string_view text);
  LicenseWords(const LicenseWords&) = delete;
  LicenseWords& operator=(const LicenseWords&) = delete;

  std::size_t size() const { return words_.size(); }
  const LicenseWord& operator[](std::size_t at) const { return words_[at]; }
  /// Whether nothing is said of a licence without such words: "permission", "shall"; or "free", "Mozilla", which may be
  /// of a holder's name.
  enum class About : std::uint8_t { anything, licensing_or_a_name, licensing };
  About about(std::size_t at) const;
  /// Of `count` words from `at` on, all of which must be there. ci/make_license_texts makes the same.
  std::uint32_t hash(std::size_t at, std::size_t count) const;

 private:
  std::string text_;
  std::vector<LicenseWord> words_;
  std::vector<std::uint64_t> prefixes_, powers_;
};

}  // namespace supply::license
