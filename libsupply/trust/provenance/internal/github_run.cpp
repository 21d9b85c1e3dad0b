// Sources: actions.github.io/buildtypes/workflow/v1; slsa-framework/slsa-github-generator, github/context.go;
// docs.github.com, "Webhook events and payloads".
#include "libsupply/trust/provenance/internal/github_run.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::provenance {
namespace {

const json::Value* member(const json::Value* object, std::string_view key) {
  return object != nullptr && object->is_object() ? json::find(*object, key) : nullptr;
}

std::string text(const json::Value* object, std::string_view key) {
  const json::Value* value = member(object, key);
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

std::map<std::string, std::string> texts(const json::Value& object) {
  std::map<std::string, std::string> out;
  for (const auto& [key, value] : object.items())
    if (!value.is_null()) out.emplace(key, value.is_string() ? value.get<std::string>() : json::to_text(value));
  return out;
}

std::string to_upper(std::string_view name) {
  std::string out(name);
  for (char& c : out) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return out;
}

}  // namespace

std::optional<std::map<std::string, std::string>> texts_in(const std::string& json,
                                                           std::initializer_list<const char*> path) {
  const auto value = json::parse(json);
  if (!value) return std::nullopt;
  const json::Value* at = &*value;
  for (const char* key : path) at = member(at, key);
  if (at == nullptr || !at->is_object()) return std::nullopt;
  return texts(*at);
}

GithubRun github_run(const Provenance& provenance) {
  GithubRun run;
  const auto internal = json::parse(provenance.internal_parameters);
  if (!internal || !internal->is_object()) return run;
  const json::Value* github = member(&*internal, "github");
  const auto said = [&](std::string_view name) {
    std::string value = text(github, name);
    if (value.empty()) value = text(&*internal, to_upper("github_" + std::string(name)));
    if (value.empty()) value = text(&*internal, "github_" + std::string(name));
    return value;
  };
  run.event = said("event_name");
  run.ref = said("ref");
  run.repository_id = said("repository_id");
  run.owner_id = said("repository_owner_id");
  run.runner_environment = text(github, "runner_environment");
  if (run.runner_environment.empty()) run.runner_environment = text(&*internal, "RUNNER_ENVIRONMENT");
  const json::Value* payload = member(&*internal, "GITHUB_EVENT_PAYLOAD");
  if (payload == nullptr) payload = member(&*internal, "github_event_payload");
  if (run.ref.starts_with("refs/tags/") || said("ref_type") == "tag") {
    std::string branch = said("base_ref");
    if (branch.empty() && run.event == "push") branch = text(payload, "base_ref");
    if (branch.empty() && run.event == "release") {
      branch = text(member(payload, "release"), "target_commitish");
      if (!branch.empty()) branch.insert(0, "refs/heads/");
    }
    if (branch.starts_with("refs/heads/")) run.branch_of_tag = branch.substr(11);
  }
  if (run.event == "workflow_dispatch")
    if (const json::Value* inputs = member(payload, "inputs"); inputs != nullptr && inputs->is_object())
      run.inputs = texts(*inputs);
  return run;
}

}  // namespace supply::provenance
