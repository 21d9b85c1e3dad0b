#include "tools/supply/admission_server.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/certificate.hpp"
#include "libsupply/base/io/file.hpp"
#include "libsupply/base/json/escape_hidden.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "tools/supply/admission_metrics.hpp"

namespace supply::tools {
namespace {

using admission::Outcome;
using admission::Webhook;
using http_server::Request;
using http_server::Response;
using Steady = std::chrono::steady_clock;

constexpr std::size_t kLargeReview = 256 * kKiB;

Response text(int status, std::string body) { return {status, "text/plain; charset=utf-8", std::move(body) + "\n"}; }

std::string_view to_string(Webhook webhook) { return webhook == Webhook::validating ? "validate" : "mutate"; }

std::int64_t end_of(const http_server::ServerCertificate& certificate) {
  const auto chain = crypto::Certificate::all_from_pem(certificate.chain);
  return chain && !chain->empty() ? chain->front().not_after.time_since_epoch().count() : 0;
}

}  // namespace

Result<http_server::ServerCertificate> read_certificate(const AdmissionFiles& files) {
  auto chain = io::read_file(files.certificate, kMaxKeyFileBytes), key = io::read_file(files.key, kMaxKeyFileBytes);
  if (!chain) return Error(ErrorCode::usage, "--tls-cert: " + chain.error().message());
  if (!key) return Error(ErrorCode::usage, "--tls-key: " + key.error().message());
  return http_server::ServerCertificate{*std::move(chain), *std::move(key)};
}

AdmissionServer::AdmissionServer(AdmissionFiles files, ServedPolicy policy, http_server::ServerCertificate certificate,
                                 const Common& common, AdmissionOptions options, std::chrono::milliseconds timeout,
                                 WriteLine log)
    : files_(std::move(files)),
      timeout_(timeout),
      write_(std::move(log)),
      started_(tools::now()),
      policy_(std::make_shared<const ServedPolicy>(std::move(policy))),
      certificate_(std::move(certificate)),
      certificate_ends_(end_of(certificate_)),
      gate_(common, std::move(options)) {}

PolicyInUse AdmissionServer::policy() const {
  const std::scoped_lock lock(mutex_);
  return policy_;
}

Response AdmissionServer::answer(const Request& request) {
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (request.path == "/validate" || request.path == "/mutate") {
    if (request.method != "POST") return text(405, "POST an AdmissionReview");
    if (at_once_.fetch_add(1) >= kMaxAdmissionsAtOnce) {
      --at_once_, ++refused_;
      Response busy = text(429, "too many reviews at once");
      busy.retry_after = 1;
      return busy;
    }
    Response response = review(request, request.path == "/mutate" ? Webhook::mutating : Webhook::validating);
    --at_once_;
    return response;
  }
  if (request.path != "/healthz" && request.path != "/readyz" && request.path != "/metrics")
    return text(404, "there is /validate, /mutate, /healthz, /readyz and /metrics");
  if (!reads) return text(405, "only GET");
  if (request.path == "/metrics") return {200, "text/plain; version=0.0.4; charset=utf-8", metrics()};
  if (request.path == "/readyz" && !ready_) return text(503, "ending");
  return text(200, "ok");
}

// The API server says how long it waits; the answer must be there before it.
std::chrono::milliseconds AdmissionServer::patience(const Request& request) const {
  std::chrono::milliseconds waits = timeout_;
  if (const auto said = request.query.find("timeout"); said != request.query.end())
    if (const auto parsed = duration_of(said->second, "timeout"); parsed)
      waits = std::min(*parsed, std::chrono::milliseconds(30'000));
  const auto margin = std::clamp(waits / 10, std::chrono::milliseconds(50), std::chrono::milliseconds(1'000));
  return std::max(waits - margin, std::chrono::milliseconds(10));
}

Response AdmissionServer::review(const Request& request, Webhook webhook) {
  const std::string type = to_lower(request.content_type.substr(0, request.content_type.find(';')));
  if (trim(type) != "application/json") return text(415, "want Content-Type: application/json");
  const auto until = request.arrived + patience(request);
  std::unique_lock<std::timed_mutex> large(large_, std::defer_lock);
  if (request.body.size() > kLargeReview && !large.try_lock_until(until)) {
    ++refused_;
    return text(503, "too many large reviews at once");
  }
  std::string uid;
  admission::Review review;
  admission::Admitted admitted;
  auto parsed = admission::parse_review(request.body, uid);
  if (!parsed) {
    admitted = admission::refuse(parsed.error());
  } else {
    review = *std::move(parsed);
    const PolicyInUse policy = this->policy();
    const std::unique_ptr<admission::Judge> judge = gate_.judge(policy, until);
    try {
      admitted = admission::admit(review, policy->policy, webhook, *judge, now());
    } catch (const std::exception& thrown) {
      admitted.answer.code = 500, admitted.answer.reason = "InternalError", admitted.answer.message = thrown.what();
    }
  }
  const auto took = Steady::now() - request.arrived;
  count(webhook, admitted.outcome, took);
  review.uid = uid;
  log_review(review, admitted, webhook, took);
  // Without a uid there is nobody to answer.
  if (uid.empty()) return text(admitted.answer.code, admitted.answer.message);
  return {200, "application/json", admission::to_text(uid, admitted.answer)};
}

void AdmissionServer::count(Webhook webhook, Outcome outcome, std::chrono::nanoseconds took) {
  ++outcomes_[webhook == Webhook::validating ? 0 : 1][static_cast<std::size_t>(outcome)];
  const double seconds = std::chrono::duration<double>(took).count();
  const auto bucket = std::find_if(kBuckets.begin(), kBuckets.end(), [&](double most) { return seconds <= most; });
  ++seconds_[static_cast<std::size_t>(bucket - kBuckets.begin())];
  seconds_sum_ += static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(took).count());
}

void AdmissionServer::log(std::string_view event,
                          const std::vector<std::pair<std::string, std::string>>& members) const {
  json::Value line{{"time", to_rfc3339(tools::now())}, {"event", event}};
  for (const auto& [name, value] : members) line[name] = value;
  write_(json::escape_hidden(json::to_text(line)));
}

void AdmissionServer::log_review(const admission::Review& review, const admission::Admitted& admitted, Webhook webhook,
                                 std::chrono::nanoseconds took) const {
  json::Value line{{"time", to_rfc3339(tools::now())},
                   {"event", "review"},
                   {"webhook", to_string(webhook)},
                   {"uid", review.uid},
                   {"outcome", admission::to_string(admitted.outcome)},
                   {"seconds", std::chrono::duration<double>(took).count()},
                   {"operation", review.operation},
                   {"kind", review.kind},
                   {"namespace", review.space},
                   {"name", review.name},
                   {"subresource", review.subresource},
                   {"user", review.user},
                   {"dryRun", review.dry_run},
                   {"unjudged", admitted.unjudged},
                   {"message", admitted.answer.message.substr(0, kMaxDenialBytes)},
                   {"images", json::Value::array()},
                   {"patched", json::Value::array()}};
  for (const auto& [question, verdict] : admitted.images)
    line["images"].push_back({{"name", question.name},
                              {"verdict", gate::to_string(verdict.verdict)},
                              {"kept", verdict.kept},
                              {"digest", verdict.digest},
                              {"error", verdict.error ? supply::to_string(verdict.error->code()) : ""}});
  for (const admission::Patch& each : admitted.answer.patch) line["patched"].push_back(each.path);
  write_(json::escape_hidden(json::to_text(line)));
}

void AdmissionServer::say_reload(const std::string& what, Reload& reload, const Status& status) {
  if (status) {
    ++reload.done;
    reload.last_error.clear();
    log("reload", {{"what", what}});
    return;
  }
  if (reload.last_error == status.error().message()) return;
  ++reload.failed;
  reload.last_error = status.error().message();
  log("reload-failed", {{"what", what}, {"message", status.error().message() + ": the old one stays"}});
}

void AdmissionServer::reload() {
  if (auto read = read_served_policy(files_.policy); !read) {
    say_reload("policy", policy_reload_, std::move(read).error());
  } else if (read->key != policy()->key) {
    auto fresh = std::make_shared<const ServedPolicy>(*std::move(read));
    {
      const std::scoped_lock lock(mutex_);
      policy_ = std::move(fresh);
    }
    say_reload("policy", policy_reload_, {});
  } else {
    policy_reload_.last_error.clear();
  }
  auto read = read_certificate(files_);
  if (!read) return say_reload("certificate", certificate_reload_, std::move(read).error());
  if (read->chain == certificate_.chain && read->key == certificate_.key) {
    certificate_reload_.last_error.clear();
    return;
  }
  const Status replaced = server_->replace_certificate(*read);
  if (replaced) {
    certificate_ = *std::move(read);
    certificate_ends_ = end_of(certificate_);
  }
  say_reload("certificate", certificate_reload_, replaced);
}

std::string AdmissionServer::metrics() const {
  Metrics all;
  all.begin("supply_admission_reviews_total", "counter", "Reviews answered, by webhook and outcome.");
  for (const Webhook webhook : {Webhook::validating, Webhook::mutating})
    for (std::size_t i = 0; i < outcomes_[0].size(); ++i)
      all.value(outcomes_[webhook == Webhook::validating ? 0 : 1][i],
                {{"webhook", to_string(webhook)}, {"outcome", admission::to_string(static_cast<Outcome>(i))}});
  all.histogram("supply_admission_seconds", "How long reviews took, from their first byte.", kBuckets, seconds_,
                static_cast<double>(seconds_sum_) / 1e6);
  all.one("supply_admission_refused_total", "counter", "Reviews refused because there were too many at once.",
          refused_);
  all.one("supply_admission_in_flight", "gauge", "Reviews that are judged now.", at_once_);
  const AdmissionGate::Counters& images = gate_.counters();
  all.begin("supply_admission_images_total", "counter", "Images of reviews, by where the facts about them came from.");
  all.value(images.kept, {{"source", "kept"}});
  all.value(images.fetched, {{"source", "fetched"}});
  all.value(images.failed, {{"source", "failed"}});
  all.one("supply_admission_fetches_total", "counter", "Images whose evidence was fetched.", gate_.flights().started());
  all.one("supply_admission_fetches_in_flight", "gauge", "Images whose evidence is fetched now.",
          gate_.flights().in_the_air());
  all.one("supply_admission_facts_kept", "gauge", "Images about which facts are kept.", gate_.facts().size());
  all.one("supply_admission_facts_kept_bytes", "gauge", "About what they take in memory.", gate_.facts().bytes());
  all.begin("supply_admission_policy_info", "gauge", "The policy in use.");
  all.value(1, {{"digest", policy()->policy.digest.to_string()}});
  all.begin("supply_admission_reloads_total", "counter", "New policies and certificates, taken or refused.");
  for (const auto& [what, reload] :
       {std::pair<std::string_view, const Reload&>{"policy", policy_reload_}, {"certificate", certificate_reload_}}) {
    all.value(reload.done, {{"what", what}, {"result", "taken"}});
    all.value(reload.failed, {{"what", what}, {"result", "refused"}});
  }
  all.one("supply_admission_certificate_not_after_seconds", "gauge", "When the certificate ends, as Unix time.",
          static_cast<std::uint64_t>(std::max<std::int64_t>(certificate_ends_, 0)));
  if (server_ != nullptr) add_server(all, server_->counters());
  add_process(all, started_);
  return std::move(all).text();
}

}  // namespace supply::tools
