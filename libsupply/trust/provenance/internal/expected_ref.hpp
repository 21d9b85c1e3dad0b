// Branch, tag, event and inputs of a build, from what its provenance says and, where that says nothing, its signer's
// certificate. Pure.
#pragma once

#include "libsupply/trust/provenance/internal/github_run.hpp"
#include "libsupply/trust/provenance/judge.hpp"

namespace supply::provenance {

/// Appends the checks of branch, tag and versioned tag that are asked for.
void check_refs(const Provenance& claims, const attest::SignerIdentity& signer, const GithubRun& run,
                const Expectations& expected, Judgement& out);
/// Extension 13 (or 3) of a certificate of GitHub or GitLab; else "".
std::string certified_commit(const attest::SignerIdentity& signer);
/// "push"; "" where nothing says it.
std::string build_event(const Provenance& claims, const attest::SignerIdentity& signer, const GithubRun& run);
/// What the build was started with, where its build type has such a thing.
std::optional<std::map<std::string, std::string>> build_inputs(const Provenance& claims, const GithubRun& run);
/// Errors: malformed.
Status check_versioned_tag(const std::string& tag);

}  // namespace supply::provenance
