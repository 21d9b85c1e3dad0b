// Requests to services that keep keys: JSON over HTTP, with credentials that go to one origin alone.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "libsupply/base/http/retry.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/trust/sign/signer_kind.hpp"

namespace supply::sign::internal {

class KeyService {
 public:
  /// `name` is the service's, for messages ("Vault").
  KeyService(std::string name, SignerContext context) : name_(std::move(name)), context_(std::move(context)) {}

  /// A value that no message may show.
  void add_secret(std::string secret);
  /// Sends the request, as often as it takes within reason where the service is busy, and parses the answer. No
  /// redirect is followed: the credentials are for the request's origin. Errors: unauthenticated, forbidden, not_found,
  /// rate_limited, unavailable, unsupported (other answers; no network), malformed, limit_exceeded; with what the
  /// service says.
  Result<json::Value> send(http::Request request) const;
  /// The same with a bearer token (RFC 6750, section 2.1); a body is JSON. Errors: those of send(), malformed address.
  Result<json::Value> ask(const std::string& method, const std::string& url, const std::string& token,
                          std::string body) const;
  /// The access token that a token endpoint gives for a form (RFC 6749, sections 4.4 and 6). Errors: those of send().
  Result<std::string> access_token(http::Url endpoint, std::string form) const;

 private:
  /// Sets `wanted` where the service says when to ask again.
  Result<json::Value> send_once(const http::Request& request, std::optional<std::chrono::seconds>& wanted) const;
  std::string name_;
  SignerContext context_;
  std::vector<std::string> secrets_;
  mutable http::Pauses pauses_;
};

/// A variable of the context's environment; "" when it is not set.
std::string variable(const SignerContext& context, const std::string& name);
/// The address of a service: https, or http to this machine alone, or with the user's word for it (Vault). Errors:
/// usage.
enum class PlainHttp { loopback_only, allowed };
Result<http::Url> service_url(const std::string& text, std::string_view what,
                              PlainHttp plain = PlainHttp::loopback_only);
/// The time, for requests that say it.
Time time_of(const SignerContext& context);
/// The address as a user types a host ("vault.example:8200"): https, but http for this machine.
std::string host_url(std::string_view host);

}  // namespace supply::sign::internal
