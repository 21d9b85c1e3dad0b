// The services of a private instance as they speak HTTP: Fulcio v2, Rekor v1 and v2, a timestamp authority, and faults
// that each can be told to have. Behind an HttpServer or a FakeClient. Any thread calls answer(). Tests only.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "libsupply/testing/http_server.hpp"
#include "libsupply/testing/private_instance.hpp"

namespace supply::testing {

/// What a service does wrong. The names are what POST /fault/NAME takes.
enum class ServiceFault {
  none,
  other_key,         ///< the certificate is for another key
  other_authority,   ///< the certificate is by an authority of the same name with another key
  other_identity,    ///< the certificate names somebody else
  no_sct,            ///< the certificate has no SCT
  other_ct_log,      ///< its SCT is of a log that is not trusted
  detached_sct,      ///< its SCT comes beside it
  expired,           ///< the certificate was valid an hour ago
  no_proof_checked,  ///< Fulcio refuses whatever proof of possession it gets
  other_entry,       ///< the log answers an entry of another signature
  bad_promise,       ///< Rekor v1's SET is by another key
  bad_proof,         ///< a hash of the inclusion proof is changed
  bad_checkpoint,    ///< the checkpoint is signed by another key
  other_log,         ///< the entry says that it is of a log that is not trusted
  too_large,         ///< the log answers 413
  other_nonce,       ///< the timestamp is for another request
  other_imprint,     ///< the timestamp is of other bytes
  other_stamper,     ///< the timestamp is signed by a key that the trusted root does not list
  late_stamp,        ///< the timestamp is of an hour later
  refused_stamp,     ///< the authority's status is "rejection"
  junk,              ///< each service answers with bytes that are nothing
  busy_once,         ///< the first request to each service is answered with 503
  busy,              ///< all are
  unauthorized,      ///< Fulcio answers 401
  redirect,          ///< each service answers with a redirect
};
/// "other-key"; nothing for a name that is none.
std::optional<ServiceFault> service_fault(std::string_view name);

/// A JWT with these claims (JSON), signed by nobody.
std::string unsigned_token(const std::string& claims);

class SigstoreServices {
 public:
  /// `instance` outlives this. `now` is the services' clock.
  SigstoreServices(PrivateInstance& instance, std::function<Time()> now) : instance_(instance), now_(std::move(now)) {}

  /// By path: /api/v2/signingCert, /api/v1/log/entries, /api/v2/log/entries, /api/v1/timestamp; POST /fault/NAME.
  HttpReply answer(const HttpRequest& request);
  void set(ServiceFault fault);
  /// How many certificates were given out.
  int certificates() const { return certificates_; }

 private:
  HttpReply certificate(const HttpRequest& request);
  HttpReply rekor_1(const HttpRequest& request);
  HttpReply rekor_2(const HttpRequest& request);
  HttpReply stamp(const HttpRequest& request);
  HttpReply entry_1(std::size_t index, int status);
  void break_entry(attest::LogEntry& entry) const;

  PrivateInstance& instance_;
  std::function<Time()> now_;
  std::mutex mutex_;
  ServiceFault fault_ = ServiceFault::none;
  std::map<std::string, int> seen_;  // requests by path, since the fault was set
  int certificates_ = 0;
  std::map<std::string, std::size_t> logged_1_, logged_2_;  // body to index
};

}  // namespace supply::testing
