// The digest of some bytes: "sha256:" and 64 hex digits. Valid from birth, so it can be in a path or URL.
// Source: OCI image-spec v1.1, descriptor.md, "Digests".
#pragma once

#include <compare>
#include <string>
#include <string_view>

#include "libsupply/base/result/result.hpp"

namespace supply {

class Digest {
 public:
  /// Errors: malformed, when the text does not follow the grammar, or a registered algorithm has another length.
  /// An algorithm that is not registered parses; it can be shown and compared, and never verified.
  static Result<Digest> parse(std::string_view text);
  /// From an algorithm and its raw bytes, as a hasher gives them.
  static Result<Digest> from_bytes(std::string_view algorithm, std::string_view raw);

  std::string_view algorithm() const { return std::string_view(text_).substr(0, colon_); }
  /// The part after the colon.
  std::string_view encoded() const { return std::string_view(text_).substr(colon_ + 1); }
  const std::string& to_string() const { return text_; }
  /// Whether Supply can compute this algorithm (sha256, sha512).
  bool verifiable() const;

  friend bool operator==(const Digest& a, const Digest& b) { return a.text_ == b.text_; }
  friend std::strong_ordering operator<=>(const Digest& a, const Digest& b) { return a.text_ <=> b.text_; }

 private:
  Digest(std::string text, std::size_t colon) : text_(std::move(text)), colon_(colon) {}
  std::string text_;
  std::size_t colon_;
};

}  // namespace supply
