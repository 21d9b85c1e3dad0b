// A certificate's holder, as a user types it: names and issuers, a repository of GitHub or GitLab, Fulcio's extensions.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "libsupply/trust/verify/trust_policy.hpp"
#include "tools/common/console.hpp"

namespace CLI {
class App;
}

namespace supply::tools {

struct IdentityOptions {
  std::string identity, identity_regexp, issuer, issuer_regexp;
  std::string github, gitlab, workflow;
  std::map<std::string, std::string> github_workflow;  ///< by the number of the extension; cosign's flags
  std::vector<std::string> extensions;                 ///< NAME=VALUE

  bool any() const;
  /// What was asked for, in words.
  std::string asked() const;
};

void add_identity_options(CLI::App& verb, IdentityOptions& options);

/// Any of them will do. Says where a regular expression may match more than was meant. Errors: usage (two ways to name
/// one holder, a name without issuer, an expression or an extension that is none).
Result<std::vector<verify::TrustedIdentity>> identities_of(const IdentityOptions& options, Console& console);

}  // namespace supply::tools
