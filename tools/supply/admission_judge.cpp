#include "tools/supply/admission_judge.hpp"

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/registry/registry.hpp"
#include "libsupply/verdict/gate/collect.hpp"
#include "libsupply/verdict/gate/image_decision.hpp"
#include "libsupply/verdict/gate/policy_file.hpp"
#include "tools/common/image.hpp"
#include "tools/supply/deployment_gate.hpp"

namespace supply::tools {
namespace {

using admission::ImageQuestion;
using admission::ImageVerdict;
using Steady = std::chrono::steady_clock;

std::string facts_key(const ServedPolicy& policy, const oci::Reference& name, const Digest& digest) {
  return policy.key + " " + digest.to_string() + " " + name.to_string();
}

oci::Reference with_digest(const oci::Reference& name, const Digest& digest) {
  return name.with({name.selector().tag, digest});
}

ImageVerdict verdict_of(const gate::Decision& decision, admission::KeptFacts& facts) {
  ImageVerdict verdict;
  verdict.verdict = decision.verdict;
  verdict.digest = facts.digest().to_string();
  if (decision.verdict != gate::Verdict::allow) verdict.why = gate::reason_of(decision);
  for (const gate::RuleOutcome& each : decision.outcomes)
    if (each.status == policy::RuleStatus::warned) verdict.warnings.push_back(each.rule + ": " + each.said());
  if (decision.broken_glass)
    verdict.warnings.push_back("allowed by " + decision.broken_glass->owner + " until " +
                               to_rfc3339(decision.broken_glass->expires) +
                               ", although the policy does not: " + decision.broken_glass->reason);
  verdict.user = facts.look([](const policy::Facts& all) { return image_user(all); });
  return verdict;
}

}  // namespace

Result<ServedPolicy> read_served_policy(const std::string& path) {
  SUPPLY_TRY(policy::Policy policy, gate::read_policy(path));
  SUPPLY_TRY(admission::check(policy));
  std::string all = policy.digest.to_string();
  for (const policy::NamedKey& each : policy.keys) all += "\n" + each.name + " " + to_hex(each.key.fingerprint());
  all += "\n" + policy.trusted_root;
  return ServedPolicy{std::move(policy), crypto::sha256(all).to_string()};
}

class AdmissionGate::RequestJudge : public admission::Judge {
 public:
  RequestJudge(AdmissionGate& gate, PolicyInUse policy, admission::TimePoint until)
      : gate_(gate), policy_(std::move(policy)), until_(until), now_(tools::now()) {}

  std::vector<ImageVerdict> judge(const std::vector<ImageQuestion>& questions) override {
    std::vector<ImageVerdict> verdicts(questions.size());
    std::vector<std::pair<std::size_t, admission::Flights::Ticket>> waiting;
    for (std::size_t i = 0; i < questions.size(); ++i) {
      auto name = oci::Reference::parse(questions[i].name);
      if (name && name->kind() != oci::Reference::Kind::registry)
        name = Error(ErrorCode::unsupported, quote(questions[i].name) + ": no image of a registry");
      if (!name) {
        verdicts[i].error = std::move(name).error();
        continue;
      }
      bool again = false;
      if (const auto known = gate_.known(*policy_, *name, questions[i].filled)) {
        const gate::Decision decision = known->decide(policy_->policy, now_);
        again = decision.verdict != gate::Verdict::allow && Steady::now() - known->read() > gate_.ages_.refused;
        if (!again) {
          verdicts[i] = verdict_of(decision, *known);
          verdicts[i].kept = true;
          ++gate_.counters_.kept;
          continue;
        }
      }
      const std::string key = policy_->key + (questions[i].filled ? " filled " : " ") + name->to_string();
      // The flight goes on without this request: it has all that it needs itself.
      auto ticket =
          gate_.flights_.board(key,
                               [gate = &gate_, policy = policy_, name = *name, filled = questions[i].filled,
                                again]() -> admission::Landed { return gate->fetch(*policy, name, filled, again); });
      if (!ticket) verdicts[i].overloaded = true;
      else waiting.emplace_back(i, *std::move(ticket));
    }
    for (const auto& [i, ticket] : waiting) {
      const std::optional<admission::Landed> landed = gate_.flights_.wait(ticket, until_);
      if (!landed) {
        verdicts[i].timed_out = true;
      } else if (!*landed) {
        verdicts[i].error = landed->error();
        ++gate_.counters_.failed;
      } else {
        const std::shared_ptr<admission::KeptFacts> facts = **landed;
        verdicts[i] = verdict_of(facts->decide(policy_->policy, now_), *facts);
        ++gate_.counters_.fetched;
      }
    }
    return verdicts;
  }

 private:
  AdmissionGate& gate_;
  const PolicyInUse policy_;
  const admission::TimePoint until_;
  const Time now_;
};

std::unique_ptr<admission::Judge> AdmissionGate::judge(PolicyInUse policy, admission::TimePoint until) {
  return std::make_unique<RequestJudge>(*this, std::move(policy), until);
}

std::shared_ptr<admission::KeptFacts> AdmissionGate::known(const ServedPolicy& policy, const oci::Reference& name,
                                                           bool filled) {
  const admission::TimePoint now = Steady::now();
  std::optional<Digest> digest = name.selector().digest;
  if (!digest) digest = tags_.find(name.to_string(), now, ages_.tag);
  if (!digest) return nullptr;
  return facts_.find(facts_key(policy, filled ? with_digest(name, *digest) : name, *digest), now, ages_.kept);
}

admission::Landed AdmissionGate::fetch(const ServedPolicy& policy, const oci::Reference& name, bool filled,
                                       bool again) {
  Common common = common_;
  if (common.deadline.empty()) common.deadline = std::to_string(ages_.fetch.count()) + "ms";
  SUPPLY_TRY(registry::Options options, registry_options(common));
  SUPPLY_TRY(std::unique_ptr<http::Client> client, make_client(common));
  registry::Registries registries(
      std::move(client), std::make_unique<registry::CredentialFiles>(credential_places(common)), std::move(options));
  SUPPLY_TRY(const std::unique_ptr<store::ContentStore> store, open_repository(registries, name, attachments_));
  const admission::TimePoint begun = Steady::now();
  std::optional<Digest> digest = name.selector().digest;
  if (!digest) {
    SUPPLY_TRY(const oci::Descriptor root, store->resolve(name.selector()));
    digest = root.digest;
    tags_.put(name.to_string(), *digest, begun);
  }
  const oci::Reference judged = filled ? with_digest(name, *digest) : name;
  const std::string key = facts_key(policy, judged, *digest);
  if (!again)
    if (auto found = facts_.find(key, begun, ages_.kept)) return found;
  gate::Options ask;
  ask.now = tools::now();
  ask.layers = evidence::CheckLayers::no;
  ask.recorded = oci::Selector{std::nullopt, digest};
  ask.open_store = [&](const oci::Reference& reference) -> Result<std::unique_ptr<store::ImageSource>> {
    if (reference.kind() != oci::Reference::Kind::registry)
      return Error(ErrorCode::unsupported, quote(reference.to_string()) + ": only registries are asked here");
    SUPPLY_TRY(std::unique_ptr<store::ContentStore> base, open_repository(registries, reference, attachments_));
    return std::unique_ptr<store::ImageSource>(std::move(base));
  };
  Budget budget;
  SUPPLY_TRY(policy::Facts facts, gate::collect(*store, judged, policy.policy, ask, budget));
  auto kept = std::make_shared<admission::KeptFacts>(std::move(facts), begun);
  facts_.put(key, kept);
  return kept;
}

}  // namespace supply::tools
