#include "libsupply/image/registry/api.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/registry/header_fields.hpp"
#include "libsupply/image/registry/said.hpp"

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

void Shared::warn(const std::string& text) {
  const std::scoped_lock lock(mutex_);
  if (warnings_.size() < kMaxWarnings && std::find(warnings_.begin(), warnings_.end(), text) == warnings_.end())
    warnings_.push_back(text);
}

std::vector<std::string> Shared::warnings() const {
  const std::scoped_lock lock(mutex_);
  return warnings_;
}

Api::Api(std::shared_ptr<Shared> shared, std::vector<http::Origin> origins, std::string registry,
         std::string repository, Certificates certificates)
    : shared_(std::move(shared)),
      registry_(std::move(registry)),
      repository_(std::move(repository)),
      certificates_(std::move(certificates)),
      origins_(std::move(origins)) {
  home_ = make_home(origins_.front());
}

std::shared_ptr<Api::Home> Api::make_home(const http::Origin& origin) const {
  auto home = std::make_shared<Home>(origin);
  // The pieces outlive the authorizer: whoever holds the home holds this Api, which holds what is shared.
  home->authorizer = std::make_unique<Authorizer>(
      origin, [this] { return shared_->credentials->find(registry_, repository_); }, shared_->realms,
      Authorizer::Tools{*shared_->client, *shared_->clock, shared_->pauses, shared_->retry, shared_->deadline,
                        shared_->seed});
  return home;
}

std::shared_ptr<Api::Home> Api::home() const {
  const std::scoped_lock lock(mutex_);
  return home_;
}

bool Api::is_own(const http::Url& url) const { return url.origin() == home()->origin; }

Patience Api::patience() const {
  return Patience(*shared_->clock, shared_->pauses, shared_->retry, shared_->deadline,
                  shared_->seed ^ std::hash<const void*>()(this));
}

Result<Streaming> Api::exchange(const Call& call, bool& retriable) {
  std::unique_lock<std::mutex> settling(settling_);
  if (origins_.size() == 1) {
    settling.unlock();
    return exchange_at(*home(), call, retriable);
  }
  // On this machine a registry may speak either scheme; the first answer tells.
  auto first = exchange_at(*home(), call, retriable);
  bool other =
      !first && (first.error().code() == ErrorCode::unsupported || first.error().code() == ErrorCode::unavailable);
  if (first && wants_tls(first->response, call.method)) other = true;
  if (other) {
    const std::shared_ptr<Home> before = home();
    {
      const std::scoped_lock lock(mutex_);
      home_ = make_home(origins_.back());
    }
    bool retriable_there = false;
    auto second = exchange_at(*home(), call, retriable_there);
    // One that wants TLS after all has said why with the first error, which is the one to be told.
    if (second && !wants_tls(second->response, call.method)) {
      origins_ = {origins_.back()};
      retriable = retriable_there;
      return second;
    }
    const std::scoped_lock lock(mutex_);
    home_ = before;
    if (!first || second) return first;
    // It speaks TLS, and what is wrong with that is the answer.
    retriable = retriable_there;
    return second;
  }
  if (first) origins_.pop_back();
  return first;
}

