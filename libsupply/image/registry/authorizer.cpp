#include "libsupply/image/registry/authorizer.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/http/answer.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/network_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/registry/internal/challenge.hpp"
#include "libsupply/image/registry/internal/error_response.hpp"
#include "libsupply/image/registry/internal/header_fields.hpp"

namespace supply::registry {
namespace {

using std::chrono::seconds;

constexpr seconds kShortestLifetime{60}, kLongestLifetime{24 * 3600};
constexpr std::size_t kTokensRemembered = 64;  // tokens, which a server can have renewed with each request

std::string key_of(const Scopes& scopes) {
  Scopes sorted = scopes;
  std::sort(sorted.begin(), sorted.end());
  std::string key;
  for (const std::string& scope : sorted) key += scope + ' ';
  return key;
}

// Whether a token for `held` serves a request for `wanted`: the same resources, with at least the same actions.
bool covers(const Scopes& held, const Scopes& wanted) {
  return std::all_of(wanted.begin(), wanted.end(), [&](const std::string& want) {
    return std::any_of(held.begin(), held.end(), [&](const std::string& have) {
      if (have == want) return true;
      const std::size_t a = have.rfind(':'), b = want.rfind(':');
      if (a == std::string::npos || b == std::string::npos || have.substr(0, a) != want.substr(0, b)) return false;
      const auto actions = split(std::string_view(have).substr(a + 1), ',');
      const auto needed = split(std::string_view(want).substr(b + 1), ',');
      return std::all_of(needed.begin(), needed.end(), [&](std::string_view action) {
        return std::find(actions.begin(), actions.end(), action) != actions.end();
      });
    });
  });
}

bool is_token_text(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < '\x7f'; });
}

std::string form_pair(std::string_view name, std::string_view value) {
  return std::string(name) + '=' + http::percent_encode(value);
}

void hide(std::string& text, const std::string& secret) {
  if (secret.size() < 3) return;
  for (std::size_t at = 0; (at = text.find(secret, at)) != std::string::npos;) text.replace(at, secret.size(), "***");
}

}  // namespace

// One set of scopes. The thread that holds the mutex gets the token; the others wait for it.
struct Authorizer::Token {
  std::mutex mutex;
  Scopes scopes;
  std::string text;
  http::TimePoint good_until{};
};

struct Authorizer::State {
  mutable std::mutex mutex;
  enum class Mode { unknown, basic, bearer } mode = Mode::unknown;
  std::optional<http::Url> realm;
  std::string service;
  http::AddressScope scope = http::AddressScope::public_address;  ///< how near the token server may be
  TokenRealmPolicy trust = TokenRealmPolicy::refuse;
  std::map<std::string, Scopes> demanded;  ///< what the registry asked for beyond what we knew, by what was wanted
  std::map<std::string, std::shared_ptr<Token>> tokens;
  std::vector<std::string> seen;  ///< tokens, to be kept out of messages

  std::once_flag looked;
  std::optional<Credential> credential;  ///< not changed once it was looked for
  std::optional<Error> credential_error;
  bool has_looked = false;
  bool token_for_credential = false;  ///< a token server has taken them

  bool withholds() const;  ///< Authorizer::withholds_credential(), under the mutex
};

Authorizer::Authorizer(http::Origin origin, Find find, std::vector<http::Origin> trusted_realms, Tools tools)
    : origin_(std::move(origin)),
      find_(std::move(find)),
      trusted_realms_(std::move(trusted_realms)),
      tools_(tools),
      state_(std::make_unique<State>()) {}

Authorizer::~Authorizer() = default;

Status Authorizer::load_credential() {
  std::call_once(state_->looked, [this] {
    auto found = find_();
    const std::scoped_lock lock(state_->mutex);
    state_->has_looked = true;
    if (found) state_->credential = *std::move(found);
    else state_->credential_error = std::move(found).error();
  });
  if (state_->credential_error) return *state_->credential_error;
  return {};
}

