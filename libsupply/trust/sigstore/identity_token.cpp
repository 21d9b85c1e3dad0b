#include "libsupply/trust/sigstore/identity_token.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/sigstore_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::sigstore {
namespace {

Error malformed(std::string what) { return Error(ErrorCode::malformed, "identity token: " + std::move(what)); }

// RFC 7519, section 4.1.3: one text, or an array of them.
Result<std::vector<std::string>> audience_in(const json::Value& claims) {
  const json::Value* const value = json::find(claims, "aud");
  if (value == nullptr) return std::vector<std::string>();
  if (value->is_string()) return std::vector<std::string>{value->get<std::string>()};
  return json::string_list(claims, "aud");
}

// Google says it as a boolean; some providers as a text.
bool is_true(const json::Value& claims, std::string_view name) {
  const json::Value* const value = json::find(claims, name);
  return value != nullptr && ((value->is_boolean() && value->get<bool>()) || (value->is_string() && *value == "true"));
}

Result<Time> time_in(const json::Value& claims, std::string_view name) {
  const json::Value* const value = json::find(claims, name);
  if (value == nullptr || !value->is_number()) return malformed("no expiry (exp)");
  // A NumericDate may have a fraction.
  const double seconds = value->get<double>();
  if (!(seconds >= 0 && seconds < 253'402'300'800.0)) return malformed("an expiry (exp) out of range");
  return Time(std::chrono::seconds(static_cast<std::int64_t>(seconds)));
}

}  // namespace

Result<IdentityToken> IdentityToken::parse(std::string_view given) {
  const std::string_view text = trim(given);
  if (text.size() > kMaxIdentityTokenBytes)
    return Error(ErrorCode::limit_exceeded,
                 "identity token: larger than " + std::to_string(kMaxIdentityTokenBytes) + " bytes");
  const std::size_t first = text.find('.'), second = text.find('.', first == text.npos ? first : first + 1);
  if (first == text.npos || second == text.npos || text.find('.', second + 1) != text.npos || first == 0 ||
      second + 1 == text.size())
    return malformed("not a JWT: want three parts with dots between them");
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.' || c == '=';
  });
  if (!plain) return malformed("not a JWT: want three parts in base64url");
  const Result<std::string> payload = from_base64(text.substr(first + 1, second - first - 1));
  if (!payload) return malformed("its second part is no base64url");
  // Not the parser's own message, which quotes.
  const Result<json::Value> claims = json::parse(*payload);
  if (!claims || !claims->is_object()) return malformed("its second part is no JSON object");
  IdentityToken token;
  token.text = std::string(text);
  SUPPLY_TRY(token.issuer, json::string_or_empty(*claims, "iss").at("identity token"));
  SUPPLY_TRY(token.subject, json::string_or_empty(*claims, "sub").at("identity token"));
  SUPPLY_TRY(token.email, json::string_or_empty(*claims, "email").at("identity token"));
  token.email_verified = is_true(*claims, "email_verified");
  SUPPLY_TRY(token.audience, audience_in(*claims).at("identity token"));
  SUPPLY_TRY(token.expires, time_in(*claims, "exp"));
  if (token.issuer.empty()) return malformed("no issuer (iss)");
  if (token.subject.empty() && token.email.empty()) return malformed("names nobody (sub, email)");
  return token;
}

Status IdentityToken::check(Time now, std::string_view wanted) const {
  if (expires <= now)
    return Error(ErrorCode::unauthenticated, "identity token of " + quote(issuer) + ": expired at " +
                                                 to_rfc3339(expires) + "; it is now " + to_rfc3339(now));
  if (!wanted.empty() && std::find(audience.begin(), audience.end(), wanted) == audience.end()) {
    std::string names;
    for (const std::string& each : audience) names += (names.empty() ? "" : ", ") + quote(each);
    return Error(ErrorCode::unauthenticated, "identity token of " + quote(issuer) + ": is for " +
                                                 (names.empty() ? "no audience" : names) + ", not for " +
                                                 quote(std::string(wanted)));
  }
  return {};
}

Result<std::string> IdentityToken::proof_subject() const {
  if (email.empty()) return subject;
  if (!email_verified)
    return Error(ErrorCode::unauthenticated,
                 "identity token of " + quote(issuer) + ": its e-mail address was not verified (email_verified)");
  return email;
}

bool may_be_token(std::string_view text) {
  return text.starts_with("ey") && std::count(text.begin(), text.end(), '.') == 2 &&
         text.find('/') == std::string_view::npos;
}

bool holds_token(std::string_view text) {
  // Of an object in base64url, as it is usually written: {" and { with white space.
  for (const std::string_view start : {"eyJ", "eyA", "ewo"})
    if (text.find(start) != std::string_view::npos) return true;
  return false;
}

}  // namespace supply::sigstore
