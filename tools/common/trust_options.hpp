// Whom a verb that verifies is to believe, as a user types it: keys, or a certificate's identity with a trusted root.
#pragma once

#include <string>
#include <vector>

#include "libsupply/trust/verify/verifier.hpp"
#include "tools/common/console.hpp"

namespace CLI {
class App;
}

namespace supply::tools {

struct TrustOptions {
  std::vector<std::string> keys;
  std::string identity, identity_regexp, issuer, issuer_regexp;
  std::string trusted_root;
  bool ignore_tlog = false, ignore_sct = false;

  /// What was asked for, in words: the keys, or the identity.
  std::vector<std::string> asked() const;
};

void add_trust_options(CLI::App& verb, TrustOptions& options);

/// Reads the keys or the trusted root. Says where a regular expression may match more than was meant.
/// Errors: usage (neither or both, an identity without issuer or trusted root, a file that is none).
Result<verify::TrustPolicy> trust_policy_of(const TrustOptions& options, Console& console);

}  // namespace supply::tools