Result<Authorizer::Authorization> Authorizer::answer(const Scopes& scopes) {
  std::shared_ptr<Token> token;
  Scopes wanted;
  {
    const std::scoped_lock lock(state_->mutex);
    if (state_->mode == State::Mode::unknown) return Authorization{};
    const auto& credential = state_->credential;
    if (state_->mode == State::Mode::basic) {
      if (!credential) return Authorization{};
      return Authorization{"Basic " + to_base64(credential->username + ":" + credential->password)};
    }
    if (credential && !credential->registry_token.empty()) return Authorization{"Bearer " + credential->registry_token};
    wanted = scopes;
    if (const auto more = state_->demanded.find(key_of(scopes)); more != state_->demanded.end()) {
      wanted = more->second;  // first: some servers read only one
      for (const std::string& scope : scopes)
        if (!covers(wanted, {scope})) wanted.push_back(scope);
    }
    for (const auto& [key, held] : state_->tokens)
      if (covers(held->scopes, wanted) && (!token || held->scopes == wanted)) token = held;
    if (!token) {
      token = std::make_shared<Token>();
      token->scopes = wanted;
      state_->tokens.emplace(key_of(wanted), token);
    }
  }
  const std::scoped_lock lock(token->mutex);
  if (!token->text.empty() && tools_.clock.now() < token->good_until)
    return Authorization{"Bearer " + token->text, false, token};
  seconds lifetime{0};
  const http::TimePoint before = tools_.clock.now();
  SUPPLY_TRY(token->text, fetch_token(token->scopes, lifetime));
  token->good_until = before + lifetime * 9 / 10;
  return Authorization{"Bearer " + token->text, true, token};
}

Result<bool> Authorizer::challenged(const http::Response& refusal, const Scopes& scopes, const Authorization& sent) {
  const auto challenges = parse_challenges(refusal.headers.find_all("WWW-Authenticate"));
  const auto named = [&](std::string_view scheme) {
    return std::find_if(challenges.begin(), challenges.end(), [&](const Challenge& c) { return c.scheme == scheme; });
  };
  const auto bearer = named("bearer"), basic = named("basic");
  if (bearer == challenges.end() && basic == challenges.end()) return false;
  SUPPLY_TRY(load_credential());
  Status learnt;
  if (bearer != challenges.end()) {
    learnt = learn_bearer(bearer->parameter("realm"), bearer->parameter("service"), refusal);
    // The registry itself may see what its token server may not.
    if (learnt && (basic == challenges.end() || !prefers_basic())) {
      // A token that was refused is not sent again; it may have been renewed meanwhile.
      if (sent.token) {
        const std::scoped_lock lock(sent.token->mutex);
        if (sent.header == "Bearer " + sent.token->text) sent.token->text.clear();
      }
      const std::scoped_lock lock(state_->mutex);
      const auto& credential = state_->credential;
      if (credential && !credential->registry_token.empty()) return sent.header.empty();
      bool wider = false;
      Scopes demanded;
      const std::string scope = bearer->parameter("scope");
      // Who asks for nothing in particular, to log in, needs no more than a token.
      if (scope.size() <= kMaxScopeBytes && !scopes.empty())
        for (const std::string_view each : split(scope, ' '))
          if (is_token_text(each)) demanded.emplace_back(each);
      Scopes& known = state_->demanded[key_of(scopes)];
      Scopes all = known;
      all.insert(all.end(), scopes.begin(), scopes.end());
      if (!demanded.empty() && known.size() + demanded.size() <= kMaxScopes && !covers(all, demanded)) {
        demanded.insert(demanded.end(), known.begin(), known.end());
        known = std::move(demanded);
        wider = true;
      }
      if (known.empty()) state_->demanded.erase(key_of(scopes));
      // One that was made for this request will not get better.
      return !sent.fresh || wider;
    }
    if (basic == challenges.end()) return std::move(learnt).error();
  }
  const std::scoped_lock lock(state_->mutex);
  if (!state_->credential || state_->credential->username.empty()) {
    if (!learnt) return std::move(learnt).error();
    return false;
  }
  state_->mode = State::Mode::basic;
  return !sent.header.starts_with("Basic ");
}

