#include "libsupply/trust/provenance/internal/ci_job.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/secrets/credential.hpp"

namespace supply::provenance {

Result<BuildFacts> facts_of(CiJob job) {
  if (!is_commit(job.commit)) return wrong_variable(job.commit_variable, job.commit, "40 hex digits");
  // Credentials in front of the host belong to the clone, not to the source.
  const auto uri = SourceUri::parse(job.repository);
  if (!uri) return wrong_variable(job.repository_variable, secrets::masked(job.repository), "a repository's address");
  if (job.branch.empty() && job.tag.empty())
    return Error(ErrorCode::malformed, "the environment names neither a branch nor a tag");
  const std::string ref = !job.tag.empty()                  ? "refs/tags/" + job.tag
                          : job.branch.starts_with("refs/") ? job.branch
                                                            : "refs/heads/" + job.branch;
  BuildFacts facts;
  facts.builder_id = std::move(job.builder_id);
  facts.build_type = std::string(kOwnBuildTypes) + std::string(job.system) + "/v1";
  facts.invocation_id = std::move(job.invocation_id);
  facts.source = "git+" + uri->address.to_string() + "@" + ref;
  facts.commit = to_lower(job.commit);
  facts.external = json::to_text({{"source", facts.source}, {"entryPoint", job.entry_point}});
  facts.parameters_key = "parameters";
  json::Value internal = json::Value::object();
  for (const auto& [name, value] : job.internal)
    if (!value.empty()) internal[name] = secrets::masked(value);
  facts.internal = json::to_text(internal);
  return facts;
}

}  // namespace supply::provenance
