#include "libsupply/image/registry/registry_client.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/http/answer.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/network_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/registry/internal/error_response.hpp"
#include "libsupply/image/registry/internal/header_fields.hpp"

namespace supply::registry {
namespace {

constexpr int kChallengesAnswered = 3;

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

// What can be read of an error's body; never a reason to fail again.
std::string some_of(io::Source& body) {
  std::string text(kMaxErrorBodyBytes, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    const auto count = body.read(std::span(text).subspan(size));
    if (!count || *count == 0) break;
    size += *count;
  }
  text.resize(size);
  return text;
}

// As Go's server and nginx say that they were spoken to without TLS, or may have said where an answer to HEAD has no
// words. The body can be read again.
bool wants_tls(http::Response& response, const std::string& method) {
  if (response.status != 400) return false;
  if (method == "HEAD") return !response.headers.find("Docker-Distribution-Api-Version");
  const std::string body = some_of(*response.body);
  response.body = io::from_string(body);
  return body.find("HTTPS") != std::string::npos;
}

ErrorCode code_of(int status, const std::string& said) {
  if (status == 401 || said == "UNAUTHORIZED") return ErrorCode::unauthenticated;
  if (status == 403 || said == "DENIED") return ErrorCode::forbidden;
  if (status == 429 || said == "TOOMANYREQUESTS") return ErrorCode::rate_limited;
  if (said == "DIGEST_INVALID" || said == "SIZE_INVALID") return ErrorCode::mismatch;
  if (status == 404) return ErrorCode::not_found;
  if (status == 405 || status == 501 || said == "UNSUPPORTED") return ErrorCode::unsupported;
  if (status >= 400 && status < 500 && status != 408) return ErrorCode::unsupported;
  return ErrorCode::unavailable;
}

}  // namespace

void Session::warn(const std::string& text) {
  const std::scoped_lock lock(mutex_);
  if (warnings_.size() < kMaxWarnings && std::find(warnings_.begin(), warnings_.end(), text) == warnings_.end())
    warnings_.push_back(text);
}

std::vector<std::string> Session::warnings() const {
  const std::scoped_lock lock(mutex_);
  return warnings_;
}

RegistryClient::RegistryClient(std::shared_ptr<Session> session, std::vector<http::Origin> origins,
                               std::string registry, std::string repository, Certificates certificates)
    : session_(std::move(session)),
      registry_(std::move(registry)),
      repository_(std::move(repository)),
      certificates_(std::move(certificates)),
      origins_(std::move(origins)) {
  endpoint_ = make_endpoint(origins_.front());
}

std::shared_ptr<RegistryClient::Endpoint> RegistryClient::make_endpoint(const http::Origin& origin) const {
  auto endpoint = std::make_shared<Endpoint>(origin);
  // The pieces outlive the authorizer: a user of the endpoint holds this RegistryClient, which holds the session.
  endpoint->authorizer = std::make_unique<Authorizer>(
      origin, [this] { return session_->credentials->find(registry_, repository_); }, session_->realms,
      Authorizer::Tools{*session_->client, *session_->clock, session_->pauses, session_->retry, session_->deadline,
                        session_->seed});
  return endpoint;
}

std::shared_ptr<RegistryClient::Endpoint> RegistryClient::endpoint() const {
  const std::scoped_lock lock(mutex_);
  return endpoint_;
}

bool RegistryClient::is_own(const http::Url& url) const { return url.origin() == endpoint()->origin; }

http::Retry RegistryClient::retry() const {
  return http::Retry(*session_->clock, session_->pauses, session_->retry, session_->deadline,
                     session_->seed ^ std::hash<const void*>()(this));
}

Result<Streaming> RegistryClient::exchange(const RegistryRequest& call, bool& retriable) {
  std::unique_lock<std::mutex> settling(settling_);
  if (origins_.size() == 1) {
    settling.unlock();
    return exchange_at(*endpoint(), call, retriable);
  }
  // On this machine a registry may speak either scheme; the first answer tells.
  auto first = exchange_at(*endpoint(), call, retriable);
  bool other =
      !first && (first.error().code() == ErrorCode::unsupported || first.error().code() == ErrorCode::unavailable);
  if (first && wants_tls(first->response, call.method)) other = true;
  if (other) {
    const std::shared_ptr<Endpoint> before = endpoint();
    {
      const std::scoped_lock lock(mutex_);
      endpoint_ = make_endpoint(origins_.back());
    }
    bool retriable_there = false;
    auto second = exchange_at(*endpoint(), call, retriable_there);
    // One that wants TLS after all has said why with the first error, which is the one to be told.
    if (second && !wants_tls(second->response, call.method)) {
      origins_ = {origins_.back()};
      retriable = retriable_there;
      return second;
    }
    const std::scoped_lock lock(mutex_);
    endpoint_ = before;
    if (!first || second) return first;
    // It speaks TLS, and what is wrong with that is the answer.
    retriable = retriable_there;
    return second;
  }
  if (first) origins_.pop_back();
  return first;
}

Result<Streaming> RegistryClient::exchange_at(Endpoint& endpoint, const RegistryRequest& call, bool& retriable) {
  auto parsed = call.url ? Result<http::Url>(*call.url) : http::Url::parse(endpoint.origin.to_string() + call.target);
  if (!parsed) return std::move(parsed).error().at(call.what);
  http::Url url = *std::move(parsed);
  // A layer's own address is a manifest's word, as a redirect is a server's.
  http::AddressScope scope =
      url.origin() == endpoint.origin ? http::AddressScope::local_address : endpoint.scope.load();
  const bool follows = call.method == "GET" || call.method == "HEAD";
  for (std::size_t hop = 0;; ++hop) {
    auto response = send(endpoint, call, url, scope, retriable);
    if (!response) return std::move(response).error().at(call.what);
    const auto location = response->headers.find("Location");
    if (!follows || !is_redirect(response->status) || !location) return Streaming{*std::move(response), std::move(url)};
    const auto refused = [&](const std::string& why) {
      retriable = false;
      return Error(ErrorCode::unsupported, call.what + ": " + url.origin().to_string() + " redirects " + why);
    };
    if (hop == kMaxRedirects) return refused("more than " + std::to_string(kMaxRedirects) + " times");
    auto next = url.resolve(*location);
    if (!next) return refused("to an " + next.error().message());
    if (url.origin().secure() && !next->origin().secure())
      return refused("to " + next->origin().to_string() + ", which has no TLS");
    // Nobody out there points us at what only we can reach.
    if (hop == 0) scope = response->scope;
    url = *std::move(next);
  }
}

Result<http::Response> RegistryClient::send(Endpoint& endpoint, const RegistryRequest& call, const http::Url& url,
                                            http::AddressScope scope, bool& retriable) {
  // Another server than the registry gets no credentials, no token, and no answer to a challenge.
  if (url.origin() != endpoint.origin) {
    if (endpoint.origin.secure() && !url.origin().secure())
      return Error(ErrorCode::unsupported,
                   endpoint.origin.to_string() + " points to " + url.origin().to_string() + ", which has no TLS");
    return send_once(endpoint, call, url, scope, {}, retriable);
  }
  Authorizer& authorizer = *endpoint.authorizer;
  std::unique_lock<std::mutex> first(endpoint.probe, std::defer_lock);
  if (!endpoint.probed) first.lock();
  if (first && endpoint.probed) first.unlock();
  const auto probed = [&] {
    endpoint.probed = true;
    if (first) first.unlock();
  };
  for (int round = 0;; ++round) {
    retriable = false;
    SUPPLY_TRY(const Authorizer::Authorization answer, authorizer.answer(call.scopes));
    auto response = send_once(endpoint, call, url, http::AddressScope::local_address, answer.header, retriable);
    if (!response) return response;
    endpoint.scope = response->scope;
    for (const std::string_view field : response->headers.find_all("Warning"))
      if (const auto text = warning_text(field))
        session_->warn(endpoint.origin.to_string() + ": " + quote(authorizer.without_secrets(*text)));
    if (response->status != 401 || round == kChallengesAnswered) {
      probed();
      return response;
    }
    SUPPLY_TRY(const bool again, authorizer.challenged(*response, call.scopes, answer));
    probed();
    if (!again) return response;
  }
}

Result<http::Response> RegistryClient::send_once(Endpoint& endpoint, const RegistryRequest& call, const http::Url& url,
                                                 http::AddressScope scope, const std::string& authorization,
                                                 bool& retriable) {
  http::Request request{.method = call.method, .url = url};
  const bool own = url.origin() == endpoint.origin;
  for (const auto& [name, value] : call.headers.fields())
    if (own || to_lower(name) == "accept" || to_lower(name) == "range" || to_lower(name) == "content-type" ||
        to_lower(name) == "content-range")
      request.headers.add(name, value);
  if (own && !authorization.empty()) request.headers.add("Authorization", authorization);
  if (own && url.origin().secure()) {
    if (certificates_.client) request.certificate = &*certificates_.client;
    if (session_->certificate) request.certificate = &*session_->certificate;
    request.ca_certificates = certificates_.ca_certificates;
  }
  request.scope = scope;
  request.deadline = session_->deadline;
  std::unique_ptr<io::Source> body;
  if (call.open_body) {
    retriable = false;
    SUPPLY_TRY(body, call.open_body());
    request.stream = body.get();
    request.stream_bytes = call.body_bytes;
  } else {
    request.body = call.body;
  }
  auto response = session_->client->send(request);
  retriable = response ? http::is_passing(response->status) : response.error().code() == ErrorCode::unavailable;
  return response;
}

Result<BufferedResponse> RegistryClient::document(const RegistryRequest& call, std::size_t limit) {
  http::Retry retry = this->retry();
  for (;;) {
    bool retriable = false;
    auto answer = exchange(call, retriable);
    if (!answer) {
      if (!retriable) return std::move(answer).error();
      SUPPLY_TRY(retry.again(std::move(answer).error()));
      continue;
    }
    http::Response& response = answer->response;
    if (http::is_passing(response.status)) {
      Error why = failure(call.what, response);
      SUPPLY_TRY(retry.again(std::move(why), http::retry_after(response.headers)));
      continue;
    }
    BufferedResponse document{response.status, std::move(response.headers), {}, std::move(answer->url)};
    if (document.status >= 300) {
      document.bytes = some_of(*response.body);
      return document;
    }
    auto bytes = io::read_all(*response.body, limit);
    const bool too_large = !bytes && bytes.error().code() == ErrorCode::limit_exceeded;
    // No answer to any question that is asked here is one, whatever it answers.
    if (call.method == "GET" && (bytes || too_large) && is_html(document.headers, bytes ? *bytes : "<"))
      return html_error(call.what, document.url.origin(), document.status);
    if (bytes) {
      document.bytes = *std::move(bytes);
      return document;
    }
    Error why = std::move(bytes).error().at(call.what);
    if (why.code() != ErrorCode::unavailable) return why;
    SUPPLY_TRY(retry.again(std::move(why)));
  }
}

Error RegistryClient::failure(const std::string& what, http::Response& response) const {
  return failure(what, BufferedResponse{response.status, response.headers, some_of(*response.body),
                                        *http::Url::parse(endpoint()->origin.to_string())});
}

Error RegistryClient::failure(const std::string& what, const BufferedResponse& document) const {
  const std::shared_ptr<Endpoint> endpoint = this->endpoint();
  const ErrorResponse said = parse_error_response(document.bytes);
  const bool own = document.url.origin() == endpoint->origin;
  ErrorCode code = code_of(document.status, said.code);
  // Only the registry can say that it does not have something.
  if (!own && code == ErrorCode::not_found) code = ErrorCode::unavailable;
  // Registries say so in JSON or plain words. A page is from somebody in between.
  if (code == ErrorCode::not_found && is_html(document.headers, document.bytes))
    return html_error(what, document.url.origin(), document.status);
  if (document.status < 400) code = ErrorCode::unavailable;  // 204, 304, a redirect to nowhere: no answer to this
  std::string text = what + ": " + document.url.origin().to_string() + " answers " + std::to_string(document.status);
  if (!said.code.empty()) text += ' ' + quote(said.code);
  // Another host's words, or those of an answer that is no error, could hold somebody's token.
  if (own && document.status >= 400 && !said.message.empty())
    text += ": " + quote(endpoint->authorizer->without_secrets(said.message));
  const bool withheld = endpoint->authorizer->withholds_credential();  // many say 404 to whom they do not know
  if (own && (code == ErrorCode::unauthenticated || code == ErrorCode::forbidden ||
              (code == ErrorCode::not_found && withheld)))
    text += endpoint->authorizer->explanation();
  return Error(code, text);
}

}  // namespace supply::registry
