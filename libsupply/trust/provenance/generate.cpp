#include "libsupply/trust/provenance/generate.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/pkg/purl.hpp"
#include "libsupply/content/secrets/credential.hpp"
#include "libsupply/image/oci/image_name.hpp"
#include "libsupply/trust/provenance/ci_system.hpp"

namespace supply::provenance {
namespace {

Error usage(std::string message) { return Error(ErrorCode::usage, std::move(message)); }

struct Cut {
  std::string uri, commit;
};

// "uri@<commit>" in its parts; an '@' before anything else belongs to the uri.
Cut cut_commit(std::string_view text) {
  static const RE2 form("(.+)@([0-9a-f]{40}|[0-9a-f]{64})", RE2::Quiet);
  Cut cut;
  if (!RE2::FullMatch(re2::StringPiece(text.data(), text.size()), form, &cut.uri, &cut.commit)) cut.uri = text;
  return cut;
}

Result<json::Value> dependency(std::string_view text) {
  const std::size_t at = text.rfind('@');
  if (at != std::string_view::npos && at > 0) {
    if (const Cut cut = cut_commit(text); !cut.commit.empty())
      return json::Value{{"uri", cut.uri}, {"digest", {{"gitCommit", cut.commit}}}};
    const auto digest = Digest::parse(text.substr(at + 1));
    if (digest && digest->verifiable())
      return json::Value{{"uri", text.substr(0, at)},
                         {"digest", {{std::string(digest->algorithm()), std::string(digest->encoded())}}}};
  }
  return usage("dependency " + quote(secrets::masked(text)) + ": want URI@sha256:<digest> or URI@<commit>");
}

// A pinned image as a package URL. Source: purl-spec, PURL-TYPES "docker".
std::optional<json::Value> image_dependency(const pins::Pin& pin) {
  const auto reference = oci::parse_image_name(pin.resolved);
  if (!reference) return std::nullopt;
  pkg::PurlParts parts;
  parts.type = "docker";
  std::string repository = reference->repository();
  const bool hub = reference->registry() == "docker.io";
  if (hub && repository.starts_with("library/")) repository = repository.substr(8);
  parts.name_space = directory_of(repository);
  parts.name = base_name(repository);
  parts.version = pin.digest->to_string();
  if (!hub) parts.qualifiers["repository_url"] = reference->registry();
  if (!pin.platform.empty()) parts.qualifiers["platform"] = pin.platform;
  const auto purl = pkg::Purl::create(std::move(parts));
  if (!purl) return std::nullopt;
  return json::Value{{"uri", purl->to_string()}};
}

std::optional<json::Value> pin_dependency(const pins::Pin& pin) {
  std::optional<json::Value> out;
  switch (pin.kind) {
    case pins::PinKind::image:
    case pins::PinKind::frontend:
      if (pin.digest) out = image_dependency(pin);
      break;
    case pins::PinKind::url:
      if (pin.digest && !pin.resolved.empty()) out = json::Value{{"uri", pin.resolved}};
      break;
    case pins::PinKind::git:
      if (!pin.commit.empty() && !pin.resolved.empty())
        return json::Value{{"uri", (pin.resolved.starts_with("http") ? "git+" : "") + pin.resolved},
                           {"digest", {{"gitCommit", pin.commit}}}};
      break;
    case pins::PinKind::package: {
      const std::size_t equals = pin.resolved.find("==");
      // Of several hashes nobody knows here which file was taken.
      if (!pin.digest || pin.hashes != 1 || equals == std::string::npos) break;
      const auto purl =
          pkg::Purl::create({"pypi", "", pin.resolved.substr(0, equals), pin.resolved.substr(equals + 2), {}, ""});
      if (purl) out = json::Value{{"uri", purl->to_string()}};
      break;
    }
    case pins::PinKind::unknown: break;
  }
  if (out) (*out)["digest"] = {{std::string(pin.digest->algorithm()), std::string(pin.digest->encoded())}};
  return out;
}

Result<BuildFacts> generic(const GenerateOptions& options) {
  for (const auto& [value, flag] :
       {std::pair{&options.builder_id, "--builder-id"}, std::pair{&options.build_type, "--build-type"},
        std::pair{&options.source, "--source"}})
    if (value->empty()) return usage(std::string("provenance outside of a known CI system needs ") + flag);
  const Cut source = cut_commit(options.source);
  BuildFacts facts;
  facts.external = json::to_text({{"source", source.uri}});
  facts.internal = "{}";
  facts.parameters_key = "parameters";
  facts.source = source.uri;
  facts.commit = source.commit;
  return facts;
}

// A --source beside what the CI system says must say the same.
Status check_source(const GenerateOptions& options, const BuildFacts& facts) {
  if (options.source.empty()) return {};
  const Cut given = cut_commit(options.source);
  const auto ours = SourceUri::parse(given.uri), theirs = SourceUri::parse(facts.source);
  const bool same = ours && theirs && ours->address == theirs->address &&
                    (ours->ref.empty() || theirs->ref.empty() || ours->ref == theirs->ref);
  if (!same || (!given.commit.empty() && given.commit != facts.commit))
    return usage("--source " + quote(secrets::masked(options.source)) +
                 " is not what the CI system says: " + facts.source + " at " + facts.commit);
  return {};
}

Status add_parameters(const GenerateOptions& options, const std::string& key, json::Value& external) {
  for (const auto& [name, value] : options.parameters) {
    if (name.empty()) return usage("a parameter without a name");
    if (const auto kind = secrets::secret_variable(name, value))
      return usage("parameter " + quote(secrets::masked(name)) + " would publish a secret (" + std::string(*kind) +
                   ")");
    external[key][name] = value;
  }
  return {};
}

Result<json::Value> dependencies(const GenerateOptions& options, const BuildFacts& facts,
                                 std::vector<std::string>& notes) {
  std::vector<json::Value> rest;
  for (const std::string& text : options.dependencies) {
    SUPPLY_TRY(json::Value value, dependency(text));
    rest.push_back(std::move(value));
  }
  std::size_t left_out = 0;
  for (const pins::Pin& pin : options.pins) {
    auto value = pin.status == pins::PinStatus::pinned ? pin_dependency(pin) : std::nullopt;
    if (value) rest.push_back(*std::move(value));
    else ++left_out;
  }
  if (left_out > 0)
    notes.push_back(std::to_string(left_out) +
                    " references are no resolved dependencies: no single digest surely holds them (supply pins check)");
  std::sort(rest.begin(), rest.end(),
            [](const json::Value& a, const json::Value& b) { return json::to_text(a) < json::to_text(b); });
  rest.erase(std::unique(rest.begin(), rest.end()), rest.end());
  json::Value out = json::Value::array();
  // The source is one of them also where its commit is not known: other repositories beside it are dependencies.
  json::Value source{{"uri", facts.source}};
  if (!facts.commit.empty()) source["digest"] = {{"gitCommit", facts.commit}};
  out.push_back(std::move(source));
  for (json::Value& value : rest) out.push_back(std::move(value));
  return out;
}

}  // namespace

std::string value_of(const Environment& environment, std::string_view name) {
  const auto it = environment.find(std::string(name));
  return it == environment.end() ? std::string() : it->second;
}

Error wrong_variable(std::string_view name, std::string_view value, std::string_view want) {
  return Error(ErrorCode::malformed,
               "environment variable " + std::string(name) + " is " + quote(value) + ", want " + std::string(want));
}

Result<std::string> require(const Environment& environment, std::string_view name) {
  std::string value = value_of(environment, name);
  if (value.empty()) return Error(ErrorCode::malformed, "environment variable " + std::string(name) + " is missing");
  return value;
}

Result<GeneratedProvenance> generate(const Environment& environment, const GenerateOptions& options) {
  const CiSystem* system = nullptr;
  for (const CiSystem* candidate : all_ci_systems())
    if (system == nullptr && candidate->present(environment)) system = candidate;
  SUPPLY_TRY(BuildFacts facts, system != nullptr ? system->read(environment).at(system->name) : generic(options));
  if (system != nullptr) SUPPLY_TRY(check_source(options, facts));
  GeneratedProvenance made;
  made.system = system != nullptr ? system->name : "generic";
  made.notes = facts.notes;

  for (const auto& [value, flag] :
       {std::pair{&options.builder_id, "--builder-id"}, std::pair{&options.build_type, "--build-type"},
        std::pair{&options.source, "--source"}, std::pair{&options.invocation_id, "--invocation-id"}})
    if (const auto kind = secrets::secret_shape(*value))
      return usage(std::string(flag) + " would publish a secret (" + std::string(*kind) + ")");

  // What is signed is never taken back, and no policy could ever match it.
  if (const auto source = SourceUri::parse(facts.source); !source) {
    if (system == nullptr) return usage("--source: " + source.error().message());
    made.notes.push_back("the source matches no policy: " + source.error().message());
  }

  SUPPLY_TRY(json::Value external, json::parse(facts.external));
  SUPPLY_TRY(const json::Value internal, json::parse(facts.internal));
  SUPPLY_TRY(add_parameters(options, facts.parameters_key, external));
  SUPPLY_TRY(json::Value resolved, dependencies(options, facts, made.notes));

  json::Value definition = {{"buildType", options.build_type.empty() ? facts.build_type : options.build_type},
                            {"externalParameters", std::move(external)}};
  if (!internal.empty()) definition["internalParameters"] = internal;
  if (!resolved.empty()) definition["resolvedDependencies"] = std::move(resolved);
  json::Value details = {{"builder", {{"id", options.builder_id.empty() ? facts.builder_id : options.builder_id}}}};
  const std::string invocation = options.invocation_id.empty() ? facts.invocation_id : options.invocation_id;
  if (!invocation.empty()) details["metadata"]["invocationId"] = invocation;
  const std::optional<Time> started = options.started ? options.started : facts.started;
  if (started && options.finished && *options.finished < *started)
    return usage("the build finished at " + to_rfc3339(*options.finished) + ", before it started at " +
                 to_rfc3339(*started));
  if (started) details["metadata"]["startedOn"] = to_rfc3339(*started);
  if (options.finished) details["metadata"]["finishedOn"] = to_rfc3339(*options.finished);
  made.predicate = json::to_text({{"buildDefinition", std::move(definition)}, {"runDetails", std::move(details)}});
  return made;
}

}  // namespace supply::provenance
