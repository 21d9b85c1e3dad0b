#include "libsupply/trust/verify/trust_policy.hpp"

#include <re2/re2.h>

#include <algorithm>

#include "libsupply/base/text/text.hpp"

namespace supply::verify {

TextPattern TextPattern::exact(std::string text) {
  TextPattern pattern;
  pattern.text_ = std::move(text);
  return pattern;
}

Result<TextPattern> TextPattern::regexp(const std::string& expression) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  auto compiled = std::make_shared<const re2::RE2>(expression, options);
  if (!compiled->ok())
    return Error(ErrorCode::usage, "regular expression " + quote(expression) + ": " + compiled->error());
  TextPattern pattern;
  pattern.text_ = expression;
  pattern.regexp_ = std::move(compiled);
  return pattern;
}

bool TextPattern::matches(std::string_view text) const {
  return regexp_ ? re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), *regexp_) : text == text_;
}

bool TrustedIdentity::matches(const attest::CertificateIdentity& identity) const {
  const auto all = [](const std::vector<TextPattern>& patterns, const std::string& text) {
    return !patterns.empty() && std::all_of(patterns.begin(), patterns.end(),
                                            [&](const TextPattern& pattern) { return pattern.matches(text); });
  };
  return all(names, identity.name) && all(issuers, identity.issuer) &&
         std::all_of(extensions.begin(), extensions.end(), [&](const auto& wanted) {
           const auto found = identity.extensions.find(wanted.first);
           return found != identity.extensions.end() && found->second == wanted.second;
         });
}

}  // namespace supply::verify
