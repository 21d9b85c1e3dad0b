// What `supply gate serve` answers: reviews, health, metrics. Policy and certificate are read again while it runs; what
// cannot be read changes nothing. Any thread.
#pragma once

#include <array>
#include <atomic>
#include <functional>
#include <mutex>
#include <string>

#include "libsupply/base/http_server/server.hpp"
#include "tools/supply/admission_judge.hpp"

namespace supply::tools {

struct AdmissionFiles {
  std::string policy, certificate, key;
};
Result<http_server::ServerCertificate> read_certificate(const AdmissionFiles& files);

/// Takes whole lines of JSON, from any thread.
using WriteLine = std::function<void(const std::string& line)>;

class AdmissionServer {
 public:
  AdmissionServer(AdmissionFiles files, ServedPolicy policy, http_server::ServerCertificate certificate,
                  const Common& common, AdmissionOptions options, std::chrono::milliseconds timeout, WriteLine log);

  /// POST /validate, POST /mutate; GET /healthz, /readyz, /metrics.
  http_server::Response answer(const http_server::Request& request);
  /// The server that answers come from: for its numbers, and for the certificate. It outlives this.
  void attach(http_server::Server& server) { server_ = &server; }
  /// Reads policy and certificate again; where one is another, requests from now on have it, else the old one stays,
  /// which the log says once.
  void reload();
  /// Ready to be asked: not any more once it is about to end.
  void set_ready(bool ready) { ready_ = ready; }
  /// A line {"time", "event", …} with those members.
  void log(std::string_view event, const std::vector<std::pair<std::string, std::string>>& members) const;

 private:
  struct Reload {
    std::atomic<std::uint64_t> done{0}, failed{0};
    std::string last_error = {};  // of reload() alone
  };
  http_server::Response review(const http_server::Request& request, admission::Webhook webhook);
  std::chrono::milliseconds patience(const http_server::Request& request) const;
  void log_review(const admission::Review& review, const admission::Admitted& admitted, admission::Webhook webhook,
                  std::chrono::nanoseconds took) const;
  void count(admission::Webhook webhook, admission::Outcome outcome, std::chrono::nanoseconds took);
  std::string metrics() const;
  PolicyInUse policy() const;
  void say_reload(const std::string& what, Reload& reload, const Status& status);

  const AdmissionFiles files_;
  const std::chrono::milliseconds timeout_;
  const WriteLine write_;
  const Time started_;
  http_server::Server* server_ = nullptr;
  std::atomic<bool> ready_{true};
  mutable std::mutex mutex_;  // of policy_
  PolicyInUse policy_;
  http_server::ServerCertificate certificate_;  // of reload() alone
  std::atomic<std::int64_t> certificate_ends_{0};
  Reload policy_reload_, certificate_reload_;
  std::atomic<std::size_t> at_once_{0};
  std::timed_mutex large_;  // one large review is read at a time

  static constexpr std::array<double, 11> kBuckets{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
  std::array<std::array<std::atomic<std::uint64_t>, 6>, 2> outcomes_{};
  std::array<std::atomic<std::uint64_t>, kBuckets.size() + 1> seconds_{};
  std::atomic<std::uint64_t> seconds_sum_{0};  // in microseconds
  std::atomic<std::uint64_t> refused_{0};      // more at once than kMaxAdmissionsAtOnce
  AdmissionGate gate_;
};

}  // namespace supply::tools
