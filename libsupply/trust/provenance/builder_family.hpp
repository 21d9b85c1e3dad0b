// Builders that everybody knows: which builder.id they write, and who may sign for them. Each family is one file in
// builders/. Source: slsa.dev/spec/v1.2/verifying-artifacts, step 1.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "libsupply/trust/attest/signer_identity.hpp"
#include "libsupply/trust/provenance/provenance.hpp"

namespace supply::provenance {

/// What a pair of signer and builder.id is worth.
struct Binding {
  int level = 0;             ///< SLSA build level, 1 to 3; 0: the signer may not speak for the builder
  std::string refusal = {};  ///< then why
  /// Somebody's own builder, which counts only where it is expected by name (Expectations::builder_ids).
  bool by_name_only = false;
};

struct BuilderFamily {
  std::string_view name;  ///< "slsa-github-generator"
  /// Nothing: the builder.id (with its build type) is not of this family.
  std::optional<Binding> (*bind)(const Provenance& provenance, const attest::SignerIdentity& signer);
  std::string_view description;  ///< for lists: "reusable workflows of slsa-framework, at a release"
};

/// All of them, by file name.
std::span<const BuilderFamily* const> all_builders();

/// A workflow as a certificate names it: "https://github.com/owner/repository/path@ref".
struct WorkflowName {
  std::string repository;  ///< "https://github.com/owner/repository"
  std::string path, ref;   ///< ".github/workflows/x.yml", "refs/heads/main"

  /// Nothing for what is no workflow on github.com (two '@', no path, other hosts).
  static std::optional<WorkflowName> parse(std::string_view name);
};

inline constexpr std::string_view kGithubIssuer = "https://token.actions.githubusercontent.com";
inline constexpr std::string_view kGitlabIssuer = "https://gitlab.com";

/// The extension 1.3.6.1.4.1.57264.1.N of the signer's certificate, "" where there is none.
std::string extension(const attest::SignerIdentity& signer, const char* number);
/// A tag of the form refs/tags/vX.Y.Z: what a release is called, and nothing before it.
bool is_release_tag(std::string_view ref);

}  // namespace supply::provenance
