// How the services of Sigstore are asked: with deadlines, attempts and limits, and nothing secret sent where it might
// be read on the way. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libsupply/base/http/client.hpp"
#include "libsupply/base/http/retry.hpp"

namespace supply::sigstore {

struct ServiceRequest {
  std::string method = "POST";
  std::string url;
  std::string body = {};
  std::string content_type = "application/json";
  std::string accept = "application/json";
  std::string authorization = {};    ///< "Bearer …"; secret
  std::string metadata_flavor = {};  ///< of Google's metadata server
  /// Another status than 2xx that is an answer, not a failure; 0: none.
  int also_accepted = 0;
};

struct ServiceAnswer {
  int status = 0;
  http::Headers headers;
  std::string body;
};

class ServiceClient {
 public:
  /// `client` and `clock` outlive this.
  ServiceClient(http::Client& client, http::Clock& clock, std::optional<http::TimePoint> deadline,
                http::RetryOptions retry = {});

  /// The answer with status 2xx. What passes (no connection, 408, 429, 5xx) is tried again. Errors: usage (the URL is
  /// none, or would send the authorization unencrypted to another machine), unauthenticated (401), forbidden (403),
  /// not_found, rate_limited, unavailable, unsupported (other refusals, with what the service said; a redirect),
  /// limit_exceeded (kMaxServiceAnswerBytes).
  Result<ServiceAnswer> ask(const ServiceRequest& request) const;

 private:
  Result<ServiceAnswer> ask_once(const http::Request& request) const;

  http::Client& client_;
  http::Clock& clock_;
  std::optional<http::TimePoint> deadline_;
  http::RetryOptions retry_;
  mutable http::Pauses pauses_;
};

/// The URL with a path behind it, whether or not it ends in a slash.
std::string url_with(std::string_view base, std::string_view path);

}  // namespace supply::sigstore
