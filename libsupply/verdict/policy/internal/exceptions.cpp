#include "libsupply/verdict/policy/internal/exceptions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/pkg/purl.hpp"
#include "libsupply/verdict/policy/rule.hpp"

namespace supply::policy {

namespace {

Result<std::string> read_rule(const PolicyNode& node) {
  SUPPLY_TRY(std::string id, node.text());
  if (find_rule(id) != nullptr) return id;
  // Until 0.1.0 one rule judged all of the section `config`, so that an excuse for `:latest` was one for a password.
  if (id == "config")
    return node.error(
        "rule \"config\" is five rules now: name the one that is excepted: user, secrets, tag, pinned or labels");
  std::vector<std::string_view> known;
  for (const Rule* each : all_rules()) known.push_back(each->id);
  return node.error(unknown("rule", id, known));
}

/// That the text can be the id of a finding of the rule: what never is one would excuse nothing, silently.
Status check_finding(const PolicyNode& node, std::string_view rule, const std::string& id) {
  if (id.find('*') != std::string::npos)
    return node.error(fmt::format("finding {}: a finding is named exactly, without wildcards", quote(id)));
  if (rule == "packages" || rule == "licenses") {
    auto purl = pkg::Purl::parse(id);
    if (!purl) return node.error(fmt::format("finding {}: {}", quote(id), purl.error().message()));
    if (purl->to_string() != id)
      return node.error(fmt::format("finding {} is not canonical: write {}", quote(id), quote(purl->to_string())));
    if (id.find_first_of("?#") != std::string::npos)
      return node.error(fmt::format("finding {}: qualifiers and subpaths are not compared", quote(id)));
  }
  if (rule == "secrets" && !id.starts_with("env/") && !id.starts_with("label/") && !id.starts_with("history/"))
    return node.error(
        fmt::format("finding {}: want env/NAME, label/NAME or history/NAME, as the report has it", quote(id)));
  return {};
}

Result<std::vector<std::string>> read_findings(const PolicyNode& entry, std::string_view rule) {
  std::vector<std::string> ids;
  const auto findings = entry.find("findings");
  if (!findings) {
    if (rule == "secrets" || rule == "labels")
      return entry.error(fmt::format(
          "rule {} wants findings: the ids of those that are excepted, as the report has them", quote(rule)));
    return ids;
  }
  SUPPLY_TRY(const std::vector<PolicyNode> nodes, findings->text_nodes());
  for (const PolicyNode& each : nodes) {
    SUPPLY_TRY(std::string id, each.text());
    SUPPLY_TRY(check_finding(each, rule, id));
    ids.push_back(std::move(id));
  }
  return ids;
}

Result<Time> read_expiry(const PolicyNode& node) {
  SUPPLY_TRY(std::string moment, node.text());
  constexpr std::size_t kDateBytes = 10;  // "2027-01-31": from its first second on
  auto time = parse_rfc3339(moment.size() == kDateBytes ? moment + "T00:00:00Z" : moment);
  if (!time) return node.error("want a date or time as RFC 3339 has it: " + time.error().message());
  return *time;
}

Result<Exception> read_exception(const PolicyNode& entry) {
  SUPPLY_TRY(entry.only({"rule", "images", "findings", "reason", "owner", "expires"}));
  SUPPLY_TRY(const PolicyNode rule, entry.require("rule"));
  SUPPLY_TRY(const PolicyNode images, entry.require("images"));
  SUPPLY_TRY(const PolicyNode reason, entry.require("reason"));
  SUPPLY_TRY(const PolicyNode owner, entry.require("owner"));
  SUPPLY_TRY(const PolicyNode expires, entry.require("expires"));
  Exception exception;
  SUPPLY_TRY(exception.rule, read_rule(rule));
  SUPPLY_TRY(const std::vector<PolicyNode> digests, images.text_nodes());
  for (const PolicyNode& each : digests) {
    SUPPLY_TRY(const std::string text, each.text());
    auto digest = Digest::parse(text);
    if (!digest) return each.error(digest.error().message());
    exception.images.push_back(*std::move(digest));
  }
  SUPPLY_TRY(exception.findings, read_findings(entry, exception.rule));
  SUPPLY_TRY(exception.reason, reason.text());
  SUPPLY_TRY(exception.owner, owner.text());
  SUPPLY_TRY(exception.expires, read_expiry(expires));
  return exception;
}

}  // namespace

Result<std::vector<Exception>> read_exceptions(const PolicyNode& node) {
  SUPPLY_TRY(const std::vector<PolicyNode> entries, node.list());
  std::vector<Exception> all;
  for (const PolicyNode& entry : entries) {
    SUPPLY_TRY(Exception exception, read_exception(entry));
    all.push_back(std::move(exception));
  }
  return all;
}

}  // namespace supply::policy
