// Shows one registry who we are: answers its challenges, keeps its tokens. Bound to one origin for life: what it gives
// out may go to that origin only, and what it sends itself goes to the token server that `policy_for_realm` allows.
// Source: distribution token specification; RFC 6750; RFC 6749, section 6.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>

#include "libsupply/base/http/client.hpp"
#include "libsupply/base/http/retry.hpp"
#include "libsupply/image/registry/credentials.hpp"

namespace supply::registry {

/// What a registry's token server may be given.
enum class TokenRealmPolicy { refuse, anonymous, authenticated };

/// - refuse: an address without TLS, unless the registry has none either and it is the same host, or both are this
///   machine.
/// - authenticated: the registry's own origin; its own host over HTTPS on the usual port; a pair of names that is known
///   (auth.docker.io for Docker Hub, gitlab.example.com for registry.example.com, …).
/// - anonymous: any other; public images may be had through it, without our credentials.
TokenRealmPolicy policy_for_realm(const http::Origin& registry, const http::Origin& realm);

/// What a request needs: "repository:app:pull", "repository:app:pull,push", …; the first is the most important.
using Scopes = std::vector<std::string>;

class Authorizer {
 public:
  using Find = std::function<Result<std::optional<Credential>>()>;
  struct Tools {
    http::Client& client;
    http::Clock& clock;
    http::Pauses& pauses;
    const http::RetryOptions& retry;
    std::optional<http::TimePoint> deadline;
    std::uint64_t seed;
  };
  struct Token;
  /// What is in one request's Authorization field.
  struct Authorization {
    std::string header = {};            ///< empty: nothing is asked for, as far as we know
    bool fresh = false;                 ///< it was made for this request
    std::shared_ptr<Token> token = {};  ///< where it is kept
  };

  /// `find` is called once, and not before the registry asks.
  Authorizer(http::Origin origin, Find find, std::vector<http::Origin> trusted_realms, Tools tools);
  ~Authorizer();

  /// Takes a token that is there and valid for a while, or gets one. Any number of threads that need the same one wait
  /// for one request. Errors: unauthenticated, forbidden, rate_limited, unavailable, malformed, those of find().
  Result<Authorization> answer(const Scopes& scopes);
  /// Learns from a 401 to a request that was sent with `sent`. Returns whether another attempt can have another
  /// outcome.
  Result<bool> challenged(const http::Response& refusal, const Scopes& scopes, const Authorization& sent);
  /// Whether the credentials were part of what has opened the door, as far as it is known. A token server that may not
  /// have them gives out tokens for nobody in particular.
  bool has_shown_credential() const;
  /// Whether there are credentials that the token server may not have.
  bool withholds_credential() const;
  /// The text with everything secret taken out.
  std::string without_secrets(std::string text) const;
  /// Why the registry may have refused, for a message: "" or " (no credentials for …)".
  std::string explanation() const;

 private:
  struct State;
  bool prefers_basic() const;
  Status learn_bearer(const std::string& realm, const std::string& service, const http::Response& refusal);
  Result<std::string> fetch_token(const Scopes& scopes, std::chrono::seconds& lifetime);
  Result<http::Request> token_request(const Scopes& scopes, bool refresh) const;
  Status load_credential();

  const http::Origin origin_;
  const Find find_;
  const std::vector<http::Origin> trusted_realms_;
  const Tools tools_;
  const std::unique_ptr<State> state_;
};

}  // namespace supply::registry
