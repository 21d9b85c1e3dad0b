#include "libsupply/verdict/admission/admit.hpp"

#include <algorithm>
#include <array>
#include <map>

#include "libsupply/base/finding/finding.hpp"
#include "libsupply/base/limits/admission_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/base/text/wildcard.hpp"
#include "libsupply/content/deploy/read.hpp"
#include "libsupply/verdict/admission/internal/image_pointers.hpp"
#include "libsupply/verdict/deploy/score.hpp"
#include "libsupply/verdict/policy/workload_rules.hpp"

namespace supply::admission {
namespace {

/// Of whatever kind, what they bring is no pod's specification, or the API server drops it.
constexpr std::array<std::string_view, 7> kSubresourcesWithoutImages{"status", "scale",    "binding", "eviction",
                                                                     "token",  "finalize", "approval"};

Admitted allow(std::string unjudged) {
  Admitted admitted;
  admitted.answer.allowed = true;
  admitted.outcome = Outcome::allowed;
  admitted.unjudged = std::move(unjudged);
  return admitted;
}

Admitted deny(std::string message) {
  Admitted admitted;
  admitted.outcome = Outcome::denied;
  admitted.answer.message = std::move(message);
  return admitted;
}

bool is_exempt(const Review& review, const policy::Admission& asked) {
  return !review.space.empty() &&
         std::any_of(asked.exempt_namespaces.begin(), asked.exempt_namespaces.end(),
                     [&](const std::string& pattern) { return glob_match(pattern, review.space); });
}

Error could_not_read(const Error& error, const Review& review) {
  return Error(error.code(), review.subject() + ": " + error.message());
}

/// The worst of them: what is no leads what is not known, and that leads what took too long.
Outcome worse(Outcome a, Outcome b) {
  static constexpr std::array kOrder{Outcome::malformed,  Outcome::denied,    Outcome::undecided,
                                     Outcome::overloaded, Outcome::timed_out, Outcome::allowed};
  return *std::find_if(kOrder.begin(), kOrder.end(), [&](Outcome each) { return each == a || each == b; });
}

class Admission {
 public:
  Admission(const Review& review, const policy::Policy& policy, Webhook webhook, Judge& judge, Time now)
      : review_(review), policy_(policy), webhook_(webhook), judge_(judge) {
    around_.now = now;
    if (policy.admission) asked_ = *policy.admission;
  }

  Admitted run() {
    deploy::Options options;
    options.open = [](const std::string&) { return Error(ErrorCode::not_found, "an object has no other files"); };
    options.image_paths = asked_.image_paths;
    auto read = deploy::read({{"object", review_.object}}, options);
    if (!read) return refuse(could_not_read(read.error(), review_));
    deployment_ = *std::move(read);
    say_unknown();
    const std::vector<deploy::DeployedImage> images = deploy::images_of(deployment_);
    if (images.empty() && deployment_.workloads.empty() && reasons_.empty()) return allow("no image");
    if (!judge_images(images)) return finish();
    judge_workloads();
    return finish();
  }

 private:
  void no(Outcome outcome, std::string why) {
    outcome_ = worse(outcome_, outcome);
    reasons_.push_back(std::move(why));
  }

  // What could run an image, and where it is nobody said.
  void say_unknown() {
    for (const deploy::Unjudged& each : deployment_.listed) {
      if (!each.undecided) continue;
      const auto& without = asked_.kinds_without_images;
      if (std::find(without.begin(), without.end(), review_.kind) != without.end()) continue;
      const bool known = asked_.image_paths.contains(review_.kind);
      no(Outcome::denied,
         each.what + ": " +
             (known ? each.why + " (admission.image_paths in the policy)"
                    : "Supply does not know where such an object has its image. Write in the policy "
                      "admission.image_paths: {" +
                          review_.kind + ": PATH}, or name the kind in admission.kinds_without_images"));
    }
    for (const deploy::Workload& workload : deployment_.workloads)
      for (const deploy::Container& container : workload.containers)
        if (!container.image.has_value() && container.role != deploy::Role::hook && webhook_ == Webhook::validating)
          no(Outcome::denied, workload.subject(container) + " has no image");
  }

