#include "libsupply/trust/sign/internal/key_service.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/http/answer.hpp"
#include "libsupply/base/limits/signer_limits.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::sign::internal {
namespace {

constexpr http::RetryOptions kRetry{.attempts = 3, .first_pause = std::chrono::milliseconds(500)};

// What these services call their reason.
std::string reason_in(const json::Value& answer) {
  if (!answer.is_object()) return {};
  for (const char* name : {"errors", "message", "Message", "error_description", "error"}) {
    const json::Value* found = json::find(answer, name);
    if (found == nullptr) continue;
    if (found->is_array() && !found->empty()) found = &found->front();
    if (found->is_string()) return found->get<std::string>();
    if (found->is_object())
      if (const json::Value* message = json::find(*found, "message"); message != nullptr && message->is_string())
        return message->get<std::string>();
  }
  return {};
}

}  // namespace

void KeyService::add_secret(std::string secret) {
  if (!secret.empty()) secrets_.push_back(std::move(secret));
}

Result<json::Value> KeyService::send(http::Request request) const {
  if (context_.client == nullptr)
    return Error(ErrorCode::unsupported, name_ + ": needs the network, which is not used here");
  request.deadline = context_.deadline;
  request.headers.add("Accept", "application/json");
  http::Clock real;
  http::Clock& clock = context_.clock != nullptr ? *context_.clock : real;
  http::Retry retry(clock, pauses_, kRetry, context_.deadline, std::random_device{}());
  for (;;) {
    std::optional<std::chrono::seconds> wanted;
    Result<json::Value> answer = send_once(request, wanted);
    if (answer) return answer;
    const ErrorCode code = answer.error().code();
    if (code != ErrorCode::unavailable && code != ErrorCode::rate_limited) return answer;
    SUPPLY_TRY(retry.again(std::move(answer).error(), wanted));
  }
}

Result<json::Value> KeyService::ask(const std::string& method, const std::string& url, const std::string& token,
                                    std::string body) const {
  SUPPLY_TRY(http::Url address, http::Url::parse(url));
  http::Request request{.method = method, .url = std::move(address), .body = std::move(body)};
  request.headers.add("Authorization", "Bearer " + token);
  if (method == "POST") request.headers.add("Content-Type", "application/json");
  return send(std::move(request));
}

Result<std::string> KeyService::access_token(http::Url endpoint, std::string form) const {
  http::Request request{.method = "POST", .url = std::move(endpoint), .body = std::move(form)};
  request.headers.add("Content-Type", "application/x-www-form-urlencoded");
  SUPPLY_TRY(const json::Value answer, send(std::move(request)));
  return json::require_string(answer, "access_token").at(name_);
}

Result<json::Value> KeyService::send_once(const http::Request& request,
                                          std::optional<std::chrono::seconds>& wanted) const {
  const std::string place = name_ + " at " + request.url.origin().to_string();
  SUPPLY_TRY(const http::Response response, context_.client->send(request).at(name_));
  wanted = http::retry_after(response.headers);
  SUPPLY_TRY(const std::string body, io::read_all(*response.body, kMaxKeyServiceAnswerBytes).at(place));
  Result<json::Value> answer = json::parse(body);
  if (http::is_success(response.status)) {
    if (!answer) return std::move(answer).error().at(place);
    if (!answer->is_object()) return Error(ErrorCode::malformed, place + ": want a JSON object");
    return answer;
  }
  std::string reason = answer ? reason_in(*answer) : std::string();
  for (const std::string& secret : secrets_)
    if (reason.find(secret) != std::string::npos) reason = "its reason shows a credential";
  return Error(http::error_code_of(response.status), place + ": HTTP status " + std::to_string(response.status) +
                                                         (reason.empty() ? "" : ": " + quote(reason)));
}

std::string variable(const SignerContext& context, const std::string& name) {
  const auto found = context.environment.find(name);
  return found == context.environment.end() ? std::string() : found->second;
}

Result<http::Url> service_url(const std::string& text, std::string_view what, PlainHttp plain) {
  Result<http::Url> url = http::Url::parse(text);
  if (!url) return Error(ErrorCode::usage, std::string(what) + ": " + url.error().message());
  if (plain == PlainHttp::loopback_only && !url->origin().secure() && !url->origin().is_loopback())
    return Error(ErrorCode::usage, std::string(what) + ": " + url->shown() +
                                       ": want https, since credentials would go in clear (--plain-http lets Vault's)");
  return url;
}

Time time_of(const SignerContext& context) { return context.now ? context.now() : Time(); }

std::string host_url(std::string_view host) {
  const Result<http::Url> plain = http::Url::parse("http://" + std::string(host));
  return (plain && plain->origin().is_loopback() ? "http://" : "https://") + std::string(host);
}

}  // namespace supply::sign::internal