bool Authorizer::prefers_basic() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->withholds() && !state_->credential->username.empty();
}

Status Authorizer::learn_bearer(const std::string& realm, const std::string& service, const http::Response& refusal) {
  const auto refused = [&](const std::string& why) {
    return Error(ErrorCode::unauthenticated, origin_.to_string() + " wants a token from " + why);
  };
  auto url = http::Url::parse(realm);
  if (!url) return refused("a token server whose " + url.error().message());
  TokenRealmPolicy trust = policy_for_realm(origin_, url->origin());
  const auto& own = trusted_realms_;
  if (std::find(own.begin(), own.end(), url->origin()) != own.end()) trust = TokenRealmPolicy::authenticated;
  if (trust == TokenRealmPolicy::refuse)
    return refused(url->origin().to_string() + ", which is not asked: its address has no TLS");
  const std::scoped_lock lock(state_->mutex);
  if (state_->mode != State::Mode::bearer || state_->realm != *url || state_->service != service) {
    state_->tokens.clear();
    state_->realm = *std::move(url);
    state_->service = service;
    state_->mode = State::Mode::bearer;
  }
  state_->trust = trust;
  state_->scope = state_->realm->origin() == origin_ ? http::AddressScope::local_address : refusal.scope;
  return {};
}

// Called under a token's mutex.
Result<http::Request> Authorizer::token_request(const Scopes& scopes, bool refresh) const {
  const std::scoped_lock lock(state_->mutex);
  http::Request request{.url = *state_->realm};
  request.scope = state_->scope;
  request.deadline = tools_.deadline;
  request.headers.add("Accept", "application/json");
  const Credential* credential =
      state_->trust == TokenRealmPolicy::authenticated && state_->credential ? &*state_->credential : nullptr;
  if (refresh) {
    request.method = "POST";
    request.headers.add("Content-Type", "application/x-www-form-urlencoded");
    request.body = form_pair("grant_type", "refresh_token") + '&' + form_pair("service", state_->service) + '&' +
                   form_pair("client_id", "supply") + '&' + form_pair("scope", join(scopes, " ")) + '&' +
                   form_pair("refresh_token", credential->identity_token);
    return request;
  }
  if (!state_->service.empty()) request.url = request.url.with_query("service", state_->service);
  for (const std::string& scope : scopes) request.url = request.url.with_query("scope", scope);
  request.url = request.url.with_query("client_id", "supply");
  if (credential != nullptr && !credential->username.empty()) {
    request.url = request.url.with_query("account", credential->username);
    request.headers.add("Authorization", "Basic " + to_base64(credential->username + ":" + credential->password));
  }
  return request;
}