  // Whether all were asked about.
  bool judge_images(const std::vector<deploy::DeployedImage>& images) {
    std::map<std::string, std::size_t> at;
    for (const deploy::DeployedImage& each : images) {
      const std::string& name = each.text.value;
      if (at.contains(name)) continue;
      const bool pinned = name.find('@') != std::string::npos;
      const bool fills = asked_.digests == policy::AdmitDigests::fill && webhook_ == Webhook::mutating;
      if (!pinned && !fills && asked_.digests != policy::AdmitDigests::any) {
        no(Outcome::denied, each.subject + ": image " + quote(name) +
                                " has no digest, so that a node may pull another one than was judged. Write " + name +
                                "@sha256:…" +
                                (asked_.digests == policy::AdmitDigests::fill
                                     ? ", or register the mutating webhook (/mutate), which fills it in"
                                     : ""));
        continue;
      }
      if (admitted_.images.size() == kMaxAdmittedImages) {
        no(Outcome::denied, review_.subject() + ": more than " + std::to_string(kMaxAdmittedImages) + " images");
        return false;
      }
      at.emplace(name, admitted_.images.size());
      admitted_.images.push_back({{name, !pinned && fills}, {}});
    }
    // An object that is denied already is not worth a fetch.
    if (outcome_ != Outcome::allowed) return false;
    std::vector<ImageQuestion> questions;
    for (const auto& [question, verdict] : admitted_.images) questions.push_back(question);
    if (questions.empty()) return true;
    std::vector<ImageVerdict> verdicts = judge_.judge(questions);
    verdicts.resize(questions.size());
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
      ImageVerdict& verdict = verdicts[i];
      const std::string& name = questions[i].name;
      if (verdict.verdict != gate::Verdict::allow) say_no(name, verdict, images);
      for (const std::string& each : verdict.warnings) admitted_.answer.warnings.push_back(name + ": " + each);
      if (verdict.user) around_.images[name] = *verdict.user;
      admitted_.images[i].second = std::move(verdict);
    }
    if (outcome_ == Outcome::allowed) fill_in(images);
    return true;
  }

  void say_no(const std::string& name, const ImageVerdict& verdict, const std::vector<deploy::DeployedImage>& images) {
    const auto of = std::find_if(images.begin(), images.end(),
                                 [&](const deploy::DeployedImage& each) { return each.text.value == name; });
    const std::string what = of->subject + ": image " + name + ": ";
    if (verdict.timed_out)
      no(Outcome::timed_out, what + "it could not be judged in time; the work goes on, so try again");
    else if (verdict.overloaded) no(Outcome::overloaded, what + "too many images are judged at once; try again");
    else if (verdict.error) no(Outcome::undecided, what + "could not be judged: " + verdict.error->message());
    else no(verdict.verdict == gate::Verdict::deny ? Outcome::denied : Outcome::undecided, what + verdict.why);
  }

  void fill_in(const std::vector<deploy::DeployedImage>& images) {
    std::vector<ImageAt> wanted;
    for (const auto& [question, verdict] : admitted_.images) {
      if (!question.filled) continue;
      if (verdict.digest.empty()) return no(Outcome::undecided, "image " + question.name + ": its digest is not known");
      for (const deploy::DeployedImage& each : images)
        if (each.text.value == question.name)
          wanted.push_back({each.text.place.line, question.name, question.name + "@" + verdict.digest});
    }
    auto patch = pointers(review_.object, wanted);
    if (!patch) return no(Outcome::undecided, review_.subject() + ": " + patch.error().message());
    admitted_.answer.patch = *std::move(patch);
  }

  void judge_workloads() {
    const auto is_asked = [&](std::string_view id) {
      return std::any_of(asked_.workload_rules.begin(), asked_.workload_rules.end(),
                         [&](const std::string& pattern) { return wildcard_match(pattern, id); });
    };
    if (asked_.workload_rules.empty()) return;
    std::vector<deploy::RuleFindings> found = deploy::judge(deployment_, around_);
    const deploy::Score score = deploy::corrected_score(deployment_, found);
    const policy::AskedOfWorkloads asked = policy::asked_of_workloads(std::move(found), score, policy_, around_.now);
    for (const deploy::RuleFindings& rule : asked.findings) {
      if (!is_asked(rule.rule->id)) continue;
      for (const Finding& finding : rule.findings) {
        const std::string text = finding.subject + ": " + finding.rule + ": " + finding.found + "; want " +
                                 finding.expected + (finding.remedy.empty() ? "" : ": " + finding.remedy);
        const policy::Exception* excused =
            finding.undecided ? nullptr : policy::exception_for(policy_, finding, around_.now);
        if (excused != nullptr)
          admitted_.answer.warnings.push_back(text + " (excepted until " + to_rfc3339(excused->expires) + " by " +
                                              excused->owner + ": " + excused->reason + ")");
        else if (finding.severity == Severity::error)
          no(finding.undecided ? Outcome::undecided : Outcome::denied, text);
        else if (finding.severity == Severity::warning) admitted_.answer.warnings.push_back(text);
      }
    }
  }

