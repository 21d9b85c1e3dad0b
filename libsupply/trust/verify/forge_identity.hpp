// What people mean by "signed by that repository's workflow", as an identity of a certificate. Pure; any thread.
// Source: sigstore/fulcio, docs/oid-info.md and docs/oidc.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsupply/trust/verify/trust_policy.hpp"

namespace supply::verify {

inline constexpr std::string_view kGithubIssuer = "https://token.actions.githubusercontent.com";
inline constexpr std::string_view kGitlabIssuer = "https://gitlab.com";

/// Who may have signed for "ORG/REPO" or "ORG/REPO@REF" on github.com: any of the identities. The run was of that
/// repository (at that REF: "refs/tags/v1.0", or "v1.0", a tag or a branch), and the workflow is its own, or
/// `workflow`: "release.yml", ".github/workflows/release.yml", or "ORG/REPO/.github/workflows/release.yml" of another
/// repository. Errors: usage.
Result<std::vector<TrustedIdentity>> github_identity(std::string_view repository, std::string_view workflow);

/// The same for "GROUP/PROJECT", "GROUP/SUBGROUP/PROJECT@REF" on gitlab.com, or "https://HOST/GROUP/PROJECT";
/// `workflow` is the path of a pipeline's file. Errors: usage.
Result<std::vector<TrustedIdentity>> gitlab_identity(std::string_view project, std::string_view workflow);

}  // namespace supply::verify
