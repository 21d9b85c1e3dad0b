#include "libsupply/verdict/policy/internal/exceptions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/deploy/deployment_rule.hpp"
#include "libsupply/verdict/policy/internal/policy_scope.hpp"
#include "libsupply/verdict/policy/rule.hpp"

namespace supply::policy {

namespace {

/// Rules over workloads have no part in an entry about images.
bool is_deployment_rule(std::string_view id) {
  const auto all = deploy::all_rules();
  return std::any_of(all.begin(), all.end(), [&](const deploy::DeploymentRule* each) { return each->id == id; });
}

Result<std::string> read_rule(const PolicyNode& node) {
  SUPPLY_TRY(std::string id, node.text());
  if (find_rule(id) != nullptr || is_deployment_rule(id)) return id;
  // Until 0.1.0 one rule judged all of the section `config`, so that an excuse for `:latest` was one for a password.
  if (id == "config")
    return node.error(
        "rule \"config\" is five rules now: name the one that is excepted: user, secrets, tag, pinned or labels");
  std::vector<std::string_view> known;
  for (const Rule* each : all_rules()) known.push_back(each->id);
  for (const deploy::DeploymentRule* each : deploy::all_rules()) known.push_back(each->id);
  return node.error(unknown("rule", id, known));
}

/// A deployment's workloads and findings have names with white space: "service web", "Deployment shop/web: A".
Status check_name(const PolicyNode& node, const std::string& text) {
  if (text.find_first_not_of("*?/ ") == std::string::npos)
    return node.error(fmt::format("{} is everything: an exception is for some", quote(text)));
  return {};
}

Result<std::vector<std::string>> read_workloads(const PolicyNode& node) {
  SUPPLY_TRY(const std::vector<PolicyNode> nodes, node.text_nodes());
  std::vector<std::string> all;
  for (const PolicyNode& each : nodes) {
    SUPPLY_TRY(std::string text, each.text());
    SUPPLY_TRY(check_name(each, text));
    all.push_back(std::move(text));
  }
  return all;
}

/// That the text can be the id of a finding of the rule, or a pattern of such: what never is one would excuse nothing,
/// silently, and what is every one would excuse all.
Status check_finding(const PolicyNode& node, const Rule& rule, const std::string& id) {
  if (rule.id.empty()) return check_name(node, id);  // of a deployment's rules
  if (id.find('*') != std::string::npos) {
    SUPPLY_TRY(check_pattern(node, id));
    if (id.find_first_not_of("*?/") == std::string::npos)
      return node.error(fmt::format("finding {} is every finding; leave findings out to say so", quote(id)));
  }
  if (rule.not_a_finding != nullptr)
    if (const std::string why = rule.not_a_finding(id); !why.empty())
      return node.error(fmt::format("finding {}{}", quote(id), why));
  return {};
}

Result<std::vector<std::string>> read_findings(const PolicyNode& entry, const Rule& rule) {
  std::vector<std::string> ids;
  const auto findings = entry.find("findings");
  if (!findings) {
    if (rule.exceptions == ExceptionScope::named_findings)
      return entry.error(fmt::format(
          "rule {} wants findings: the ids of those that are excepted, as the report has them", quote(rule.id)));
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

/// Digests, and patterns of names: a digest is told by its algorithm.
Status read_images(const PolicyNode& node, Exception& exception) {
  SUPPLY_TRY(const std::vector<PolicyNode> nodes, node.text_nodes());
  for (const PolicyNode& each : nodes) {
    SUPPLY_TRY(const std::string text, each.text());
    auto digest = Digest::parse(text);
    if (digest) {
      exception.images.push_back(*std::move(digest));
      continue;
    }
    if (text.starts_with("sha256:") || text.starts_with("sha512:")) return each.error(digest.error().message());
    if (text.find_first_not_of("*?/") == std::string::npos)
      return each.error(fmt::format("{} is every image: an exception is for some", quote(text)));
    SUPPLY_TRY(check_pattern(each, text));
    auto pattern = ImagePattern::parse(text);
    if (!pattern) return each.error(pattern.error().message());
    exception.patterns.push_back(*std::move(pattern));
  }
  return {};
}

Result<Exception> read_exception(const PolicyNode& entry) {
  SUPPLY_TRY(entry.only({"rule", "images", "workloads", "findings", "reason", "owner", "expires"}));
  SUPPLY_TRY(const PolicyNode rule, entry.require("rule"));
  const auto images = entry.find("images"), workloads = entry.find("workloads");
  SUPPLY_TRY(const PolicyNode reason, entry.require("reason"));
  SUPPLY_TRY(const PolicyNode owner, entry.require("owner"));
  SUPPLY_TRY(const PolicyNode expires, entry.require("expires"));
  Exception exception;
  SUPPLY_TRY(exception.rule, read_rule(rule));
  static constexpr Rule kOfDeployments{};  // has no part in a policy but its exceptions
  const bool of_workloads = is_deployment_rule(exception.rule);
  const Rule& known = of_workloads ? kOfDeployments : *find_rule(exception.rule);
  if (of_workloads && images) return images->error(fmt::format("rule {} is about workloads", quote(exception.rule)));
  if (of_workloads && !workloads) return entry.error("missing member \"workloads\"");
  if (!of_workloads && !images) return entry.error("missing member \"images\"");
  if (!images && !workloads) return entry.error("want images or workloads");
  if (images) SUPPLY_TRY(read_images(*images, exception));
  if (workloads) {
    if (!of_workloads) return workloads->error(fmt::format("rule {} is about images", quote(exception.rule)));
    SUPPLY_TRY(exception.workloads, read_workloads(*workloads));
  }
  SUPPLY_TRY(exception.findings, read_findings(entry, known));
  SUPPLY_TRY(exception.reason, reason.text());
  SUPPLY_TRY(exception.owner, owner.text());
  SUPPLY_TRY(exception.expires, expires.time());
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
