// For a person with a browser: one page without scripts and without anything to fetch.
#include <fmt/format.h>

#include <algorithm>

#include "libsupply/verdict/report/format.hpp"
#include "libsupply/verdict/report/internal/xml.hpp"

namespace supply::report::formats {

namespace {

constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
)";
constexpr std::string_view kStyle = R"(<style>
:root { color-scheme: light dark; --text: #1b1f24; --faint: #59636e; --page: #fff; --line: #d8dee4;
  --good: #116329; --good-page: #dcf5e3; --bad: #a40e26; --bad-page: #ffe2e0; --open: #7a5200; --open-page: #fff3cf; }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --faint: #9198a1; --page: #0d1117; --line: #3d444d;
  --good: #7ee2a8; --good-page: #12351f; --bad: #ffb3ad; --bad-page: #4b1113; --open: #f2cc60; --open-page: #3b2d00; } }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; color: var(--text);
  background: var(--page); overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; margin: .5rem 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; line-height: 1.7; } h3 { font-size: 1rem; margin: 0; }
code { font: .87em ui-monospace, monospace; } ul { padding-left: 1.2rem; margin: .3rem 0; } li { margin: .2rem 0; }
a { color: inherit; }
section { border-top: 1px solid var(--line); padding: .6rem 0; } section p { margin: .2rem 0; }
.badge { border-radius: 3px; padding: .1em .5em; font-weight: 600; white-space: nowrap; }
.allow, .satisfied { background: var(--good-page); color: var(--good); }
.deny, .denied { background: var(--bad-page); color: var(--bad); }
.undecided, .excepted, .warned { background: var(--open-page); color: var(--open); }
dl { display: grid; grid-template-columns: minmax(5rem, max-content) 1fr; gap: 0 1rem; margin: .4rem 0 .6rem; }
dt, .faint { color: var(--faint); } dd { margin: 0; }
table { border-collapse: collapse; width: 100%; margin: 1rem 0; font-size: .9rem; }
th { text-align: left; color: var(--faint); font-weight: 600; white-space: nowrap; } td, th { padding: .35rem .5rem .35rem 0; vertical-align: top; }
tr { border-bottom: 1px solid var(--line); }
@media (max-width: 60rem) { thead { display: none; } table, tbody, tr, td { display: block; } tr { padding: .5rem 0; }
  td { display: grid; grid-template-columns: 8rem 1fr; padding: .1rem 0; justify-items: start; }
  td::before { content: attr(data-column); color: var(--faint); } }
@media (max-width: 30rem) { dl { gap: 0 .6rem; } }
</style>
)";

std::string badge(std::string_view word) { return fmt::format("<span class=\"badge {0}\">{0}</span>", word); }

std::string row(std::string_view name, std::string_view value) {
  return value.empty() ? "" : fmt::format("<dt>{}</dt><dd>{}</dd>", name, xml(value));
}

std::string rule(const gate::RuleOutcome& outcome, SubjectKind kind) {
  std::string out = fmt::format(
      "<section>\n<h3>{} {}{}</h3>\n<p>{}</p>\n", badge(to_string(outcome.status)), xml(outcome.rule),
      outcome.match.empty() ? "" : fmt::format(" <code>{}</code>", xml(outcome.match)), xml(outcome.said()));
  const std::string whose = row("asked by", outcome.file) + row("counts", when_it_counts(outcome));
  if (!whose.empty()) out += fmt::format("<dl>{}</dl>\n", whose);
  for (const Finding& one : outcome.findings) {
    const bool has_place = kind == SubjectKind::file || one.place.line != 0;
    out += fmt::format("<dl>{}{}{}{}{}{}{}</dl>\n", row("place", has_place ? to_string(one.place) : ""),
                       row(one.severity == Severity::warning ? "warning" : "subject", one.subject),
                       row("expected", one.expected), row("found", one.found), row("evidence", one.evidence),
                       row("id", one.id == one.subject ? "" : one.id),
                       row("remedy", one.severity == Severity::note ? "" : one.remedy));
  }
  for (const gate::Excused& each : outcome.excused)
    out += fmt::format("<dl>{}{}</dl>\n",
                       row("exception", fmt::format("{}, until {}: {}", each.exception.owner,
                                                    to_rfc3339(each.exception.expires), each.exception.reason)),
                       row("covers", fmt::format("{}", fmt::join(listed(each.findings), ", "))));
  return out + "</section>\n";
}

