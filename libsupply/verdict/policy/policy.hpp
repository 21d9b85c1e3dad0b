// What must hold of an image or a workload before it may run, as policy.yaml says it. A value; valid from birth: every
// key is read, every name is bound, every pattern can match. Schema: schemas/policy.schema.json, made of the rules' own
// fragments; meaning: tools/supply/guide/policy.md and rules.md.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/digest/digest.hpp"
#include "libsupply/base/time/time.hpp"
#include "libsupply/verdict/policy/admission.hpp"
#include "libsupply/verdict/policy/image_pattern.hpp"
#include "libsupply/verdict/policy/signers.hpp"

namespace supply::policy {

struct Rule;

/// What an entry asks of one rule. Each rule has a type of its own derived from it, in its own file.
struct RulePart {
  virtual ~RulePart() = default;
};

struct AskedRule {
  const Rule* rule = nullptr;            ///< in static storage
  std::shared_ptr<const RulePart> part;  ///< made by the rule's parser, immutable: entries are values and are copied
};

/// What it means for the verdict where a rule says no.
enum class Effect { deny, warn };

/// What one entry asks of its subjects, and since when it counts.
struct Asks {
  std::vector<AskedRule> rules = {};  ///< at least one, sorted by id, each once
  Effect effect = Effect::deny;
  std::optional<Time> effective_from = {};  ///< before it, the entry only warns
  std::string file = {};                    ///< the included policy that it is from; empty: the policy itself
  bool own_exceptions = false;              ///< exceptions of an including policy cover nothing that it denies

  const RulePart* find(std::string_view rule) const;
};

/// What is asked of the images that a pattern names. Every entry that matches an image applies to it.
struct ImageRules : Asks {
  std::vector<ImagePattern> match = {};
};

/// What is asked of workloads and the objects around them, by patterns of subjects as the report names them
/// ("Deployment shop/*"). A subject that no entry matches is asked every rule.
struct WorkloadRules {
  std::vector<std::string> match = {};
  std::vector<std::string> rules = {};  ///< patterns of ids ("deploy/*"); `*` is any run
  int min_score = 0;                    ///< of the corrected score; 0: none is asked
  Effect effect = Effect::deny;
  std::optional<Time> effective_from = {};  ///< before it, the entry only warns
  std::string file = {};                    ///< as Asks::file
};

struct BuilderRule {
  Signers keys;   ///< who may speak for it
  int level = 1;  ///< the highest SLSA build level that its provenance can prove
};

/// A denial that somebody answers for, for some subjects and some time. It never covers what could not be found out.
struct Exception {
  std::string rule;            ///< a rule's id
  std::vector<Digest> images;  ///< of the image that was asked about
  std::string reason, owner;
  Time expires;                             ///< from this moment on it does not count
  std::vector<std::string> findings = {};   ///< ids of the rule's findings, `*` for any run; empty: all it denies
  std::vector<ImagePattern> patterns = {};  ///< of images
  std::vector<std::string> workloads = {};  ///< patterns of workloads' names
  std::string file = {};                    ///< as Asks::file

  friend bool operator==(const Exception& a, const Exception& b);
};

/// Who may let an image pass that is denied, by a signed record that says why.
struct BreakGlass {
  Signers keys;
  std::chrono::seconds longest{};  ///< how long one record may count
};

struct Included {
  std::string path;  ///< as it is in the policy
  Digest digest;
  std::string signed_by = {};  ///< whose signature on it was verified; empty: none was asked for
};

struct Policy {
  std::string name;                                  ///< where it was read from, for messages
  Digest digest;                                     ///< sha256 of its bytes; it pins what it includes
  std::vector<NamedKey> keys = {};                   ///< sorted by name
  std::vector<NamedIdentity> identities = {};        ///< sorted by name
  std::string trusted_root = {};                     ///< its JSON; empty: the built-in one
  std::map<std::string, BuilderRule> builders = {};  ///< by builder.id, or a pattern of it
  std::vector<ImageRules> images = {};
  std::vector<WorkloadRules> workloads = {};
  std::vector<Exception> exceptions = {};
  std::optional<BreakGlass> break_glass = {};
  std::vector<Included> includes = {};
  std::optional<Admission> admission = {};  ///< of the policy itself: what it includes may not say it
};

/// What the policy's text refers to. Paths in it are relative to its own directory.
struct PolicyContext {
  std::string name;       ///< of the policy, for messages: its path
  std::string directory;  ///< for local references in `base`
  /// The bytes of a key file or trusted root, its path as it is in the policy.
  std::function<Result<std::string>(std::string_view path)> read_key;
  /// The bytes of an included policy and its own context; without it, includes are refused.
  std::function<Result<std::pair<std::string, PolicyContext>>(std::string_view path)> read_include = {};
  /// Who of `keys` signed the bytes, by the bundle beside the file (PATH.sigstore.json).
  std::function<Result<std::string>(std::string_view path, std::string_view bytes, const std::vector<NamedKey>& keys)>
      verify_include = {};
};

/// Errors: usage for all that is wrong with it: "policy.yaml: line 7, column 5: images[0]: unknown member
/// \"signature\"; did you mean \"signatures\"?"; also for a missing key file, an empty list of keys, a threshold over
/// the number of keys, an included policy of another digest, includes deeper than kMaxPolicyIncludes.
Result<Policy> parse(std::string_view yaml, const PolicyContext& context);

}  // namespace supply::policy
