#include "libsupply/trust/sigstore/service_client.hpp"

#include <nlohmann/json.hpp>
#include <random>

#include "libsupply/base/http/answer.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/sigstore_limits.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::sigstore {
namespace {

constexpr std::size_t kShownBytes = 300;

// What a service said of its refusal: Fulcio, Rekor and their gateways answer {"message": …}.
std::string said(std::string_view body) {
  std::string text(body.substr(0, 16 * 1024));
  if (const Result<json::Value> value = json::parse(text)) {
    const Result<std::string> message = json::string_or_empty(*value, "message");
    if (message && !message->empty()) text = *message;
  }
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (text.size() > kShownBytes) text = text.substr(0, kShownBytes) + "…";
  return text.empty() ? std::string() : ": " + quote(text);
}

}  // namespace

std::string url_with(std::string_view base, std::string_view path) {
  while (base.ends_with('/')) base.remove_suffix(1);
  return std::string(base) + std::string(path);
}

ServiceClient::ServiceClient(http::Client& client, http::Clock& clock, std::optional<http::TimePoint> deadline,
                             http::RetryOptions retry)
    : client_(client), clock_(clock), deadline_(deadline), retry_(retry) {}

Result<ServiceAnswer> ServiceClient::ask_once(const http::Request& request) const {
  SUPPLY_TRY(http::Response response, client_.send(request));
  SUPPLY_TRY(std::string body, io::read_all(*response.body, kMaxServiceAnswerBytes));
  return ServiceAnswer{response.status, std::move(response.headers), std::move(body)};
}

Result<ServiceAnswer> ServiceClient::ask(const ServiceRequest& asked) const {
  Result<http::Url> url = http::Url::parse(asked.url);
  if (!url) return Error(ErrorCode::usage, quote(asked.url) + ": " + url.error().message());
  const std::string place = url->shown();
  if (!asked.authorization.empty() && !url->origin().secure() && !url->origin().is_loopback())
    return Error(ErrorCode::usage, place + ": would send a token unencrypted; want https");
  http::Request request{.method = asked.method, .url = *std::move(url)};
  request.body = asked.body;
  request.deadline = deadline_;
  request.headers.add("Accept", asked.accept);
  if (!asked.content_type.empty() && asked.method != "GET") request.headers.add("Content-Type", asked.content_type);
  if (!asked.metadata_flavor.empty()) request.headers.add("Metadata-Flavor", asked.metadata_flavor);
  if (!asked.authorization.empty()) request.headers.add("Authorization", asked.authorization);

  http::Retry retry(clock_, pauses_, retry_, deadline_, std::random_device{}());
  for (;;) {
    Result<ServiceAnswer> answer = ask_once(request);
    if (!answer) {
      if (answer.error().code() != ErrorCode::unavailable) return std::move(answer).at(place);
      SUPPLY_TRY(retry.again(std::move(answer).error()).at(place));
      continue;
    }
    if (http::is_success(answer->status) || answer->status == asked.also_accepted) return answer;
    const Error refused(http::error_code_of(answer->status),
                        place + ": answers " + std::to_string(answer->status) + said(answer->body));
    if (!http::is_passing(answer->status)) return refused;
    SUPPLY_TRY(retry.again(refused, http::retry_after(answer->headers)));
  }
}

}  // namespace supply::sigstore