std::string notes(const std::vector<Note>& notes) {
  std::string out = row("not asked", not_asked(notes));
  for (const Note& note : notes)
    if (note.kind != "notAsked") out += row(words_of(note.kind), note.text);
  return out.empty() ? out : fmt::format("<dl>{}</dl>\n", out);
}

int urgency(policy::RuleStatus status) {
  switch (status) {
    case policy::RuleStatus::denied: return 0;
    case policy::RuleStatus::undecided: return 1;
    case policy::RuleStatus::warned: return 2;
    case policy::RuleStatus::excepted: return 3;
    case policy::RuleStatus::satisfied: return 4;
  }
  return 0;
}

std::string subject(const JudgedSubject& subject, std::size_t number) {
  std::string out =
      fmt::format("<h2 id=\"subject-{}\">{} {}</h2>\n", number, badge(to_string(subject.verdict)), xml(subject.name));
  if (subject.digest) out += fmt::format("<p><code>{}</code></p>\n", xml(subject.digest->to_string()));
  if (subject.error)
    out += fmt::format("<p>{}: {}</p>\n", to_string(subject.error->code()), xml(subject.error->message()));
  if (!subject.platforms.empty()) out += "<ul>\n";
  for (const JudgedPlatform& each : subject.platforms)
    out += fmt::format("<li>{} <code>{}</code></li>\n", xml(each.platform), xml(each.manifest));
  if (!subject.platforms.empty()) out += "</ul>\n";
  // What asks for something to be done is read first.
  std::vector<const gate::RuleOutcome*> outcomes;
  for (const gate::RuleOutcome& outcome : subject.rules) outcomes.push_back(&outcome);
  std::stable_sort(outcomes.begin(), outcomes.end(), [](const gate::RuleOutcome* a, const gate::RuleOutcome* b) {
    return urgency(a->status) < urgency(b->status);
  });
  for (const gate::RuleOutcome* outcome : outcomes) out += rule(*outcome, subject.kind);
  return out + notes(subject.notes);
}

/// Of several subjects, what each was told, with a link to why.
std::string contents(const std::vector<JudgedSubject>& subjects) {
  if (subjects.size() < 2) return {};
  std::string out = "<ul>\n";
  for (std::size_t i = 0; i < subjects.size(); ++i)
    out += fmt::format("<li>{} <a href=\"#subject-{}\">{}</a></li>\n", badge(to_string(subjects[i].verdict)), i + 1,
                       xml(subjects[i].name));
  return out + "</ul>\n";
}

std::string table(const Overview& overview) {
  std::string out = "<table>\n<thead><tr>";
  for (const std::string& column : overview.columns) out += fmt::format("<th scope=\"col\">{}</th>", xml(column));
  out += "</tr></thead>\n<tbody>\n";
  for (const auto& row : overview.rows) {
    out += "<tr>";
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string text = xml(row[i].text);
      out += fmt::format("<td data-column=\"{}\"><span{}>{}</span></td>",
                         i < overview.columns.size() ? xml(overview.columns[i]) : "",
                         row[i].look.empty() ? "" : fmt::format(" class=\"badge {}\"", row[i].look), text);
    }
    out += "</tr>\n";
  }
  return out + "</tbody>\n</table>\n";
}

std::string write(const Run& run, const TextStyle&) {
  std::string out = fmt::format(
      "{}{}<title>supply {}: {}</title>\n{}</head>\n<body>\n<h1>{} supply {}</h1>\n<dl>", kHead,
      run.refresh.count() == 0 ? ""
                               : fmt::format("<meta http-equiv=\"refresh\" content=\"{}\">\n", run.refresh.count()),
      xml(run.verb), to_string(run.verdict), kStyle, badge(to_string(run.verdict)), xml(run.verb));
  for (const Asked& asked : run.asked)
    out += row(asked.what, asked.text + (asked.digest ? " " + asked.digest->to_string() : ""));
  if (run.time) out += row("time", to_rfc3339(*run.time) + (run.simulated_time ? " (simulated)" : ""));
  out += "</dl>\n";
  out += run.overview ? table(*run.overview) : contents(run.subjects);
  for (std::size_t i = 0; i < run.subjects.size(); ++i) out += subject(run.subjects[i], i + 1);
  return out + notes(run.notes) + "</body>\n</html>\n";
}

}  // namespace

const Format& html() {
  static constexpr Format format{"html", write};
  return format;
}

}  // namespace supply::report::formats
