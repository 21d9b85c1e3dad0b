// What `pins check` found as a run: a subject for each file.
#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/verdict/report/run_of.hpp"

namespace supply::report {
namespace {

struct PinRule {
  const char *id, *title;
};

constexpr std::array kRules = {
    PinRule{"pins/unknown", "every reference is of a form that can be resolved"},
    PinRule{"pins/unpinned", "images, frontends and files are named by a digest or checksum"},
    PinRule{"pins/unhashed", "packages have hashes"},
    PinRule{"pins/mutable-ref", "packages are named by a version, sources by a commit"},
    PinRule{"pins/weak", "hashes are stronger than MD5 and SHA-1, and commits are whole"},
    PinRule{"pins/plaintext-http", "nothing is fetched over plain HTTP"},
    PinRule{"pins/pinned-by-default-only", "no build argument can replace what is pinned"},
    PinRule{"pins/constraints", "a list of which entries have no hash is only a constraint"},
};

// The findings of one rule, which are then in the map no more.
std::vector<Finding> take(std::map<std::string, std::vector<Finding>>& by_rule, const std::string& rule) {
  auto taken = by_rule.extract(rule);
  return taken.empty() ? std::vector<Finding>() : std::move(taken.mapped());
}

JudgedSubject file(std::string path) { return {.kind = SubjectKind::file, .name = std::move(path)}; }

}  // namespace

Run run_of(const pins::Report& report, const std::vector<std::string>& paths) {
  Run run{.verb = "pins check"};
  for (const std::string& path : paths) run.asked.push_back({"path", path});
  std::map<std::string, std::vector<Finding>> by_file;
  for (const std::string& path : report.files) by_file[path];
  for (const Finding& finding : report.findings) by_file[finding.place.uri].push_back(finding);
  for (const auto& [path, findings] : by_file) {
    JudgedSubject subject = file(path);
    std::map<std::string, std::vector<Finding>> by_rule;
    for (const Finding& finding : findings) by_rule[finding.rule].push_back(finding);
    for (const PinRule& rule : kRules) subject.rules.push_back(outcome_of(rule.id, rule.title, take(by_rule, rule.id)));
    // A finding of a rule that is not in the table denies as well.
    for (auto& [rule, others] : by_rule) subject.rules.push_back(outcome_of(rule, rule, std::move(others)));
    subject.verdict = verdict_of(subject.rules);
    run.subjects.push_back(std::move(subject));
  }
  for (const pins::Unread& unread : report.unread) {
    run.subjects.push_back(file(unread.path));
    run.subjects.back().error = unread.error;
  }
  for (const std::string& path : report.skipped)
    run.notes.push_back({"skipped", path + ": other people's sources are not looked into"});
  // They were judged: from none of them can an image be built.
  for (const std::string& path : report.others) {
    run.subjects.push_back(file(path));
    run.subjects.back().rules = {
        outcome_of("pins/other-file", "the file is no Dockerfile, by its name and content", {})};
    run.subjects.back().verdict = verdict_of(run.subjects.back().rules);
    run.notes.push_back({"otherFile", path + ": no Dockerfile, by its name and content"});
  }
  run.verdict = overall(run.subjects);
  run.details = json::to_text(pins::to_json(report));
  return run;
}

}  // namespace supply::report
