#include "libsupply/base/finding/finding.hpp"

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <tuple>

namespace supply {

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::error: return "error";
    case Severity::warning: return "warning";
    case Severity::note: return "note";
  }
  return "error";
}

std::string to_string(const Location& location) {
  std::string text = location.uri;
  if (location.line != 0) text += ":" + std::to_string(location.line);
  if (location.line != 0 && location.column != 0) text += ":" + std::to_string(location.column);
  return text;
}

std::string rule_and_kind(const Finding& finding) {
  return finding.kind.empty() ? finding.rule : finding.rule + "/" + finding.kind;
}

nlohmann::json to_json(const Finding& finding) {
  const Location& at = finding.place;
  nlohmann::json place{{"uri", at.uri}};
  for (const auto& [name, value] :
       {std::pair{"line", at.line}, {"column", at.column}, {"endLine", at.end_line}, {"endColumn", at.end_column}})
    if (value != 0) place[name] = value;
  nlohmann::json value{{"rule", finding.rule},         {"severity", to_string(finding.severity)},
                       {"subject", finding.subject},   {"place", std::move(place)},
                       {"expected", finding.expected}, {"found", finding.found},
                       {"evidence", finding.evidence}, {"remedy", finding.remedy}};
  if (!finding.id.empty()) value["id"] = finding.id;
  if (!finding.kind.empty()) value["kind"] = finding.kind;
  if (finding.undecided) value["undecided"] = true;
  if (finding.others != 0) value["others"] = finding.others;
  return value;
}

std::size_t count_findings(const std::vector<Finding>& findings) {
  std::size_t all = 0;
  for (const Finding& one : findings) all += one.others == 0 ? 1 : one.others;
  return all;
}

bool has_errors(const std::vector<Finding>& findings) {
  return std::any_of(findings.begin(), findings.end(), [](const Finding& f) { return f.severity == Severity::error; });
}

namespace {

// What stands for others comes last.
bool is_before(const Finding& a, const Finding& b) {
  const auto key = [](const Finding& f) {
    return std::tie(f.place, f.rule, f.others, f.subject, f.severity, f.expected, f.found, f.evidence, f.remedy, f.id,
                    f.kind, f.undecided);
  };
  return key(a) < key(b);
}

std::uint64_t hash_of(const Finding& finding) {
  const Location& at = finding.place;
  std::string all;
  for (const std::string* text : {&finding.rule, &finding.subject, &at.uri, &finding.expected, &finding.found,
                                  &finding.evidence, &finding.remedy, &finding.id, &finding.kind})
    all += *text + '\0';
  for (const std::size_t number : {at.line, at.column, at.end_line, at.end_column})
    all += std::to_string(number) + '\0';
  all += static_cast<char>(static_cast<int>(finding.severity) * 2 + (finding.undecided ? 1 : 0));
  return std::hash<std::string>()(all);
}

}  // namespace

void ListedFindings::add(Finding finding) {
  if (finding.others != 0) {
    others_ += finding.others;
    if (!counting_ || is_before(finding, *counting_)) counting_ = std::move(finding);
    return;
  }
  if (!known_.insert(hash_of(finding)).second) return;
  // Most come in order: those behind what is listed are only counted.
  if (first_.size() == kFindingsListed && is_before(first_.back(), finding)) return;
  first_.push_back(std::move(finding));
  if (first_.size() % kFindingsListed == 0) cut();
}

void ListedFindings::cut() {
  sort_findings(first_);
  if (first_.size() > kFindingsListed)
    first_.erase(first_.begin() + static_cast<std::ptrdiff_t>(kFindingsListed), first_.end());
}

std::vector<Finding> ListedFindings::take() && {
  cut();
  const std::size_t others = others_ + known_.size() - first_.size();
  if (others == 0) return std::move(first_);
  Finding more = first_.empty() ? *counting_ : first_.front();
  more.place = first_.empty() ? more.place : first_.back().place;
  const auto differs = [&](const Finding& one) { return one.expected != more.expected; };
  if (std::any_of(first_.begin(), first_.end(), differs)) more.expected.clear();
  more.subject = "… and " + std::to_string(others) + " more";
  more.found = std::to_string(others) + " more like these, which are not listed; all of them were judged";
  more.evidence.clear();
  more.others = others;
  first_.push_back(std::move(more));
  return std::move(first_);
}

std::vector<std::string> listed(std::vector<std::string> texts) {
  if (texts.size() <= kFindingsListed) return texts;
  const std::size_t others = texts.size() - kFindingsListed;
  texts.resize(kFindingsListed);
  texts.push_back("… and " + std::to_string(others) + " more");
  return texts;
}

void sort_findings(std::vector<Finding>& findings) { std::stable_sort(findings.begin(), findings.end(), is_before); }

}  // namespace supply