  Admitted finish() {
    admitted_.outcome = outcome_;
    admitted_.answer.allowed = outcome_ == Outcome::allowed;
    if (!admitted_.answer.allowed) admitted_.answer.patch.clear();
    admitted_.answer.message = join(reasons_, "; ");
    return std::move(admitted_);
  }

  const Review& review_;
  const policy::Policy& policy_;
  const Webhook webhook_;
  Judge& judge_;
  policy::Admission asked_;
  deploy::Deployment deployment_;
  deploy::Surrounding around_;
  std::vector<std::string> reasons_;
  Outcome outcome_ = Outcome::allowed;
  Admitted admitted_;
};

Admitted judge_review(const Review& review, const policy::Policy& policy, Webhook webhook, Judge& judge, Time now) {
  if (review.operation == "DELETE") return allow("delete");
  const policy::Admission asked = policy.admission.value_or(policy::Admission{});
  if (is_exempt(review, asked)) return allow("exempt namespace");
  if (review.operation == "CONNECT")
    return asked.connect ? allow("connect")
                         : deny(review.subject() +
                                ": the policy lets nobody in (exec, attach, port-forward, proxy); admission.connect: "
                                "allow in the policy does");
  if (review.operation != "CREATE" && review.operation != "UPDATE")
    return refuse(Error(ErrorCode::unsupported, "operation " + quote(review.operation)));
  if (std::find(kSubresourcesWithoutImages.begin(), kSubresourcesWithoutImages.end(), review.subresource) !=
      kSubresourcesWithoutImages.end())
    return allow("subresource");
  if (review.object.empty()) return refuse(Error(ErrorCode::malformed, review.subject() + ": no object"));
  if (review.unchanged) return allow("unchanged");
  return Admission(review, policy, webhook, judge, now).run();
}

}  // namespace

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::undecided: return "undecided";
    case Outcome::allowed: return "allowed";
    case Outcome::denied: return "denied";
    case Outcome::timed_out: return "timed_out";
    case Outcome::overloaded: return "overloaded";
    case Outcome::malformed: return "malformed";
  }
  return "undecided";
}

Status check(const policy::Policy& policy) {
  if (!policy.admission) return {};
  for (const std::string& pattern : policy.admission->workload_rules) {
    const auto rules = deploy::all_rules();
    if (std::none_of(rules.begin(), rules.end(), [&](const auto* rule) { return wildcard_match(pattern, rule->id); }))
      return Error(ErrorCode::usage, policy.name + ": admission.workload_rules: " + quote(pattern) + " names no rule");
  }
  return {};
}

Admitted refuse(const Error& error) {
  Admitted admitted;
  admitted.outcome = Outcome::malformed;
  admitted.answer.message = error.message();
  admitted.answer.code = error.code() == ErrorCode::limit_exceeded ? 413 : 400;
  admitted.answer.reason = error.code() == ErrorCode::limit_exceeded ? "RequestEntityTooLarge" : "BadRequest";
  return admitted;
}

Admitted admit(const Review& review, const policy::Policy& policy, Webhook webhook, Judge& judge, Time now) {
  Admitted admitted = judge_review(review, policy, webhook, judge, now);
  Answer& answer = admitted.answer;
  switch (admitted.outcome) {
    case Outcome::allowed:
    case Outcome::malformed: break;
    case Outcome::denied: answer.code = 403, answer.reason = "Forbidden"; break;
    case Outcome::undecided: answer.code = 503, answer.reason = "ServiceUnavailable"; break;
    case Outcome::timed_out: answer.code = 504, answer.reason = "Timeout"; break;
    case Outcome::overloaded: answer.code = 429, answer.reason = "TooManyRequests"; break;
  }
  answer.audit = {{"outcome", std::string(to_string(admitted.outcome))}, {"policy", policy.digest.to_string()}};
  if (!admitted.unjudged.empty()) answer.audit.emplace_back("unjudged", admitted.unjudged);
  return admitted;
}

}  // namespace supply::admission
