// GitHub Actions. Source: actions.github.io/buildtypes/workflow/v1; docs.github.com "Variables reference".
#include <re2/re2.h>

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/secrets/credential.hpp"
#include "libsupply/trust/provenance/ci_system.hpp"

namespace supply::provenance {
namespace {

bool present(const Environment& environment) { return value_of(environment, "GITHUB_ACTIONS") == "true"; }

// What a workflow_dispatch was started with. The values are the caller's: one that is a secret is masked.
Status add_inputs(const Environment& environment, json::Value& external, std::vector<std::string>& notes) {
  const std::string event = value_of(environment, "GITHUB_EVENT_NAME");
  if (event != "workflow_dispatch" && event != "repository_dispatch") return {};
  const std::string text = value_of(environment, kGithubEvent);
  if (text.empty()) {
    notes.push_back("the event's inputs are not known (GITHUB_EVENT_PATH): name them with --param");
    return {};
  }
  const auto payload = json::parse(text);
  if (!payload || !payload->is_object())
    return Error(ErrorCode::malformed, "the file that GITHUB_EVENT_PATH names is no JSON object");
  const json::Value* inputs = json::find(*payload, event == "workflow_dispatch" ? "inputs" : "client_payload");
  if (inputs == nullptr || !inputs->is_object()) return {};
  std::size_t hidden = 0;
  for (const auto& [name, value] : inputs->items()) {
    const std::string shown = value.is_string() ? value.get<std::string>() : json::to_text(value);
    const bool secret = secrets::secret_variable(name, shown).has_value();
    external["inputs"][name] = secret ? json::Value("[MASKED]") : value;
    hidden += secret ? 1 : 0;
  }
  if (hidden > 0) notes.push_back(std::to_string(hidden) + " inputs are listed without their values");
  return {};
}

Result<BuildFacts> read(const Environment& environment) {
  SUPPLY_TRY(const std::string repository, require(environment, "GITHUB_REPOSITORY"));
  SUPPLY_TRY(const std::string workflow_ref, require(environment, "GITHUB_WORKFLOW_REF"));
  SUPPLY_TRY(const std::string ref, require(environment, "GITHUB_REF"));
  SUPPLY_TRY(const std::string sha, require(environment, "GITHUB_SHA"));
  SUPPLY_TRY(const std::string run, require(environment, "GITHUB_RUN_ID"));
  SUPPLY_TRY(const std::string attempt, require(environment, "GITHUB_RUN_ATTEMPT"));
  std::string server = value_of(environment, "GITHUB_SERVER_URL");
  if (server.empty()) server = "https://github.com";
  while (server.ends_with('/')) server.pop_back();

  static const RE2 name("[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+", RE2::Quiet), commit("[0-9a-f]{40}|[0-9a-f]{64}", RE2::Quiet),
      number("[0-9]+", RE2::Quiet), url("https?://[A-Za-z0-9.:-]+", RE2::Quiet),
      workflow("([A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+)/([^@]+)@(\\S+)", RE2::Quiet);
  if (!RE2::FullMatch(repository, name)) return wrong_variable("GITHUB_REPOSITORY", repository, "owner/name");
  if (!RE2::FullMatch(sha, commit)) return wrong_variable("GITHUB_SHA", sha, "40 hex digits");
  if (!ref.starts_with("refs/")) return wrong_variable("GITHUB_REF", ref, "refs/…");
  if (!RE2::FullMatch(run, number)) return wrong_variable("GITHUB_RUN_ID", run, "a number");
  if (!RE2::FullMatch(attempt, number)) return wrong_variable("GITHUB_RUN_ATTEMPT", attempt, "a number");
  if (!RE2::FullMatch(server, url)) return wrong_variable("GITHUB_SERVER_URL", server, "https://host");
  std::string workflow_repository, path, path_ref;
  if (!RE2::FullMatch(workflow_ref, workflow, &workflow_repository, &path, &path_ref))
    return wrong_variable("GITHUB_WORKFLOW_REF", workflow_ref, "owner/name/path@ref");
  // What was built is GITHUB_REPOSITORY at GITHUB_SHA. An organisation's required workflow lies in another repository,
  // which then is in front of its path. Source: actions/toolkit, packages/attest/src/provenance.ts.
  if (workflow_repository != repository) path = workflow_repository + "/" + path;

  json::Value internal = json::Value::object();
  for (const auto& [key, variable] :
       {std::pair{"event_name", "GITHUB_EVENT_NAME"}, std::pair{"repository_id", "GITHUB_REPOSITORY_ID"},
        std::pair{"repository_owner_id", "GITHUB_REPOSITORY_OWNER_ID"},
        std::pair{"runner_environment", "RUNNER_ENVIRONMENT"}}) {
    const std::string value = value_of(environment, variable);
    if (!value.empty()) internal["github"][key] = value;
  }
  json::Value external = {{"workflow", {{"ref", path_ref}, {"repository", server + "/" + repository}, {"path", path}}}};

  BuildFacts facts;
  SUPPLY_TRY(add_inputs(environment, external, facts.notes));
  facts.builder_id = server + "/" + workflow_ref;
  facts.build_type = "https://actions.github.io/buildtypes/workflow/v1";
  facts.invocation_id = server + "/" + repository + "/actions/runs/" + run + "/attempts/" + attempt;
  facts.external = json::to_text(external);
  facts.internal = json::to_text(internal);
  facts.parameters_key = "inputs";
  facts.source = "git+" + server + "/" + repository + "@" + ref;
  facts.commit = sha;
  return facts;
}

}  // namespace

namespace ci_systems {
const CiSystem& github() {
  static const CiSystem system = {"github", present, read};
  return system;
}
}  // namespace ci_systems
}  // namespace supply::provenance
