// Whether signed provenance is what somebody expects: the one judge, of `verify-provenance` and of the policy's rule.
// Pure; any thread. Source: slsa.dev/spec/v1.2/verifying-artifacts, steps 1 and 2.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libsupply/trust/attest/signer_identity.hpp"
#include "libsupply/trust/attest/statement.hpp"
#include "libsupply/trust/provenance/provenance.hpp"

namespace supply::provenance {

/// An entry of an open map: whom somebody lets speak for a builder, and what that pair is worth.
struct BuilderTrust {
  std::string id;  ///< builder.id, or a pattern of it (glob_match: `*` is any run without '/')
  std::function<bool(const attest::SignerIdentity&)> may_sign;
  int level = 1;  ///< 1 to 3
};

/// Who is believed about how something was built.
struct BuilderMap {
  std::vector<BuilderTrust> trusted = {};
  /// Whether the builders that everybody knows (builder_family.hpp) count too.
  bool public_builders = true;
  /// Whether a signer who is trusted, and speaks for no builder of the map, is believed what it says of itself:
  /// level 1.
  bool self_asserted = false;
};

/// What is asked for; what is empty is not asked.
struct Expectations {
  std::vector<SourcePattern> sources = {};  ///< each source of the provenance must match one
  std::string branch = {}, tag = {};        ///< without refs/heads/ and refs/tags/
  std::string versioned_tag = {};           ///< "v1.2": any release under it
  std::string commit = {};                  ///< 40 or 64 hex digits
  /// builder.id: with its "@ref" (or the ref's last name), or without for any. Any of them will do.
  std::vector<std::string> builder_ids = {};
  std::vector<std::string> build_types = {};       ///< patterns (glob_match); any of them will do
  std::map<std::string, std::string> inputs = {};  ///< of a workflow_dispatch, a GitLab pipeline, a generic build
  std::string trigger = {};                        ///< the event: "push", "release"
  int level = 0;
  /// External parameters that may be there though the build type does not define them; "*" is any.
  std::vector<std::string> parameters = {};

  /// Errors: usage, for a versioned tag or a commit that is none, a level over 3.
  Status check() const;
};

/// What was looked at, in this order.
enum class Check {
  predicate,    ///< it can be read
  consistency,  ///< it does not contradict itself
  certificate,  ///< nor its signer's certificate
  builder,      ///< the signer may speak for the builder
  builder_id,
  level,
  build_type,
  parameters,  ///< none that nobody knows
  source,
  commit,
  branch,
  tag,
  versioned_tag,
  trigger,
  inputs,
};
std::string_view to_string(Check check);  ///< "versioned-tag"

struct CheckResult {
  Check check;
  bool passed = false;
  std::string expected = {};  ///< empty where the check is always made
  std::string found = {};     ///< what there is, or why not
};

/// The judgement of one statement.
struct Judgement {
  std::optional<Provenance> claims = {};  ///< absent when it cannot be read
  std::string builder = {};               ///< the family or the entry of the map by which it counts; may be empty
  int level = 0;                          ///< SLSA build level that it is worth; 0: none
  std::vector<CheckResult> checks = {};   ///< all that were made: each, also behind one that failed
  std::vector<std::string> notes = {};    ///< what nobody asked about: inputs, parameters that were allowed

  bool satisfied() const;
  /// The first check that failed, or nullptr. Points into this.
  const CheckResult* objection() const;
};

/// Judges a statement whose signature by `signer` is verified, and whose subject is the artifact.
Judgement judge(std::string_view predicate_type, std::string_view predicate, const attest::SignerIdentity& signer,
                const BuilderMap& builders, const Expectations& expected);
/// The same of what is read already.
Judgement judge(const Provenance& provenance, const attest::SignerIdentity& signer, const BuilderMap& builders,
                const Expectations& expected);

/// A source as users type it: "github.com/o/r" and "git+https://…" are "https://…". Errors: those of SourcePattern.
Result<SourcePattern> source_pattern(std::string_view typed);

}  // namespace supply::provenance
