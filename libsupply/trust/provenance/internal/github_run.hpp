// What provenance of GitHub Actions says of the run that it is about, in the three spellings that its writers have:
// {"github":{"event_name":…}}, GITHUB_EVENT_NAME, github_event_name. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "libsupply/trust/provenance/provenance.hpp"

namespace supply::provenance {

struct GithubRun {
  std::string event, ref, repository_id, owner_id, runner_environment;  ///< empty where nothing says it
  /// Of a run for a tag, the branch that GitHub says it is on (a push's base_ref, a release's target_commitish); empty
  /// mostly, since a tag need not be on one.
  std::string branch_of_tag;
  /// What a workflow_dispatch was started with; nothing: another event, or nothing says it.
  std::optional<std::map<std::string, std::string>> inputs;
};

/// Reads internalParameters (v0.2: the environment) and externalParameters. What is not there stays empty.
GithubRun github_run(const Provenance& provenance);

/// The members of an object in a JSON text, as texts: strings as they are, other values as JSON. Nothing when the text
/// has no such object. `path` names nested members.
std::optional<std::map<std::string, std::string>> texts_in(const std::string& json,
                                                           std::initializer_list<const char*> path);

}  // namespace supply::provenance
