// What the rules that are asked need collected, beyond what every image has (manifest, config, signatures, which
// attestations there are). Made by Rule::needs, read by gate::collect. A value.
#pragma once

#include <set>
#include <string>

namespace supply::policy {

struct Needs {
  bool packages = false;                      ///< PlatformFacts::packages, unreadable_packages
  bool users = false;                         ///< PlatformFacts::users
  bool secrets = false;                       ///< PlatformFacts::secrets: in environment, labels and history
  bool files = false;                         ///< PlatformFacts::files: those that rules about files look for
  bool sboms = false;                         ///< PlatformFacts::sboms
  bool sbom_agreement = false;                ///< AttachedSbom::disagreements
  std::set<std::string> sbom_profiles = {};   ///< AttachedSbom::lint, by the profile's name
  std::set<std::string> bases = {};           ///< PlatformFacts::bases: references compared with the image's layers
  std::set<std::string> outdated_bases = {};  ///< of `bases`, those of which an older digest is looked at too
  bool predicates = false;                    ///< Attestation::predicate: the statements' own content, SBOMs not
  bool sbom_predicates = false;               ///< that of SBOMs too
};

}  // namespace supply::policy
