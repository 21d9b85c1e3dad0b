#include "libsupply/trust/provenance/internal/expected_ref.hpp"

#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/provenance/builder_family.hpp"
#include "libsupply/trust/provenance/internal/build_types.hpp"
#include "libsupply/trust/provenance/internal/version_tag.hpp"

namespace supply::provenance {
namespace {

constexpr std::string_view kHeads = "refs/heads/", kTags = "refs/tags/";

bool certifies_runs(const attest::SignerIdentity& signer) {
  return signer.certificate &&
         (signer.certificate->issuer == kGithubIssuer || signer.certificate->issuer == kGitlabIssuer);
}

std::string certified(const attest::SignerIdentity& signer, const char* number, const char* old) {
  if (!certifies_runs(signer)) return {};
  const std::string text = extension(signer, number);
  return text.empty() ? extension(signer, old) : text;
}

/// What was built, "" where nothing says it. Cloud Build's substitutions have the names alone.
std::string built_ref(const Provenance& claims, const attest::SignerIdentity& signer, const GithubRun& run) {
  std::string ref = claims.sources.size() == 1 ? claims.sources.front().ref : std::string();
  if (ref.empty() && claims.sources.size() == 1 && family_of(claims.build_type) != Family::github_generator)
    ref = run.ref.empty() ? certified(signer, "14", "6") : run.ref;
  if (!ref.empty() || family_of(claims.build_type) != Family::cloud_build) return ref;
  auto texts = texts_in(claims.external_parameters, {"substitutions"});
  if (!texts) texts = texts_in(claims.external_parameters, {"build", "substitutions"});
  if (!texts) return ref;
  if (const auto it = texts->find("TAG_NAME"); it != texts->end()) return std::string(kTags) + it->second;
  if (const auto it = texts->find("BRANCH_NAME"); it != texts->end()) return std::string(kHeads) + it->second;
  return ref;
}

std::string name_under(std::string_view start, const std::string& ref) {
  return ref.starts_with(start) ? ref.substr(start.size()) : std::string();
}

std::string without(std::string_view start, const std::string& name) {
  return name.starts_with(start) ? name.substr(start.size()) : name;
}

}  // namespace

std::string certified_commit(const attest::SignerIdentity& signer) { return to_lower(certified(signer, "13", "3")); }

void check_refs(const Provenance& claims, const attest::SignerIdentity& signer, const GithubRun& run,
                const Expectations& expected, Judgement& out) {
  const std::string ref = built_ref(claims, signer, run);
  const std::string shown = ref.empty() ? "no ref named" : ref;
  if (!expected.branch.empty()) {
    std::string branch = name_under(kHeads, ref);
    if (branch.empty() && ref.starts_with(kTags)) branch = run.branch_of_tag;
    out.checks.push_back({Check::branch, branch == without(kHeads, expected.branch), expected.branch,
                          branch.empty() ? shown + ", of no known branch" : std::move(branch)});
  }
  const std::string tag = name_under(kTags, ref);
  if (!expected.tag.empty())
    out.checks.push_back(
        {Check::tag, !tag.empty() && tag == without(kTags, expected.tag), expected.tag, tag.empty() ? shown : tag});
  if (!expected.versioned_tag.empty()) {
    const auto wanted = VersionTag::parse(expected.versioned_tag), found = VersionTag::parse(tag);
    out.checks.push_back({Check::versioned_tag, wanted && found && wanted->covers(*found), expected.versioned_tag,
                          tag.empty() ? shown
                          : found     ? tag
                                      : found.error().message()});
  }
}

std::string build_event(const Provenance& claims, const attest::SignerIdentity& signer, const GithubRun& run) {
  if (!run.event.empty()) return run.event;
  if (const auto variables = texts_in(claims.external_parameters, {"variables"}))
    if (const auto it = variables->find("CI_PIPELINE_SOURCE"); it != variables->end()) return it->second;
  return certified(signer, "20", "2");
}

std::optional<std::map<std::string, std::string>> build_inputs(const Provenance& claims, const GithubRun& run) {
  if (run.inputs) return run.inputs;
  switch (family_of(claims.build_type)) {
    case Family::github: return texts_in(claims.external_parameters, {"inputs"});
    case Family::gitlab: return texts_in(claims.external_parameters, {"variables"});
    case Family::cloud_build: return texts_in(claims.external_parameters, {"substitutions"});
    case Family::buildkit:
      if (auto args = texts_in(claims.external_parameters, {"request", "args"})) return args;
      return texts_in(claims.external_parameters, {"args"});
    case Family::buildkite:
    case Family::own:
    case Family::unknown: return texts_in(claims.external_parameters, {"parameters"});
    default: return std::nullopt;
  }
}

Status check_versioned_tag(const std::string& tag) {
  const auto parsed = VersionTag::parse(tag);
  return parsed ? Status() : Status(parsed.error());
}

}  // namespace supply::provenance
