#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/report/dashboard_report.hpp"

namespace supply::report {
namespace {

using json::Value;
using policy::RuleStatus;

const gate::ImageDecision* image_of(const DashboardReport& report, std::size_t container) {
  if (!report.gate || container >= report.references.size()) return nullptr;
  for (const gate::ImageDecision& image : report.gate->images)
    if (image.reference == report.references[container]) return &image;
  return nullptr;
}

// What the gate says by one of its rules, the worst of several entries.
std::string answer_of(const gate::ImageDecision* image, std::string_view rule) {
  if (image == nullptr) return "not asked";
  if (image->error) return "undecided";
  std::string answer = "not asked";
  int worst = -1;
  for (const gate::RuleOutcome& outcome : image->decision.outcomes) {
    if (outcome.rule != rule) continue;
    static const std::map<RuleStatus, int> kOrder{{RuleStatus::satisfied, 0},
                                                  {RuleStatus::excepted, 1},
                                                  {RuleStatus::warned, 2},
                                                  {RuleStatus::undecided, 3},
                                                  {RuleStatus::denied, 4}};
    if (const int order = kOrder.at(outcome.status); order > worst) {
      worst = order;
      answer = to_string(outcome.status);
    }
  }
  return answer;
}

bool is_drift(std::string_view rule) {
  return rule == "deploy/running-image" || rule == "deploy/running-config" || rule == "deploy/changed-files";
}

int score_of(const deploy::Score& score, const std::string& subject) {
  for (const deploy::WorkloadScore& each : score.workloads)
    if (each.subject == subject) return each.score;
  return 0;
}

// "none" or "allow", "undecided", "found" or "deny": the worst that the findings about a container say.
struct Worst {
  bool no = false, open = false;
  void add(const Finding& finding) {
    if (finding.severity != Severity::error) return;
    (finding.undecided ? open : no) = true;
  }
  std::string text(const char* yes, const char* bad) const { return no ? bad : open ? "undecided" : yes; }
};

std::string look_of(const std::string& answer) {
  if (answer == "none") return "allow";
  if (answer == "found") return "deny";
  if (answer == "not asked") return "undecided";
  return answer;
}

std::string look_of_score(int score) {
  const std::string_view color = deploy::color_of_score(score);
  return color == "green" ? "allow" : color == "orange" ? "undecided" : "deny";
}

Overview overview_of(const std::vector<Standing>& standings) {
  Overview overview{{"verdict", "container", "image", "signature", "provenance", "SBOM", "vulnerabilities", "drift",
                     "score", "classic"},
                    {}};
  for (const Standing& one : standings) {
    const std::string digest =
        one.digests.empty() ? "no digest" : one.digests.front().substr(one.digests.front().find('@') + 1);
    overview.rows.push_back({{one.verdict, one.verdict},
                             {one.name},
                             {one.image + " (" + digest.substr(0, 19) + ")"},
                             {one.signatures, look_of(one.signatures)},
                             {one.provenance, look_of(one.provenance)},
                             {one.sbom, look_of(one.sbom)},
                             {one.vulnerabilities, look_of(one.vulnerabilities)},
                             {one.drift, look_of(one.drift)},
                             {std::to_string(one.score), look_of_score(one.score)},
                             {std::to_string(one.classic), look_of_score(one.classic)}});
  }
  return overview;
}

Value standing_json(const Standing& one) {
  return {{"name", one.name},
          {"image", one.image},
          {"digests", one.digests},
          {"verdict", one.verdict},
          {"signatures", one.signatures},
          {"provenance", one.provenance},
          {"sbom", one.sbom},
          {"vulnerabilities", one.vulnerabilities},
          {"drift", one.drift},
          {"score", one.score},
          {"classic", one.classic}};
}

Value running_json(const DashboardReport& report, const std::vector<Standing>& all) {
  Value value{{"host", report.host},
              {"engine", report.snapshot.engine},
              {"time", to_rfc3339(report.now)},
              {"classic", report.classic.text()},
              {"containers", Value::array()},
              {"unasked", Value::array()}};
  for (const Standing& one : all) value["containers"].push_back(standing_json(one));
  for (const engine::Unasked& one : report.snapshot.unasked)
    value["unasked"].push_back({{"name", one.name}, {"why", one.why}, {"undecided", one.undecided}});
  return value;
}

std::string text_of(const Value& object, const char* key) {
  const auto text = json::string_or_empty(object, key);
  return text ? *text : "";
}

}  // namespace

std::vector<Standing> standings(const DashboardReport& report) {
  std::vector<Standing> all;
  for (std::size_t i = 0; i < report.snapshot.containers.size(); ++i) {
    const engine::RunningContainer& container = report.snapshot.containers[i];
    const std::string subject = "container " + container.name;
    Standing one{.name = container.name, .digests = container.image_digests};
    for (const deploy::Workload& workload : report.deployment.deployment.workloads)
      if (workload.name == container.name) one.image = workload.containers.front().image.value;
    const gate::ImageDecision* image = image_of(report, i);
    one.signatures = answer_of(image, "signatures");
    one.provenance = answer_of(image, "provenance");
    one.sbom = answer_of(image, "sbom");
    one.vulnerabilities = answer_of(image, "vulnerabilities");
    Worst drift, verdict;
    for (const deploy::RuleFindings& each : report.deployment.findings)
      for (const Finding& finding : each.findings) {
        if (finding.subject != subject) continue;
        verdict.add(finding);
        if (is_drift(each.rule->id)) drift.add(finding);
      }
    if (image != nullptr) {
      verdict.open = verdict.open || image->error || image->decision.verdict == gate::Verdict::undecided;
      verdict.no = verdict.no || (!image->error && image->decision.verdict == gate::Verdict::deny);
    }
    one.drift = drift.text("none", "found");
    one.verdict = verdict.text("allow", "deny");
    one.score = score_of(report.deployment.score, subject);
    one.classic = score_of(report.classic, subject);
    all.push_back(std::move(one));
  }
  return all;
}

std::string history_line(const DashboardReport& report, gate::Verdict verdict) {
  Value value{{"version", 1},
              {"time", to_rfc3339(report.now)},
              {"host", report.host},
              {"engine", report.snapshot.engine},
              {"verdict", to_string(verdict)},
              {"score", report.deployment.score.text()},
              {"classic", report.classic.text()},
              {"containers", Value::array()}};
  for (const Standing& one : standings(report)) value["containers"].push_back(standing_json(one));
  return json::to_text(value) + "\n";
}

std::vector<Note> changes_since(std::string_view last_line, const DashboardReport& report) {
  const auto last = json::parse(trim(last_line));
  if (!last || !last->is_object() || text_of(*last, "host") != report.host) return {};
  std::vector<std::string> changes;
  const auto changed = [&](const std::string& what, const std::string& from, const std::string& to) {
    if (from != to) changes.push_back(what + " " + from + " -> " + to);
  };
  changed("score", text_of(*last, "score"), report.deployment.score.text());
  std::map<std::string, const Value*> before;
  const auto containers = json::optional_array(*last, "containers");
  if (containers && *containers != nullptr)
    for (const Value& each : **containers) before[text_of(each, "name")] = &each;
  for (const Standing& one : standings(report)) {
    const auto found = before.find(one.name);
    if (found == before.end()) {
      changes.push_back(one.name + " is new");
      continue;
    }
    const auto digests = json::string_list(*found->second, "digests");
    if (!digests || *digests != one.digests) changes.push_back(one.name + ": another image");
    for (const auto& [what, now] : {std::pair{"verdict", one.verdict}, std::pair{"drift", one.drift},
                                    std::pair{"signatures", one.signatures}, std::pair{"provenance", one.provenance},
                                    std::pair{"sbom", one.sbom}, std::pair{"vulnerabilities", one.vulnerabilities}})
      changed(one.name + ": " + what, text_of(*found->second, what), now);
    before.erase(found);
  }
  for (const auto& [name, ignored] : before) changes.push_back(name + " does not run any more");
  return {
      {"history", "since " + text_of(*last, "time") + ": " + (changes.empty() ? "no change" : join(changes, "; "))}};
}

Run run_of(DashboardReport report) {
  const std::vector<Standing> all = standings(report);
  Run run;
  if (report.gate) {
    run = run_of(*report.gate);
    run.gate.reset();
    run.details.clear();
  }
  run.verb = "dashboard";
  run.time = report.now;
  run.asked.insert(run.asked.begin(), {"host", report.host + " (" + report.snapshot.engine + ")"});
  add_deployment(run, report.deployment);
  JudgedSubject& subject = run.subjects.front();
  subject.notes.push_back({"score", "classic, the mean of " + std::to_string(report.classic.workloads.size()) + ": " +
                                        report.classic.text()});
  if (!report.has_lock) subject.notes.push_back({"notAsked", "drift from a lock: no --lock"});
  if (!report.gate)
    subject.notes.push_back(
        {"notAsked", "signatures, provenance, SBOMs and vulnerabilities of the images: no --policy"});
  for (Note& note : report.notes) run.notes.push_back(std::move(note));
  Value details = Value::parse(run.details);
  details["running"] = running_json(report, all);
  run.details = json::to_text(details);
  run.overview = overview_of(all);
  return run;
}

}  // namespace supply::report
