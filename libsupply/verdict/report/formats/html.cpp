// For a person with a browser: one page without scripts and without anything to fetch.
#include <fmt/format.h>

#include "libsupply/verdict/report/format.hpp"
#include "libsupply/verdict/report/internal/sorted_facts.hpp"
#include "libsupply/verdict/report/internal/xml.hpp"

namespace supply::report::formats {

namespace {

constexpr std::string_view kHead = R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>supply gate</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2em auto; max-width: 75em; padding: 0 1em; color: #1b1f24; }
h1 { font-size: 1.5em; } h2 { font-size: 1.15em; margin-top: 2em; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .35em .6em; border-bottom: 1px solid #d8dee4; overflow-wrap: anywhere; }
th { font-weight: 600; white-space: nowrap; }
code { font: .87em ui-monospace, monospace; }
.badge { border-radius: 3px; padding: .1em .5em; font-weight: 600; white-space: nowrap; }
.allow, .satisfied { background: #dcf5e3; color: #116329; }
.deny, .denied { background: #ffe2e0; color: #a40e26; }
.undecided, .excepted { background: #fff3cf; color: #7a5200; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1em; margin: 0 0 .6em; } dt { color: #59636e; } dd { margin: 0; }
</style>
</head>
<body>
)";

std::string badge(std::string_view word) { return fmt::format("<span class=\"badge {0}\">{0}</span>", word); }

std::string row(std::string_view name, std::string_view value) {
  return value.empty() ? "" : fmt::format("<dt>{}</dt><dd>{}</dd>", name, xml(value));
}

std::string findings(const gate::RuleOutcome& outcome) {
  std::string out;
  for (const Finding& one : outcome.findings)
    out += fmt::format("<dl>{}{}{}{}{}{}</dl>\n",
                       row(one.severity == Severity::warning ? "warning" : "subject", one.subject),
                       row("expected", one.expected), row("found", one.found), row("evidence", one.evidence),
                       row("id", one.id == one.subject ? "" : one.id),
                       row("remedy", one.severity == Severity::note ? "" : one.remedy));
  for (const gate::Excused& each : outcome.excused)
    out += fmt::format("<dl>{}{}</dl>\n",
                       row("exception", fmt::format("{}, until {}: {}", each.exception.owner,
                                                    to_rfc3339(each.exception.expires), each.exception.reason)),
                       row("covers", fmt::format("{}", fmt::join(each.findings, ", "))));
  return out;
}

std::string image(const ImageVerdict& judgement) {
  std::string out = fmt::format("<h2>{} {}</h2>\n", xml(judgement.reference),
                                badge(judgement.error ? "undecided" : to_string(judgement.decision.verdict)));
  if (judgement.error)
    return out + fmt::format("<p>{}: {}</p>\n", to_string(judgement.error->code()), xml(judgement.error->message()));
  if (judgement.facts) {
    out += fmt::format("<p><code>{}</code></p>\n<ul>\n", judgement.facts->digest.to_string());
    for (const auto& [platform, manifest] : platforms(*judgement.facts))
      out += fmt::format("<li>{} <code>{}</code></li>\n", xml(platform), manifest);
    for (const oci::LeftOut& each : judgement.facts->left_out)
      out +=
          fmt::format("<li>left out <code>{}</code>: {}</li>\n", each.descriptor.digest.to_string(), xml(each.reason));
    out += "</ul>\n";
  }
  out += "<table>\n<tr><th>rule</th><th>answer</th><th>why</th></tr>\n";
  for (const gate::RuleOutcome& outcome : judgement.decision.outcomes)
    out += fmt::format("<tr><th>{}<br><code>{}</code></th><td>{}</td><td>{}\n{}</td></tr>\n", outcome.rule,
                       xml(outcome.match), badge(to_string(outcome.status)), xml(outcome.title), findings(outcome));
  out += "</table>\n";
  if (!judgement.decision.not_asked.empty())
    out += fmt::format("<p>Not asked: {}</p>\n", fmt::join(judgement.decision.not_asked, ", "));
  for (const policy::Exception& one : judgement.decision.unused)
    out += fmt::format("<p>Unused: exception for {} ({}, until {}) covers nothing: {}</p>\n", one.rule, xml(one.owner),
                       to_rfc3339(one.expires), xml(one.reason));
  for (const policy::Exception& one : judgement.decision.expired)
    out += fmt::format("<p>Expired: exception for {} ({}, until {}): {}</p>\n", one.rule, xml(one.owner),
                       to_rfc3339(one.expires), xml(one.reason));
  return out;
}

std::string write(const Report& report) {
  std::string out(kHead);
  out += fmt::format("<h1>{}</h1>\n<p>Policy <code>{}</code> {}<br>{}{}</p>\n", badge(to_string(overall(report))),
                     xml(report.policy_name), report.policy_digest ? report.policy_digest->to_string() : "",
                     to_rfc3339(report.now), report.simulated_time ? " (simulated time)" : "");
  for (const ImageVerdict& each : report.images) out += image(each);
  return out + "</body>\n</html>\n";
}

}  // namespace

const Format& html() {
  static constexpr Format format{"html", write};
  return format;
}

}  // namespace supply::report::formats
