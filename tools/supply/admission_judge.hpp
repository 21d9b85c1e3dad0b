// Judges the images of objects that a cluster asks about: what was found out about an image is fetched once and kept
// for a while, and every rule runs again for each request. Any thread.
#pragma once

#include <atomic>

#include "libsupply/verdict/admission/admit.hpp"
#include "libsupply/verdict/admission/flights.hpp"
#include "tools/common/command.hpp"

namespace supply::tools {

/// A policy that is served, and what stands for it, its keys and its trusted root in keys of the cache.
struct ServedPolicy {
  policy::Policy policy;
  std::string key;
};
using PolicyInUse = std::shared_ptr<const ServedPolicy>;  // requests and flights keep it when another one comes
/// Errors: usage (also of admission::check).
Result<ServedPolicy> read_served_policy(const std::string& path);

struct AdmissionAges {
  std::chrono::milliseconds kept{600'000};   ///< after it, what vouches for an image is fetched again
  std::chrono::milliseconds refused{5'000};  ///< the same of an image that was not allowed
  std::chrono::milliseconds tag{3'000};      ///< after it, a registry is asked again what a tag stands for
  std::chrono::milliseconds fetch{30'000};   ///< that one image may take
};

struct AdmissionOptions {
  AdmissionAges ages = {};
  std::optional<oci::Reference> attachments = {};  ///< cosign_repository()
};

class AdmissionGate {
 public:
  /// `common` outlives it.
  AdmissionGate(const Common& common, AdmissionOptions options)
      : common_(common), ages_(options.ages), attachments_(std::move(options.attachments)) {}

  /// Of one request: it may wait for images until then. The gate outlives it.
  std::unique_ptr<admission::Judge> judge(PolicyInUse policy, admission::TimePoint until);

  const admission::Flights& flights() const { return flights_; }
  const admission::FactsCache& facts() const { return facts_; }
  struct Counters {
    std::atomic<std::uint64_t> kept{0}, fetched{0}, failed{0};  ///< images of requests
  };
  const Counters& counters() const { return counters_; }

 private:
  class RequestJudge;
  /// What is known of it, not too long ago; or nullptr.
  std::shared_ptr<admission::KeptFacts> known(const ServedPolicy& policy, const oci::Reference& name, bool filled);
  /// What the image is, from its registry or as it was found a moment ago. `name` is as the object has it.
  admission::Landed fetch(const ServedPolicy& policy, const oci::Reference& name, bool filled, bool again);

  const Common& common_;
  const AdmissionAges ages_;
  const std::optional<oci::Reference> attachments_;
  admission::FactsCache facts_;
  admission::TagCache tags_;
  Counters counters_;
  admission::Flights flights_;  // the last: its threads use the others
};

}  // namespace supply::tools
