// Identity tokens of OpenID Connect, as far as a client looks at them: whom they name, for whom they are, how long they
// hold. Nobody's signature is checked here: the certificate authority does that. A token is a secret: it is in no
// message. Immutable values; any thread. Source: OpenID Connect Core 1.0, section 2; RFC 7519.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/result/result.hpp"
#include "libsupply/base/time/time.hpp"

namespace supply::sigstore {

inline constexpr std::string_view kSigstoreAudience = "sigstore";

struct IdentityToken {
  std::string text;  ///< secret
  std::string issuer, subject, email;
  bool email_verified = false;
  std::vector<std::string> audience;
  Time expires;

  /// The three parts of a JWT in its compact form; white space around it is dropped. Errors: malformed, limit_exceeded.
  static Result<IdentityToken> parse(std::string_view text);

  /// Whether it can be used now, for that audience. Errors: unauthenticated, saying why not.
  Status check(Time now, std::string_view wanted_audience) const;
  /// What has to be signed to prove that the key is at hand: the e-mail address, else the subject.
  /// Source: sigstore/sigstore, pkg/oauthflow, SubjectFromToken. Errors: unauthenticated (an address that was not
  /// verified).
  Result<std::string> proof_subject() const;
};

/// Whether a text is meant as a token rather than as a file's name: "ey" (of an object in base64url), three parts.
bool may_be_token(std::string_view text);
/// Whether a token may be somewhere in the text, so that it belongs in no message.
bool holds_token(std::string_view text);

}  // namespace supply::sigstore
