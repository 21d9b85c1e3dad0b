// What must hold of an image before it may run, as policy.yaml says it. A value; valid from birth: every key is read,
// every name is bound, every pattern can match. Schema: schemas/policy.schema.json; meaning:
// tools/supply/guide/policy.md.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/crypto/key.hpp"
#include "libsupply/base/digest/digest.hpp"
#include "libsupply/base/time/time.hpp"
#include "libsupply/trust/provenance/source.hpp"
#include "libsupply/verdict/policy/image_pattern.hpp"

namespace supply::policy {

/// A set of signers, by the one identity that a key has: two names of one key are one signer.
struct Signers {
  std::map<std::string, std::string> names;  ///< fingerprint (hex) to the name, the first of them, in the policy
  bool contains(std::string_view fingerprint) const;
  /// "release, backup", sorted; for messages.
  std::string to_string() const;
};

struct SignatureRule {
  Signers signers;
  std::size_t threshold = 1;                       ///< how many distinct signers; all of them for all_of
  std::map<std::string, std::string> annotations;  ///< what each signature that counts must say
};

/// Exactly one of `builders` and `keys` says whose provenance counts.
struct ProvenanceRule {
  std::vector<std::string> builders;  ///< ids of Policy::builders; only the keys bound to them speak for them
  Signers keys;                       ///< without builders: who may sign; such provenance is level 1 at most
  std::vector<provenance::SourcePattern> sources;  ///< empty: any
  std::vector<std::string> build_types;            ///< patterns; empty: any
  int level = 1;                                   ///< the least SLSA build level
};

struct SbomRule {
  Signers keys;                      ///< whose SBOMs count
  bool agrees = true;                ///< it must list what the image really holds
  std::vector<std::string> formats;  ///< "spdx", "cyclonedx"; empty: either
};

struct BaseRule {
  std::vector<std::string> allowed;  ///< references as oci::Reference parses them, local paths made absolute
  bool proven = true;                ///< by the base's own layers; false: the image's own word suffices
};

struct LicenseRule {
  std::vector<std::string> deny;   ///< SPDX ids, `*` allowed
  std::vector<std::string> allow;  ///< when not empty: nothing else
  bool unknown = true;             ///< whether a package without a stated licence may be there; with `allow` not,
                                   ///< unless the policy says so
};

struct PackageRule {
  std::vector<std::string> deny;  ///< package URLs without qualifiers, `*` allowed: "pkg:npm/event-stream@3.3.6"
};

/// The section `config` of an entry. Each member is asked by a rule of its own, so that an exception for one excuses
/// nothing of another.
struct ConfigRule {
  bool non_root = false;            ///< rule "user": the user is set and is not uid 0
  bool no_secrets = false;          ///< rule "secrets": nothing in environment or history looks like a credential
  bool no_latest = false;           ///< rule "tag": the reference is not the tag `latest`, said or implied
  bool pinned = false;              ///< rule "pinned": the reference carries a digest
  std::vector<std::string> labels;  ///< rule "labels": that must be there and not empty
};

/// What is asked of the images that a pattern names. Every entry that matches an image applies to it.
struct ImageRules {
  std::vector<ImagePattern> match;
  std::optional<SignatureRule> signatures;
  std::optional<ProvenanceRule> provenance;
  std::optional<SbomRule> sbom;
  std::optional<BaseRule> base;
  std::optional<LicenseRule> licenses;
  std::optional<PackageRule> packages;
  std::optional<ConfigRule> config;
};

struct BuilderRule {
  Signers keys;   ///< who may speak for it
  int level = 1;  ///< the highest SLSA build level that its provenance can prove
};

/// A denial that somebody answers for, for some images and some time. It never covers what could not be found out.
struct Exception {
  std::string rule;            ///< a rule's id
  std::vector<Digest> images;  ///< of the image that was asked about
  std::string reason, owner;
  Time expires;                            ///< from this moment on it does not count
  std::vector<std::string> findings = {};  ///< ids of the rule's findings (Finding::id); empty: all that it denies
  friend bool operator==(const Exception&, const Exception&) = default;
};

struct NamedKey {
  std::string name;
  crypto::PublicKey key;
};

struct Policy {
  std::string name;                             ///< where it was read from, for messages
  Digest digest;                                ///< sha256 of its bytes
  std::vector<NamedKey> keys;                   ///< sorted by name
  std::map<std::string, BuilderRule> builders;  ///< by builder.id, or a pattern of it
  std::vector<ImageRules> images;
  std::vector<Exception> exceptions;
};

/// What the policy's text refers to. Paths in it are relative to its own directory.
struct PolicyContext {
  std::string name;       ///< of the policy, for messages: its path
  std::string directory;  ///< for local references in `base`
  /// The bytes of a key file, its path as it is in the policy.
  std::function<Result<std::string>(std::string_view path)> read_key;
};

/// Errors: usage for all that is wrong with it: "policy.yaml: line 7, column 5: images[0]: unknown member
/// \"signature\"; did you mean \"signatures\"?"; also for a missing key file, an empty list of keys, a threshold over
/// the number of keys.
Result<Policy> parse(std::string_view yaml, const PolicyContext& context);

}  // namespace supply::policy
