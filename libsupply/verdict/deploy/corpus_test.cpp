// The hardened deployments of testdata/deploy have no finding; each fault that is put into them is found once, at its
// line; what means the same, or only looks like a fault, has none.
#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/deploy/read.hpp"
#include "libsupply/verdict/deploy/profiles.hpp"
#include "libsupply/verdict/deploy/score.hpp"

using namespace supply;

namespace {

std::string file(const std::string& name) {
  std::ifstream in(name);
  if (!in) return "";
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

struct Case {
  std::string directory = "testdata/deploy/hardened";
  std::map<std::string, std::string> files = {};  // as they are after the edits

  std::string text(const std::string& name) {
    if (files.count(name) == 0) files[name] = file(directory + "/" + name);
    return files[name];
  }

  // All findings that are no notes, as "RULE PLACE: SUBJECT: FOUND".
  std::vector<Finding> judge(const std::vector<std::string>& names, const std::string& env_file = "") {
    deploy::Options options;
    options.open = [&](const std::string& path) -> Result<std::string> {
      const std::string found = text(path);
      if (found.empty()) return Error(ErrorCode::not_found, "no file " + path);
      return found;
    };
    if (!env_file.empty()) options.env_files.push_back({".env", env_file});
    std::vector<deploy::File> given;
    for (const std::string& name : names) given.push_back({name, text(name)});
    const auto deployment = deploy::read(given, options);
    if (!deployment) {
      FAIL(deployment.error().message());
      return {};
    }
    deploy::Surrounding around;
    if (const std::string inventory = text("inventory.json"); !inventory.empty()) {
      auto read = deploy::Inventory::parse(inventory);
      if (!read) FAIL(read.error().message());
      else around.inventory = *std::move(read);
    }
    around.directory = "/srv/shop";
    around.images["registry.example/shop/named:1.0"] = {"app", 1000, true};
    around.images["registry.example/shop/rooted:1.0"] = {"app", 0, true};
    around.images["registry.example/shop/plain:1.0"] = {"1000", std::nullopt, false};
    around.images["registry.example/shop/root:1.0"] = {"", std::nullopt, false};
    deploy::read_profiles(*deployment, options.open,
                          {{"profiles/apparmor", text("profiles/apparmor")},
                           {"profiles/media", text("profiles/media")},
                           {"profiles/exporter", text("profiles/exporter")},
                           {"profiles/node.json", text("profiles/seccomp.json")}},
                          around);
    std::vector<Finding> all;
    for (const deploy::RuleFindings& each : deploy::judge(*deployment, around))
      for (const Finding& finding : each.findings) all.push_back(finding);
    return all;
  }
};

std::string shown(const std::vector<Finding>& findings) {
  std::string all;
  for (const Finding& one : findings)
    all += "\n  " + one.rule + " " + to_string(one.place) + ": " + one.subject + ": " + one.found +
           (one.undecided                       ? " (undecided)"
            : one.severity == Severity::warning ? " (warning)"
                                                : "");
  return all;
}

std::size_t line_of(const std::string& text, const std::string& mark) {
  const std::size_t at = text.find(mark);
  if (at == std::string::npos) return 0;
  return 1 + static_cast<std::size_t>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

std::vector<std::string> names_of(const nlohmann::json& one) {
  std::vector<std::string> names{one.value("base", "compose.yaml")};
  const nlohmann::json files = one.value("files", nlohmann::json::object());
  for (const auto& [name, text] : files.items())
    if (name.ends_with(".over.yaml")) names.push_back(name);
  return names;
}

// Makes the edits; the first place of each `from` must be there.
Case edited(const nlohmann::json& one) {
  Case made;
  const nlohmann::json files = one.value("files", nlohmann::json::object());
  const nlohmann::json edits = one.value("edits", nlohmann::json::array());
  for (const auto& [name, text] : files.items()) made.files[name] = text.get<std::string>();
  const std::string base = one.value("base", "compose.yaml");
  for (const auto& edit : edits) {
    const std::string name = edit.size() > 2 ? edit[2].get<std::string>() : base;
    std::string text = made.text(name);
    const std::string from = edit[0].get<std::string>();
    const std::size_t at = text.find(from);
    INFO("edit of " << from);
    if (at == std::string::npos || text.find(from, at + 1) != std::string::npos) {
      FAIL(one["name"].get<std::string>() + ": not once in the file: " + from);
      return made;
    }
    made.files[name] = text.replace(at, from.size(), edit[1].get<std::string>());
  }
  return made;
}

nlohmann::json cases(const std::string& name) {
  const auto read = json::parse(file("testdata/deploy/" + name));
  if (!read) FAIL(read.error().message());
  return *read;
}

}  // namespace

TEST_CASE("the hardened deployments have no finding") {
  for (const char* name :
       {"compose.yaml", "library.yaml", "media.yaml", "kubernetes.yaml", "clinic.yaml", "platform.yaml"}) {
    Case one;
    CHECK(shown(one.judge({name})) == "");
  }
}

TEST_CASE("each single fault is found once, at its line") {
  const nlohmann::json all = cases("faults.json");
  CHECK(all.size() >= 1700);
  for (const auto& one : all) {
    Case made = edited(one);
    const std::string name = one["name"].get<std::string>();
    const std::vector<Finding> found = made.judge(names_of(one), one.value("env", ""));
    INFO(name << ": " << shown(found));
    CHECK(found.size() == 1);
    if (found.size() != 1) continue;
    CHECK(found[0].rule == one["rule"].get<std::string>());
    CHECK(found[0].subject.starts_with(one.value("subject", "")));
    const std::string where = one.value("in", one.value("base", "compose.yaml"));
    CHECK(found[0].place.uri == where);
    CHECK(found[0].place.line == line_of(made.text(where), one["at"].get<std::string>()));
    CHECK(found[0].place.column != 0);
  }
}

TEST_CASE("what means the same, or only looks like a fault, has no finding") {
  const nlohmann::json all = cases("spellings.json");
  CHECK(all.size() >= 700);
  for (const auto& one : all) {
    Case made = edited(one);
    INFO(one["name"].get<std::string>());
    CHECK(shown(made.judge(names_of(one), one.value("env", ""))) == "");
  }
}

TEST_CASE("the container chapter's stack has the chapter's scores, and its hardenings are missed before") {
  Case after{"testdata/deploy/chapter"};
  deploy::Options options;
  options.open = [&](const std::string& path) -> Result<std::string> { return Error(ErrorCode::not_found, path); };
  const auto deployment = deploy::read({{"after.yaml", after.text("after.yaml")}}, options);
  if (!deployment) FAIL(deployment.error().message());
  const deploy::Score score = deploy::classic_score(*deployment);
  std::string all;
  for (const deploy::WorkloadScore& each : score.workloads)
    all += each.subject + " " + std::to_string(each.score) + "\n";
  CHECK(all == "service nginx 40\nservice web-app 100\nservice postgres 70\nservice redis 100\nservice monitor 85\n");
  CHECK(score.text() == "79.00");
  const auto before = deploy::read({{"before.yaml", after.text("before.yaml")}}, options);
  if (!before) FAIL(before.error().message());
  const auto findings = deploy::judge(*before, {});
  const deploy::Score corrected = deploy::corrected_score(*before, findings);
  CHECK(corrected.hundredths < 5000);
  for (const deploy::WorkloadScore& each : corrected.workloads) CHECK(each.critical);
  std::set<std::string> rules;
  for (const deploy::RuleFindings& each : findings)
    if (!each.findings.empty()) rules.insert(std::string(each.rule->id));
  for (const char* rule : {"deploy/non-root", "deploy/read-only", "deploy/capabilities-dropped",
                           "deploy/no-new-privileges", "deploy/limits", "deploy/health", "deploy/published-ports",
                           "deploy/secrets-in-environment", "deploy/host-paths", "deploy/internal-networks",
                           "deploy/image-tag", "deploy/privileged", "deploy/host-namespaces"})
    CHECK(rules.count(rule) == 1);
}

TEST_CASE("a mean of scores is rounded with ties to even") {
  deploy::Deployment deployment;
  CHECK(deploy::classic_score(deployment).text() == "0.00");
  CHECK(deploy::color_of_score(81) == "green");
  CHECK(deploy::color_of_score(80) == "orange");
  CHECK(deploy::color_of_score(60) == "red");
}

TEST_CASE("an inventory is read strictly, and an absent list is not known") {
  const auto read = deploy::Inventory::parse(
      R"({"version":1,"secrets":["a",{"namespace":"n","name":"b","keys":["k"],"created":"2026-01-02T03:04:05Z"}]})");
  REQUIRE(read);
  CHECK(read->secrets->size() == 2);
  CHECK(read->secrets->at(1).created);
  CHECK_FALSE(read->networks);
  for (const char* text :
       {"[]", "{}", R"({"version":2})", R"({"version":1,"secret":[]})", R"({"version":1,"secrets":{}})",
        R"({"version":1,"secrets":[{"name":"a","x":1}]})", R"({"version":1,"secrets":[{"name":"a","created":"x"}]})"}) {
    INFO(text);
    CHECK_FALSE(deploy::Inventory::parse(text));
  }
}

TEST_CASE("every rule has an id, a title and a guide, once") {
  std::set<std::string_view> ids;
  for (const deploy::DeploymentRule* rule : deploy::all_rules()) {
    CHECK(ids.insert(rule->id).second);
    CHECK(rule->id.starts_with("deploy/"));
    CHECK(rule->guide.size() > 40);
    CHECK(rule->title.size() > 10);
  }
}
