#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/policy/policy.hpp"
#include "libsupply/verdict/policy/rule.hpp"
#include "libsupply/verdict/policy/workload_rules.hpp"
#include "libsupply/verdict/report/deployment_report.hpp"
#include "libsupply/verdict/report/internal/excused.hpp"

namespace supply::report {
namespace {

using json::Value;

Value place_json(const Location& place) {
  if (place.line == 0) return {{"uri", place.uri}};
  return {{"uri", place.uri}, {"line", place.line}, {"column", place.column}};
}

std::string_view form_of(deploy::Workload::Form form) {
  switch (form) {
    case deploy::Workload::Form::compose: return "compose";
    case deploy::Workload::Form::kubernetes: return "kubernetes";
    case deploy::Workload::Form::inspected: return "inspected";
  }
  return "compose";
}

std::string_view role_of(deploy::Role role) {
  switch (role) {
    case deploy::Role::main: return "main";
    case deploy::Role::init: return "init";
    case deploy::Role::sidecar: return "sidecar";
    case deploy::Role::ephemeral: return "ephemeral";
    case deploy::Role::hook: return "hook";
  }
  return "main";
}

Value flag_json(const deploy::Flag& flag) {
  if (flag.is_yes()) return true;
  if (flag.is_no()) return false;
  return nullptr;
}

template <class Range>
Value texts_json(const Range& texts) {
  Value list = Value::array();
  for (const deploy::Text& each : texts) list.push_back(each.value);
  return list;
}

std::string profile_of(const deploy::Profile& profile) {
  using Kind = deploy::Profile::Kind;
  switch (profile.kind) {
    case Kind::unset: return "unset";
    case Kind::standard: return "default";
    case Kind::unconfined: return "unconfined";
    case Kind::inlined: return "inline";
    case Kind::local: return profile.path.empty() ? profile.text.value : profile.path;
  }
  return "unset";
}

Value names_json(const std::vector<deploy::Reference>& references) {
  Value list = Value::array();
  for (const deploy::Reference& each : references)
    if (std::find(list.begin(), list.end(), each.name) == list.end()) list.push_back(each.name);
  return list;
}

// No value of a variable is said: one may be a credential.
Value container_json(const deploy::Container& one, const DeploymentReport& report) {
  Value value{{"name", one.name},
              {"role", role_of(one.role)},
              {"place", place_json(one.place)},
              {"readOnly", flag_json(one.read_only)},
              {"privileged", flag_json(one.privileged)},
              {"allowPrivilegeEscalation", flag_json(one.escalation)},
              {"seccomp", profile_of(one.seccomp)},
              {"apparmor", profile_of(one.apparmor)},
              {"secrets", names_json(one.secrets)},
              {"configs", names_json(one.configs)},
              {"capAdd", texts_json(one.cap_add)},
              {"capDrop", texts_json(one.cap_drop)},
              {"environment", Value::array()},
              {"mounts", Value::array()},
              {"ports", Value::array()}};
  if (one.image.has_value()) {
    value["image"] = one.image.value;
    if (const auto digest = report.digests.find(one.image.value); digest != report.digests.end())
      value["digest"] = digest->second;
  }
  if (one.user.has_value()) value["user"] = one.user.value;
  if (one.memory_limit.has_value()) value["memoryLimit"] = one.memory_limit.value;
  if (one.cpu_limit.has_value()) value["cpuLimit"] = one.cpu_limit.value;
  for (const deploy::Variable& each : one.environment) value["environment"].push_back(each.name);
  for (const deploy::Mount& each : one.mounts)
    value["mounts"].push_back({{"source", each.shown}, {"target", each.target}, {"readOnly", each.read_only}});
  for (const deploy::PublishedPort& each : one.ports)
    value["ports"].push_back(
        {{"hostIp", each.host_ip}, {"published", each.published}, {"first", each.first}, {"last", each.last}});
  return value;
}

Value host_namespaces_json(const deploy::Workload& one) {
  Value list = Value::array();
  for (const auto& [name, flag] :
       {std::pair{"network", &one.host_network}, std::pair{"pid", &one.host_pid}, std::pair{"ipc", &one.host_ipc},
        std::pair{"uts", &one.host_uts}, std::pair{"user", &one.host_users}, std::pair{"cgroup", &one.host_cgroup}})
    if (flag->is_yes()) list.push_back(name);
  return list;
}

Value workload_json(const deploy::Workload& one, const DeploymentReport& report) {
  Value value{{"subject", one.subject()},
              {"form", form_of(one.form)},
              {"kind", one.kind},
              {"name", one.name},
              {"place", place_json(one.place)},
              {"replicas", one.replicas},
              {"runsToEnd", one.runs_to_end},
              {"hostNamespaces", host_namespaces_json(one)},
              {"containers", Value::array()}};
  if (!one.space.empty()) value["namespace"] = one.space;
  if (!one.networks.empty()) value["networks"] = texts_json(one.networks);
  for (const deploy::Container& each : one.containers) value["containers"].push_back(container_json(each, report));
  return value;
}

Value score_json(const deploy::Score& score) {
  Value value{{"kind", score.kind == deploy::ScoreKind::classic ? "classic" : "corrected"},
              {"overall", score.text()},
              {"workloads", Value::array()}};
  for (const deploy::WorkloadScore& each : score.workloads) {
    Value taken = Value::array();
    for (const deploy::Taken& one : each.taken)
      taken.push_back(
          {{"points", one.points}, {"why", one.why}, {"place", place_json(one.place)}, {"undecided", one.undecided}});
    value["workloads"].push_back({{"subject", each.subject},
                                  {"score", each.score},
                                  {"color", deploy::color_of_score(each.score)},
                                  {"critical", each.critical},
                                  {"taken", std::move(taken)}});
  }
  return value;
}

// What a rule denies, but for what an exception covers; of what is listed and of what is not, finding by finding. What
// could not be found out stays so.
gate::RuleOutcome outcome_of(const DeploymentReport& report, const deploy::RuleFindings& found) {
  gate::RuleOutcome outcome =
      report::outcome_of(std::string(found.rule->id), std::string(found.rule->title), found.findings);
  if (report.policy == nullptr || outcome.status != policy::RuleStatus::denied) return outcome;
  bool all = true, open = false;
  for (const Finding& finding : found.findings) {
    if (finding.severity != Severity::error) continue;
    open = open || finding.undecided;
    if (finding.undecided) continue;
    const policy::Exception* best = policy::exception_for(*report.policy, finding, report.now);
    all = all && best != nullptr;
    if (best == nullptr) continue;
    auto known = std::find_if(outcome.excused.begin(), outcome.excused.end(),
                              [&](const gate::Excused& each) { return each.exception == *best; });
    if (known == outcome.excused.end()) known = outcome.excused.insert(known, {*best, {}});
    known->findings.push_back(finding.id);
  }
  if (all) outcome.status = open ? policy::RuleStatus::undecided : policy::RuleStatus::excepted;
  return outcome;
}

// Those for workloads that cover nothing, or count no more.
std::vector<Note> notes_of_exceptions(const DeploymentReport& report, const std::vector<gate::RuleOutcome>& outcomes) {
  std::vector<Note> notes;
  if (report.policy == nullptr) return notes;
  for (const policy::Exception& each : report.policy->exceptions) {
    if (each.workloads.empty()) continue;
    const bool used = std::any_of(outcomes.begin(), outcomes.end(), [&](const gate::RuleOutcome& outcome) {
      return std::any_of(outcome.excused.begin(), outcome.excused.end(),
                         [&](const gate::Excused& one) { return one.exception == each; });
    });
    const std::string text = "exception for " + each.rule + " of " + join(each.workloads, ", ") + " (" + each.owner +
                             ", until " + to_rfc3339(each.expires) + "): " + each.reason;
    if (report.now >= each.expires) notes.push_back({"expiredException", text});
    else if (!used) notes.push_back({"unusedException", text});
  }
  return notes;
}

JudgedSubject subject_of(const DeploymentReport& report) {
  JudgedSubject subject{.kind = SubjectKind::file, .name = join(report.names, ", ")};
  for (const deploy::RuleFindings& each : report.findings) subject.rules.push_back(outcome_of(report, each));
  subject.notes = notes_of_exceptions(report, subject.rules);
  subject.verdict = verdict_of(subject.rules);
  for (const deploy::Unjudged& each : report.deployment.listed)
    subject.notes.push_back({"listed", to_string(each.place) + ": " + each.what + ": " + each.why});
  for (const deploy::WorkloadScore& each : report.score.workloads) {
    std::vector<std::string> taken;
    for (const deploy::Taken& one : each.taken) taken.push_back("-" + std::to_string(one.points) + " " + one.why);
    subject.notes.push_back({"score", each.subject + " " + std::to_string(each.score) +
                                          (each.critical ? " (critical)" : "") +
                                          (taken.empty() ? "" : ": " + join(taken, "; "))});
  }
  if (!report.score.workloads.empty())
    subject.notes.push_back(
        {"score", std::string(report.score.kind == deploy::ScoreKind::classic ? "classic" : "corrected") +
                      ", the mean of " + std::to_string(report.score.workloads.size()) + ": " + report.score.text()});
  for (const std::string& each : report.not_asked) subject.notes.push_back({"notJudged", each});
  for (const std::string& each : report.notes) subject.notes.push_back({"pin", each});
  return subject;
}

Value details_of(const DeploymentReport& report, const JudgedSubject& subject) {
  Value value{
      {"files", report.names}, {"workloads", Value::array()}, {"listed", Value::array()}, {"rules", Value::array()}};
  value["notAsked"] = report.not_asked;
  value["verdict"] = to_string(subject.verdict);
  value["score"] = score_json(report.score);
  for (const deploy::Workload& each : report.deployment.workloads)
    value["workloads"].push_back(workload_json(each, report));
  for (const deploy::Unjudged& each : report.deployment.listed)
    value["listed"].push_back(
        {{"what", each.what}, {"why", each.why}, {"undecided", each.undecided}, {"place", place_json(each.place)}});
  for (const gate::RuleOutcome& outcome : subject.rules) {
    Value findings = Value::array();
    for (const Finding& finding : outcome.findings) findings.push_back(to_json(finding));
    value["rules"].push_back({{"rule", outcome.rule},
                              {"title", outcome.title},
                              {"status", to_string(outcome.status)},
                              {"findings", std::move(findings)}});
    add_exceptions(value["rules"].back(), outcome);
  }
  return value;
}

}  // namespace

namespace {

std::string look_of_score(int hundredths) {
  return hundredths > 8000 ? "allow" : hundredths > 6000 ? "undecided" : "deny";  // green, orange, red
}

// Each workload in a line, and all of them in the last.
Overview overview_of(const DeploymentReport& report) {
  std::map<std::string, std::size_t> found;
  std::size_t all = 0;
  for (const deploy::RuleFindings& each : report.findings)
    for (const Finding& one : each.findings)
      if (one.severity == Severity::error) {
        ++all;
        ++found[one.subject.substr(0, one.subject.find(", "))];
      }
  std::map<std::string, std::string> images;
  for (const deploy::Workload& each : report.deployment.workloads)
    if (!each.containers.empty()) images[each.subject()] = each.containers.front().image.value;
  Overview overview{{"workload", "image", "findings", "score"}, {}};
  for (const deploy::WorkloadScore& each : report.score.workloads)
    overview.rows.push_back({{each.subject},
                             {images[each.subject]},
                             {std::to_string(found[each.subject])},
                             {std::to_string(each.score), look_of_score(each.score * 100)}});
  overview.rows.push_back({{"all of them, and what belongs to none"},
                           {""},
                           {std::to_string(all)},
                           {report.score.text(), look_of_score(report.score.hundredths)}});
  return overview;
}

}  // namespace

void add_deployment(Run& run, const DeploymentReport& report) {
  JudgedSubject subject = subject_of(report);
  Value details = run.details.empty() ? Value::object() : Value::parse(run.details);
  details["deployment"] = details_of(report, subject);
  run.details = json::to_text(details);
  run.subjects.insert(run.subjects.begin(), std::move(subject));
  run.verdict = overall(run.subjects);
}

Run run_of(DeploymentReport report, std::string verb) {
  Run run{.verb = std::move(verb)};
  add_deployment(run, report);
  if (!report.score.workloads.empty()) run.overview = overview_of(report);
  Value details = Value::parse(run.details);
  details["running"] = nullptr;  // nobody asked an engine
  run.details = json::to_text(details);
  return run;
}

}  // namespace supply::report
