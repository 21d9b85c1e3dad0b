// Sources: slsa.dev/spec/v1.2/build-provenance and slsa.dev/provenance/v0.2; actions.github.io/buildtypes/workflow/v1
// and what actions/toolkit (packages/attest) writes of it; slsa-framework/slsa-github-generator; npm/cli
// (libnpmpublish); docs.gitlab.com/ci/pipeline_security/slsa/provenance_v1 and GitLab's runner;
// docs.cloud.google.com/build/ gcb-buildtypes; moby/buildkit docs/attestations/slsa-definitions.md; tektoncd/chains
// docs/predicate/slsa/v2.md.
#include "libsupply/trust/provenance/internal/build_types.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/trust/provenance/internal/sources.hpp"

namespace supply::provenance {
Family family_of(std::string_view type) {
  const auto under = [&](std::string_view start) { return type.starts_with(start); };
  if (under("https://actions.github.io/buildtypes/workflow/") || under("https://github.com/npm/cli/gha/") ||
      under("https://github.com/npm/cli/gha@") ||
      under("https://slsa-framework.github.io/github-actions-buildtypes/workflow/"))
    return Family::github;
  if (under("https://github.com/slsa-framework/slsa-github-generator")) return Family::github_generator;
  if (under("https://slsa.dev/container-based-build/")) return Family::container_based;
  if (under("https://gitlab.com/gitlab-org/gitlab-runner/") || under("https://docs.gitlab.com/ci/") ||
      under("https://github.com/npm/cli/gitlab/"))
    return Family::gitlab;
  if (under("https://cloud.google.com/build/gcb-buildtypes/google-worker/") ||
      under("https://cloudbuild.googleapis.com/"))
    return Family::cloud_build;
  if (under("https://mobyproject.org/buildkit@") || under("https://github.com/moby/buildkit/")) return Family::buildkit;
  if (under("https://tekton.dev/") || under("tekton.dev/") ||
      under("https://cloud.google.com/build/gcb-buildtypes/google-builder/"))
    return Family::tekton;
  if (under("https://buildkite.github.io/slsa-buildtypes/job/")) return Family::buildkite;
  if (under("https://supply.invalid/buildtypes/")) return Family::own;
  return Family::unknown;
}

namespace {

std::span<const std::string_view> known_parameters(Family family) {
  static constexpr std::string_view github[] = {"inputs", "vars", "workflow"},
                                    generator[] = {"event_inputs", "inputs", "vars", "workflow"},
                                    container[] = {"buildConfig", "builderImage", "configPath", "source"},
                                    gitlab[] = {"entryPoint", "source", "variables"},
                                    cloud[] = {"buildConfigSource", "sourceToBuild", "substitutions"},
                                    buildkit[] = {"args",    "configSource", "frontend", "inputs", "locals",
                                                  "request", "root",         "secrets",  "ssh"},
                                    tekton[] = {"buildConfigSource", "runSpec"},
                                    buildkite[] = {"build", "job", "parameters", "pipeline", "repository", "step"},
                                    own[] = {"entryPoint", "parameters", "source"},
                                    unknown[] = {"buildConfigSource", "configSource",  "source",
                                                 "repository",        "sourceToBuild", "workflow"};
  switch (family) {
    case Family::github: return github;
    case Family::github_generator: return generator;
    case Family::container_based: return container;
    case Family::gitlab: return gitlab;
    case Family::cloud_build: return cloud;
    case Family::buildkit: return buildkit;
    case Family::tekton: return tekton;
    case Family::buildkite: return buildkite;
    case Family::own: return own;
    case Family::unknown: break;
  }
  return unknown;
}

}  // namespace

std::vector<std::string> unknown_parameters(const Provenance& provenance) {
  const Family family = family_of(provenance.build_type);
  const bool old = provenance.predicate_type != attest::kProvenanceV1Type;
  std::vector<std::string> out;
  // There the parameters are what the user called them, or a whole build's definition.
  if (old && (family == Family::tekton || family == Family::gitlab || family == Family::cloud_build)) return out;
  const auto parameters = json::parse(provenance.external_parameters);
  if (!parameters || parameters->is_null()) return out;
  if (!parameters->is_object()) return {"parameters"};
  const auto known = known_parameters(family);
  for (const auto& [name, value] : parameters->items())
    if (!value.is_null() && std::find(known.begin(), known.end(), name) == known.end()) out.push_back(name);
  return out;
}

namespace {

using predicates::read_resource;
using predicates::require_object;

// A text member, "" when it is something else or hidden.
std::string text_in(const json::Value* object, const char* key) {
  const json::Value* member = object != nullptr && object->is_object() ? json::find(*object, key) : nullptr;
  if (member == nullptr || !member->is_string()) return {};
  const auto& text = member->get_ref<const std::string&>();
  return text == "[MASKED]" ? std::string() : text;
}

const json::Value* object_in(const json::Value* object, const char* key) {
  const json::Value* member = object != nullptr && object->is_object() ? json::find(*object, key) : nullptr;
  return member != nullptr && member->is_object() ? member : nullptr;
}

// {"repository": …, "ref": …}, {"uri": …, "digest": …}, or the uri alone.
Status add_claims(const json::Value& value, const std::string& where, std::vector<SourceClaim>& out) {
  if (value.is_string()) {
    if (!value.get_ref<const std::string&>().empty()) out.push_back({where, value.get<std::string>(), {}, {}});
    return {};
  }
  if (!value.is_object()) return Error(ErrorCode::malformed, "want an object or a text");
  SUPPLY_TRY(const std::string repository, json::string_or_empty(value, "repository"));
  SUPPLY_TRY(const std::string uri, json::string_or_empty(value, "uri"));
  SUPPLY_TRY(const std::string ref, json::string_or_empty(value, "ref"));
  std::vector<std::string> commits;
  if (json::find(value, "digest") != nullptr) {
    SUPPLY_TRY(const Resource resource, read_resource(value));
    commits = commits_in(resource.digest);
  }
  for (const std::string& text : {repository, uri})
    if (!text.empty()) out.push_back({where, text, ref, commits});
  return {};
}

// A required workflow of an organisation: its path begins with the repository that it is from, and its ref is that
// repository's. actions/toolkit takes only the built repository's own name off the path; npm 9 took none off.
bool is_foreign_workflow(std::string_view path, std::string_view repository) {
  const std::size_t owner = path.find('/'), name = owner == std::string_view::npos ? owner : path.find('/', owner + 1);
  if (path.starts_with(".github/") || name == std::string_view::npos) return false;
  if (!path.substr(name).starts_with("/.github/")) return false;
  const auto uri = SourceUri::parse(repository);
  return !uri || !uri->address.to_string().ends_with("/" + std::string(path.substr(0, name)));
}

// Which argument, and which local directory, is the context. Source: moby/buildkit,
// frontend/dockerui/config.go.
std::string buildkit_context_key(const json::Value* request) {
  const std::string key = text_in(object_in(request, "args"), "contextkey");
  return key.empty() ? "context" : key;
}

// The build context is a directory of BuildKit's caller: the Dockerfile's repository is not what was built.
bool has_local_context(const json::Value* request) {
  const json::Value* locals = request != nullptr ? json::find(*request, "locals") : nullptr;
  if (locals == nullptr || !locals->is_array()) return false;
  const std::string key = buildkit_context_key(request);
  return std::any_of(locals->begin(), locals->end(),
                     [&](const json::Value& each) { return text_in(&each, "name") == key; });
}

// A context that was named beside the configuration is a source as well, whatever it is: BuildKit takes URLs, what SSH
// takes for user@host:path, and GitHub's repositories without a scheme.
// Source: moby/buildkit, frontend/dockerfile/dfgitutil/git_ref.go and util/sshutil/scpurl.go.
void add_buildkit_context(const json::Value* request, const std::string& where, std::vector<SourceClaim>& claims) {
  const std::string key = buildkit_context_key(request);
  std::string context = text_in(object_in(request, "args"), key.c_str());
  if (context.empty()) return;
  if (context.starts_with("github.com/")) context.insert(0, "https://");
  claims.push_back({where + ".args." + key, std::move(context), {}, {}});
}

void add_github_hints(const json::Value* object, const std::string& where, bool with_ref, std::vector<Hint>& hints) {
  for (const auto& [repository, ref, sha] : {std::tuple{"GITHUB_REPOSITORY", "GITHUB_REF", "GITHUB_SHA"},
                                             {"github_repository", "github_ref", "github_sha1"}})
    hints.push_back({where,
                     text_in(object, repository),
                     {},
                     with_ref ? text_in(object, ref) : "",
                     with_ref ? text_in(object, sha) : ""});
}

void add_gitlab_hints(const json::Value* variables, const std::string& where, std::vector<Hint>& hints) {
  hints.push_back({where, {}, text_in(variables, "CI_PROJECT_URL"), {}, text_in(variables, "CI_COMMIT_SHA")});
}

// Tekton Chains names what a task reported as its input; pipelines and tasks are the build's definition.
void find_tekton_sources_v1(Provenance& out) {
  for (const Resource& dependency : out.dependencies) {
    const bool input = dependency.name.empty() || dependency.name.starts_with("input");
    if (input && is_git(dependency)) out.sources.push_back(source_of(dependency, out.contradiction));
  }
}

// v0.2 does not name its materials: the definitions are those that a configSource repeats.
void find_tekton_sources_v0_2(const json::Value& predicate, Provenance& out) {
  std::vector<std::pair<std::string, std::vector<std::string>>> definitions;
  const auto add = [&](const json::Value* invocation) {
    const json::Value* source = object_in(invocation, "configSource");
    if (source == nullptr) return;
    if (const auto resource = read_resource(*source))
      definitions.emplace_back(resource->uri, commits_in(resource->digest));
  };
  add(object_in(&predicate, "invocation"));
  const json::Value* config = object_in(&predicate, "buildConfig");
  const json::Value* tasks = config != nullptr ? json::find(*config, "tasks") : nullptr;
  if (tasks != nullptr && tasks->is_array())
    for (const json::Value& task : *tasks) add(object_in(&task, "invocation"));
  std::vector<SourceRepository> all;
  for (const Resource& material : out.dependencies) {
    if (!is_git(material)) continue;
    all.push_back(source_of(material, out.contradiction));
    const std::pair said{material.uri, commits_in(material.digest)};
    if (std::find(definitions.begin(), definitions.end(), said) == definitions.end()) out.sources.push_back(all.back());
  }
  // A pipeline that lives in the repository that it builds: nothing tells the two apart, so each must be allowed.
  if (out.sources.empty()) out.sources = std::move(all);
}

Status find_sources_v1(const json::Value& definition, Provenance& out) {
  const Family family = family_of(out.build_type);
  if (family == Family::tekton) {
    find_tekton_sources_v1(out);
    return {};
  }
  SUPPLY_TRY(const json::Value* external, require_object(definition, "externalParameters"));
  SUPPLY_TRY(const json::Value* internal, json::optional_object(definition, "internalParameters"));
  const json::Value* request = object_in(external, "request");
  const bool local = family == Family::buildkit && has_local_context(request);
  // Cloud Build: where the configuration was read from is the source too, unless another one is named.
  const bool other_source =
      family == Family::cloud_build && !text_in(object_in(external, "sourceToBuild"), "repository").empty();
  std::vector<SourceClaim> claims;
  std::vector<Hint> hints;
  for (const char* key : {"workflow", "source", "configSource", "buildConfigSource", "sourceToBuild", "repository"}) {
    const std::string_view name = key;
    const json::Value* member = json::find(*external, key);
    if (member == nullptr || (other_source && name == "buildConfigSource") || (local && name == "configSource"))
      continue;
    const std::size_t before = claims.size();
    SUPPLY_TRY(add_claims(*member, "externalParameters." + std::string(key), claims)
                   .at("externalParameters: " + std::string(key)));
    const bool foreign =
        family == Family::github_generator ||
        (family == Family::github && is_foreign_workflow(text_in(member, "path"), text_in(member, "repository")));
    if (name == "workflow")
      for (std::size_t i = before; i < claims.size(); ++i) claims[i].ref_of_definition = foreign;
  }
  if (family == Family::buildkit) add_buildkit_context(request, "externalParameters.request", claims);
  if (family == Family::github || family == Family::github_generator || family == Family::container_based)
    add_github_hints(internal, "internalParameters", family != Family::github_generator, hints);
  if (family == Family::gitlab)
    add_gitlab_hints(object_in(external, "variables"), "externalParameters.variables", hints);
  // Its delegating workflows name the caller's inputs alone, and what they checked out as the first dependency.
  if (family == Family::github_generator && claims.empty() && !out.dependencies.empty() && is_git(out.dependencies[0]))
    claims.push_back({"resolvedDependencies[0]", out.dependencies[0].uri, {}, commits_in(out.dependencies[0].digest)});
  settle(claims, hints, "resolvedDependencies", out);
  return {};
}

Status find_sources_v0_2(const json::Value& predicate, Provenance& out) {
  const Family family = family_of(out.build_type);
  if (family == Family::tekton) {
    find_tekton_sources_v0_2(predicate, out);
    return {};
  }
  SUPPLY_TRY(const json::Value* invocation, json::optional_object(predicate, "invocation"));
  if (invocation == nullptr) return {};
  SUPPLY_TRY(const json::Value* source, json::optional_object(*invocation, "configSource").at("invocation"));
  const json::Value* parameters = object_in(invocation, "parameters");
  std::vector<SourceClaim> claims;
  std::vector<Hint> hints;
  if (source != nullptr && !(family == Family::buildkit && has_local_context(parameters))) {
    SUPPLY_TRY(const std::string uri, json::string_or_empty(*source, "uri").at("configSource"));
    if (!uri.empty()) {
      SUPPLY_TRY(const Resource resource, read_resource(*source).at("configSource"));
      claims.push_back({"invocation.configSource",
                        uri,
                        {},
                        commits_in(resource.digest),
                        family == Family::github && is_foreign_workflow(text_in(source, "entryPoint"), uri)});
    }
  }
  if (family == Family::buildkit) add_buildkit_context(parameters, "invocation.parameters", claims);
  const bool own_ref = claims.empty() || !claims.front().ref_of_definition;
  if (family != Family::buildkit)
    add_github_hints(object_in(invocation, "environment"), "invocation.environment", own_ref, hints);
  if (family == Family::gitlab) add_gitlab_hints(parameters, "invocation.parameters", hints);
  settle(claims, hints, "materials", out);
  return {};
}

// Cloud Build's v0.1 names its source as a material, in the end as what the recipe is defined in; of v0.2's builder
// the address ends with "/commit/<name>".
Status find_sources_v0_1(Provenance& out) {
  std::vector<SourceClaim> claims;
  for (Resource& material : out.dependencies) {
    const std::size_t commit = material.uri.rfind("/commit/");
    if (commit == std::string::npos || !is_commit(std::string_view(material.uri).substr(commit + 8))) continue;
    const std::string name = material.uri.substr(commit + 8);
    material.digest.emplace("sha1", name);
    material.uri.resize(commit);
    if (out.config_source && out.config_source->uri == material.uri + "/commit/" + name) out.config_source = material;
  }
  const Resource* source = out.config_source ? &*out.config_source : nullptr;
  if (source == nullptr && out.dependencies.size() == 1) source = &out.dependencies.front();
  if (source != nullptr && !source->uri.empty())
    claims.push_back({"materials", source->uri, {}, commits_in(source->digest)});
  settle(claims, {}, "materials", out);
  return {};
}

}  // namespace

Status find_sources(const json::Value& predicate, Provenance& out) {
  if (out.predicate_type == attest::kProvenanceV01Type) return find_sources_v0_1(out);
  if (out.predicate_type == attest::kProvenanceV02Type) return find_sources_v0_2(predicate, out);
  SUPPLY_TRY(const json::Value* definition, require_object(predicate, "buildDefinition"));
  return find_sources_v1(*definition, out);
}

}  // namespace supply::provenance
