#include "libsupply/verdict/policy/case_file.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "libsupply/verdict/policy/internal/policy_node.hpp"
#include "libsupply/verdict/policy/rule.hpp"

namespace supply::policy {

namespace {

Result<Case> read_case(const PolicyNode& node, std::size_t line) {
  SUPPLY_TRY(node.only({"name", "image", "called", "now", "expect", "rules", "findings"}));
  SUPPLY_TRY(const PolicyNode called_node, node.require("called"));
  SUPPLY_TRY(const std::string called_text, called_node.text());
  auto called = oci::Reference::parse(called_text);
  if (!called) return called_node.error(called.error().message());
  Case one{.name = {}, .image = {}, .called = *std::move(called), .now = {}, .expect = {}, .line = line};
  SUPPLY_TRY(const PolicyNode name, node.require("name"));
  SUPPLY_TRY(one.name, name.text());
  SUPPLY_TRY(const PolicyNode image, node.require("image"));
  SUPPLY_TRY(one.image, image.text());
  if (one.image.starts_with('/') || one.image.find("..") != std::string::npos)
    return image.error("a recorded image lies in the directory itself");
  SUPPLY_TRY(const PolicyNode now, node.require("now"));
  SUPPLY_TRY(one.now, now.time());
  SUPPLY_TRY(const PolicyNode expect, node.require("expect"));
  SUPPLY_TRY(one.expect, expect.word({"allow", "deny", "undecided"}));
  if (const auto rules = node.find("rules")) {
    SUPPLY_TRY(const auto members, rules->members());
    for (const auto& [rule, status] : members) {
      if (find_rule(rule) == nullptr && rule != "images") {
        std::vector<std::string_view> known;
        for (const Rule* each : all_rules()) known.push_back(each->id);
        return status.error(unknown("rule", rule, known));
      }
      SUPPLY_TRY(one.rules[rule], status.word({"satisfied", "denied", "warned", "excepted", "undecided"}));
    }
  }
  if (const auto findings = node.find("findings")) {
    SUPPLY_TRY(const std::vector<std::string> ids, findings->texts());
    one.findings.insert(ids.begin(), ids.end());
  }
  return one;
}

std::string json_text(std::string_view text) { return nlohmann::json(std::string(text)).dump(); }

}  // namespace

Result<CaseFile> read_cases(std::string_view yaml, const std::string& name) {
  auto document = yaml::Document::parse(yaml);
  if (!document) return Error(ErrorCode::usage, document.error().message()).at(name);
  const auto read = [&]() -> Result<CaseFile> {
    const PolicyNode root(*document);
    SUPPLY_TRY(root.only({"version", "policy", "cases"}));
    SUPPLY_TRY(const PolicyNode version, root.require("version"));
    SUPPLY_TRY(version.integer(1, 1));
    CaseFile file;
    SUPPLY_TRY(const PolicyNode policy, root.require("policy"));
    SUPPLY_TRY(file.policy, policy.text());
    SUPPLY_TRY(const PolicyNode cases, root.require("cases"));
    SUPPLY_TRY(const std::vector<PolicyNode> nodes, cases.list());
    // A file without a case tests nothing, and nothing must not pass.
    if (nodes.empty()) return cases.error("want at least one case");
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      SUPPLY_TRY(Case one, read_case(nodes[i], document->line_of("/cases/" + std::to_string(i))));
      file.cases.push_back(std::move(one));
    }
    return file;
  };
  auto file = read();
  if (!file) return std::move(file).error().at(name);
  return file;
}

std::string to_text(const CaseFile& file) {
  std::string text = fmt::format("version: 1\npolicy: {}\ncases:\n", json_text(file.policy));
  for (const Case& one : file.cases) {
    text += fmt::format("  - name: {}\n    image: {}\n    called: {}\n    now: {}\n    expect: {}\n",
                        json_text(one.name), json_text(one.image), json_text(one.called.to_string()),
                        json_text(to_rfc3339(one.now)), one.expect);
    if (!one.rules.empty()) text += "    rules:\n";
    for (const auto& [rule, status] : one.rules) text += fmt::format("      {}: {}\n", rule, status);
    if (!one.findings.empty()) text += "    findings:\n";
    for (const std::string& id : one.findings) text += fmt::format("      - {}\n", json_text(id));
  }
  return text;
}

}  // namespace supply::policy