Result<Streaming> Api::exchange_at(Home& home, const Call& call, bool& retriable) {
  auto parsed = call.url ? Result<http::Url>(*call.url) : http::Url::parse(home.origin.to_string() + call.target);
  if (!parsed) return std::move(parsed).error().at(call.what);
  http::Url url = *std::move(parsed);
  http::AddressScope scope = http::AddressScope::local_address;
  const bool follows = call.method == "GET" || call.method == "HEAD";
  for (std::size_t hop = 0;; ++hop) {
    auto response = send(home, call, url, scope, retriable);
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

Result<http::Response> Api::send(Home& home, const Call& call, const http::Url& url, http::AddressScope scope,
                                 bool& retriable) {
  // Whoever is not the registry gets no credentials, no token, and no answer to a challenge.
  if (url.origin() != home.origin) {
    if (home.origin.secure() && !url.origin().secure())
      return Error(ErrorCode::unsupported,
                   home.origin.to_string() + " points to " + url.origin().to_string() + ", which has no TLS");
    return send_once(home, call, url, scope, {}, retriable);
  }
  Authorizer& authorizer = *home.authorizer;
  std::unique_lock<std::mutex> first(home.greeting, std::defer_lock);
  if (!home.greeted) first.lock();
  if (first && home.greeted) first.unlock();
  const auto greeted = [&] {
    home.greeted = true;
    if (first) first.unlock();
  };
  for (int round = 0;; ++round) {
    retriable = false;
    SUPPLY_TRY(const Authorizer::Answer answer, authorizer.answer(call.scopes));
    auto response = send_once(home, call, url, http::AddressScope::local_address, answer.header, retriable);
    if (!response) return response;
    for (const std::string_view field : response->headers.find_all("Warning"))
      if (const auto text = warning_text(field))
        shared_->warn(home.origin.to_string() + ": " + quote(authorizer.without_secrets(*text)));
    if (response->status != 401 || round == kChallengesAnswered) {
      greeted();
      return response;
    }
    SUPPLY_TRY(const bool again, authorizer.challenged(*response, call.scopes, answer));
    greeted();
    if (!again) return response;
  }
}

Result<http::Response> Api::send_once(Home& home, const Call& call, const http::Url& url, http::AddressScope scope,
                                      const std::string& authorization, bool& retriable) {
  http::Request request{.method = call.method, .url = url};
  const bool own = url.origin() == home.origin;
  for (const auto& [name, value] : call.headers.fields())
    if (own || to_lower(name) == "accept" || to_lower(name) == "range" || to_lower(name) == "content-type" ||
        to_lower(name) == "content-range")
      request.headers.add(name, value);
  if (own && !authorization.empty()) request.headers.add("Authorization", authorization);
  if (own && url.origin().secure()) {
    if (certificates_.client) request.certificate = &*certificates_.client;
    if (shared_->certificate) request.certificate = &*shared_->certificate;
    request.ca_certificates = certificates_.ca_certificates;
  }
  request.scope = scope;
  request.deadline = shared_->deadline;
  std::unique_ptr<io::Source> body;
  if (call.open_body) {
    retriable = false;
    SUPPLY_TRY(body, call.open_body());
    request.stream = body.get();
    request.stream_bytes = call.body_bytes;
  } else {
    request.body = call.body;
  }
  auto response = shared_->client->send(request);
  retriable = response ? is_passing(response->status) : response.error().code() == ErrorCode::unavailable;
  return response;
}

Result<Document> Api::document(const Call& call, std::size_t limit) {
  Patience patience = this->patience();
  for (;;) {
    bool retriable = false;
    auto answer = exchange(call, retriable);
    if (!answer) {
      if (!retriable) return std::move(answer).error();
      SUPPLY_TRY(patience.again(std::move(answer).error()));
      continue;
    }
    http::Response& response = answer->response;
    if (is_passing(response.status)) {
      Error why = failure(call.what, response);
      SUPPLY_TRY(patience.again(std::move(why), retry_after(response.headers)));
      continue;
    }
    Document document{response.status, std::move(response.headers), {}, std::move(answer->url)};
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
    SUPPLY_TRY(patience.again(std::move(why)));
  }
}

Error Api::failure(const std::string& what, http::Response& response) const {
  return failure(what, Document{response.status, response.headers, some_of(*response.body),
                                *http::Url::parse(home()->origin.to_string())});
}

Error Api::failure(const std::string& what, const Document& document) const {
  const std::shared_ptr<Home> home = this->home();
  const Said said = said_in(document.bytes);
  const bool own = document.url.origin() == home->origin;
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
    text += ": " + quote(home->authorizer->without_secrets(said.message));
  const bool withheld = home->authorizer->withholds_credential();  // many say 404 to whom they do not know
  if (own && (code == ErrorCode::unauthenticated || code == ErrorCode::forbidden ||
              (code == ErrorCode::not_found && withheld)))
    text += home->authorizer->explanation();
  return Error(code, text);
}

}  // namespace supply::registry