Result<std::string> Authorizer::fetch_token(const Scopes& scopes, seconds& lifetime) {
  http::Retry retry(tools_.clock, tools_.pauses, tools_.retry, tools_.deadline, tools_.seed);
  bool refresh = false;
  {
    const std::scoped_lock lock(state_->mutex);
    refresh = state_->trust == TokenRealmPolicy::authenticated && state_->credential &&
              !state_->credential->identity_token.empty();
  }
  for (;;) {
    SUPPLY_TRY(const http::Request request, token_request(scopes, refresh));
    const std::string place = "token server " + request.url.origin().to_string();
    auto response = tools_.client.send(request);
    Result<std::string> body = std::string();
    if (response) body = io::read_all(*response->body, kMaxTokenBytes);
    const bool too_large = !body && body.error().code() == ErrorCode::limit_exceeded;
    if (response && response->status == 200 && (body || too_large) && is_html(response->headers, body ? *body : "<"))
      return html_error("token", request.url.origin(), 200);
    const bool unreadable = response && response->status == 200 && !body;
    if (!response || unreadable) {
      Error why = (response ? std::move(body).error() : std::move(response).error()).at(place);
      if (why.code() != ErrorCode::unavailable) return why;
      SUPPLY_TRY(retry.again(std::move(why)));
      continue;
    }
    const int status = response->status;
    if (status == 200) {
      auto answer = json::parse(*body, {.bytes = kMaxTokenBytes, .duplicate_keys = json::DuplicateKeys::last_wins});
      if (!answer || !answer->is_object())
        return Error(ErrorCode::unavailable, place + ": its answer is no JSON object");
      std::string token;
      for (const char* member : {"token", "access_token"})
        if (const auto text = json::string_or_empty(*answer, member); token.empty() && text) token = *text;
      if (!is_token_text(token)) return Error(ErrorCode::unavailable, place + ": its answer holds no token");
      lifetime = kShortestLifetime;
      if (const json::Value* says = json::find(*answer, "expires_in"); says != nullptr && says->is_number()) {
        const double count = says->get<double>();
        if (count > 60) lifetime = seconds(static_cast<std::int64_t>(std::min(count, 86'400.0)));
      }
      lifetime = std::clamp(lifetime, kShortestLifetime, kLongestLifetime);
      const std::scoped_lock lock(state_->mutex);
      if (state_->seen.size() >= kTokensRemembered) state_->seen.erase(state_->seen.begin());
      state_->seen.push_back(token);
      if (refresh || request.headers.find("Authorization")) state_->token_for_credential = true;
      return token;
    }
    // Servers without OAuth know the token only as a password. Source: distribution token specification, "oauth".
    if (refresh && (status == 404 || status == 405)) {
      refresh = false;
      continue;
    }
    std::string why = place + " answers " + std::to_string(status);
    if (status >= 300 && status < 400) why += ", a redirect, which is not followed";
    else if (const std::string message = body && status >= 400 ? parse_error_response(*body).message : "";
             !message.empty())
      why += ": " + quote(without_secrets(message));
    if (http::is_passing(status)) {
      SUPPLY_TRY(retry.again(Error(status == 429 ? ErrorCode::rate_limited : ErrorCode::unavailable, why),
                             http::retry_after(response->headers)));
      continue;
    }
    return Error(status == 403 ? ErrorCode::forbidden : ErrorCode::unauthenticated, why + explanation());
  }
}

bool Authorizer::has_shown_credential() const {
  const std::scoped_lock lock(state_->mutex);
  if (!state_->credential) return false;
  return state_->mode == State::Mode::basic || !state_->credential->registry_token.empty() ||
         state_->token_for_credential;
}

std::string Authorizer::without_secrets(std::string text) const {
  const std::scoped_lock lock(state_->mutex);
  if (const auto& credential = state_->credential) {
    hide(text, credential->password);
    hide(text, credential->identity_token);
    hide(text, credential->registry_token);
    hide(text, to_base64(credential->username + ":" + credential->password));
  }
  for (const std::string& token : state_->seen) hide(text, token);
  return text;
}

bool Authorizer::State::withholds() const {
  return credential && mode == Mode::bearer && trust != TokenRealmPolicy::authenticated &&
         credential->registry_token.empty();
}

bool Authorizer::withholds_credential() const {
  const std::scoped_lock lock(state_->mutex);
  return state_->withholds();
}

std::string Authorizer::explanation() const {
  const std::scoped_lock lock(state_->mutex);
  if (!state_->has_looked) return {};
  if (!state_->credential) return " (without credentials: none are known for " + origin_.to_string() + ")";
  if (state_->withholds())
    return " (without the credentials from " + state_->credential->source + ": they are not for " +
           state_->realm->origin().to_string() + "; if that is the registry's own token server: --token-server " +
           state_->realm->origin().to_string() + ")";
  return " (with the credentials from " + state_->credential->source + ")";
}

}  // namespace supply::registry
