#include "libsupply/trust/verify/trust_policy.hpp"

#include <re2/re2.h>

#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/attest/fulcio_extension.hpp"

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

std::string TextPattern::to_string() const { return regexp_ ? '/' + text_ + '/' : quote(text_); }

std::optional<std::string> TrustedIdentity::mismatch(const attest::CertificateIdentity& identity) const {
  const auto lacking = [](const std::vector<TextPattern>& patterns, const std::string& text,
                          const char* what) -> std::optional<std::string> {
    if (patterns.empty()) return std::string("want an expected ") + what;
    for (const TextPattern& pattern : patterns)
      if (!pattern.matches(text)) return std::string("want the ") + what + ' ' + pattern.to_string();
    return std::nullopt;
  };
  if (auto why = lacking(names, identity.name, "name")) return why;
  if (auto why = lacking(issuers, identity.issuer, "issuer")) return why;
  for (const auto& [number, pattern] : extensions) {
    const std::string named = std::string(attest::extension_name(number)) + " (1.3.6.1.4.1.57264.1." + number + ')';
    const auto found = identity.extensions.find(number);
    if (found == identity.extensions.end()) return "certificate without " + named + ": want " + pattern.to_string();
    if (!pattern.matches(found->second)) return named + " is " + quote(found->second) + ": want " + pattern.to_string();
  }
  return std::nullopt;
}

}  // namespace supply::verify
