// SLSA Provenance v1 of a build, from what its CI system says in the environment, or from options alone.
#pragma once

#include "libsupply/base/time/time.hpp"
#include "libsupply/content/pins/pin.hpp"
#include "libsupply/trust/provenance/provenance.hpp"

namespace supply::provenance {

/// The variables of the build job; the caller reads them, this room never does.
using Environment = std::map<std::string, std::string>;
/// The caller puts the bytes of the file that GITHUB_EVENT_PATH names here: it has the inputs of a workflow_dispatch.
inline constexpr std::string_view kGithubEvent = "GITHUB_EVENT_PAYLOAD";

/// All may be empty where a CI system says them; what is set goes before what the environment says, except that a
/// source must not contradict it.
struct GenerateOptions {
  std::string builder_id;
  std::string build_type;
  std::string source;  ///< uri, with "@<commit>" (40 or 64 hex digits) at the end if known
  /// --param k=v; become externalParameters: "inputs" for github, "variables" for gitlab, else "parameters".
  std::map<std::string, std::string> parameters;
  std::vector<std::string> dependencies;  ///< --dependency uri@sha256:…
  std::span<const pins::Pin> pins;        ///< those that surely held become dependencies
  std::string invocation_id;
  std::optional<Time> started, finished;
};

struct GeneratedProvenance {
  std::string predicate;           ///< the JSON text, compact, keys sorted: same input, same bytes
  std::string system;              ///< "github", "gitlab", "generic"
  std::vector<std::string> notes;  ///< what was left out and why (masked variables), to be said on stderr
};

/// Which CI system it is, by its own mark (GITHUB_ACTIONS=true, GITLAB_CI=true, …: see ci_systems/), else "generic". No
/// variable's value is copied that is named or shaped like a secret; GitLab's variables are listed by name, their
/// values "[MASKED]" then. Errors: usage (generic without builder id, build type or source, or with a source that has
/// no address; an end before the start; a dependency without digest; a parameter that is a secret), malformed (the CI
/// system's variables are missing or not of their form: which, and why). Source: slsa.dev/spec/v1.2/provenance;
/// actions.github.io/buildtypes/workflow/v1; docs.gitlab.com/ci/pipeline_security/slsa/provenance_v1
Result<GeneratedProvenance> generate(const Environment& environment, const GenerateOptions& options);

}  // namespace supply::provenance
