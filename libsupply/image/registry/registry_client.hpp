// Requests to one registry for one repository: signed in, redirected, repeated and bounded as they must be. Any thread.
// Source: OCI distribution-spec v1.1.
#pragma once

#include <atomic>
#include <functional>

#include "libsupply/image/registry/authorizer.hpp"
#include "libsupply/image/registry/certs_d.hpp"

namespace supply::registry {

/// Makes the same bytes again, when they have to be sent again.
using OpenBody = std::function<Result<std::unique_ptr<io::Source>>()>;

struct RegistryRequest {
  std::string method = "GET";
  std::string target = {};            ///< at the registry: "/v2/app/manifests/1.0"
  std::optional<http::Url> url = {};  ///< instead of `target`: where the registry has sent us
  http::Headers headers = {};
  Scopes scopes = {};
  std::string_view body = {};  ///< must outlive the call
  OpenBody open_body = {};     ///< instead of `body`: `body_bytes` from what it makes
  std::uint64_t body_bytes = 0;
  std::string what = {};  ///< for messages: "manifest 1.0"
};

/// A whole answer.
struct BufferedResponse {
  int status = 0;
  http::Headers headers = {};
  std::string bytes = {};
  http::Url url;  ///< where it came from, after redirects
};

struct Streaming {
  http::Response response;
  http::Url url;
};

/// What all the repositories of one run share.
struct Session {
  std::unique_ptr<http::Client> client;
  std::unique_ptr<CredentialSource> credentials;
  std::shared_ptr<http::Clock> clock;
  http::RetryOptions retry;
  http::Pauses pauses;
  std::optional<http::TimePoint> deadline;
  std::chrono::milliseconds settle{2'000};
  std::optional<http::ClientCertificate> certificate;
  std::vector<http::Origin> realms;
  std::uint64_t seed = 0;
  std::string cache_directory;

  void warn(const std::string& text);
  std::vector<std::string> warnings() const;

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> warnings_;
};

class RegistryClient {
 public:
  /// `origins`: where the registry may be; the second is tried when the first does not speak that scheme.
  RegistryClient(std::shared_ptr<Session> session, std::vector<http::Origin> origins, std::string registry,
                 std::string repository, Certificates certificates = {});

  /// One answer of any status, its body unread; GET and HEAD follow redirects, which carry no credentials elsewhere.
  /// One attempt, but for what a challenge asks. Errors: those of the client and of the authorizer; unsupported (a
  /// redirect that must not be followed); `retriable` says whether another attempt is worth it.
  Result<Streaming> exchange(const RegistryRequest& call, bool& retriable);
  /// A whole answer that is not of passing trouble (200, 404, …), after as many attempts as it takes. Errors:
  /// limit_exceeded (a body of more than `limit`), rate_limited, unavailable, those of exchange().
  Result<BufferedResponse> document(const RegistryRequest& call, std::size_t limit);
  /// What an answer that is no success means. Reads a bounded part of its body.
  Error failure(const std::string& what, http::Response& response) const;
  Error failure(const std::string& what, const BufferedResponse& document) const;

  /// Whether the registry has been shown the credentials, and has not refused them.
  bool has_shown_credential() const { return endpoint()->authorizer->has_shown_credential(); }
  /// Authorizer::explanation().
  std::string explanation() const { return endpoint()->authorizer->explanation(); }
  http::Retry retry() const;
  /// Whether an answer came from the registry itself, whose 404 is a 404.
  bool is_own(const http::Url& url) const;
  /// Where the registry is, as far as it is known.
  http::Origin origin() const { return endpoint()->origin; }
  const std::string& repository() const { return repository_; }
  const std::string& registry() const { return registry_; }
  const Session& session() const { return *session_; }
  Scopes scopes(std::string_view actions) const { return {"repository:" + repository_ + ":" + std::string(actions)}; }

 private:
  struct Endpoint {
    explicit Endpoint(const http::Origin& at) : origin(at) {}
    http::Origin origin;
    std::unique_ptr<Authorizer> authorizer;
    std::mutex probe;  ///< of the first request: the others wait for what it learns, a challenge or none
    std::atomic<bool> probed = false;
    /// How near it was: what it names elsewhere may not be nearer.
    std::atomic<http::AddressScope> scope = http::AddressScope::public_address;
  };
  std::shared_ptr<Endpoint> make_endpoint(const http::Origin& origin) const;
  std::shared_ptr<Endpoint> endpoint() const;
  Result<Streaming> exchange_at(Endpoint& endpoint, const RegistryRequest& call, bool& retriable);
  Result<http::Response> send(Endpoint& endpoint, const RegistryRequest& call, const http::Url& url,
                              http::AddressScope scope, bool& retriable);
  Result<http::Response> send_once(Endpoint& endpoint, const RegistryRequest& call, const http::Url& url,
                                   http::AddressScope scope, const std::string& authorization, bool& retriable);

  const std::shared_ptr<Session> session_;
  const std::string registry_, repository_;
  const Certificates certificates_;
  mutable std::mutex mutex_;
  std::mutex settling_;
  std::vector<http::Origin> origins_;  ///< one, once the scheme is known
  std::shared_ptr<Endpoint> endpoint_;
};

}  // namespace supply::registry
