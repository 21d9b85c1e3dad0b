// Whom a verb that verifies is to believe, as a user types it: keys, or a certificate's identity with a trusted root.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libsupply/trust/verify/verifier.hpp"
#include "tools/common/command.hpp"
#include "tools/common/console.hpp"
#include "tools/common/identity_options.hpp"
#include "tools/common/trusted_root_options.hpp"

namespace CLI {
class App;
}

namespace supply::tools {

struct TrustOptions {
  std::vector<std::string> keys;
  std::string trusted_keys;
  IdentityOptions identity;
  TrustedRootOptions root;
  bool ignore_tlog = false, ignore_sct = false, use_signed_timestamps = false;
  std::size_t log_threshold = 1, time_threshold = 1, sct_threshold = 1;
  std::string now;  ///< --now

  bool names_a_signer() const { return !keys.empty() || !trusted_keys.empty() || identity.any(); }
};

/// What a verb was asked to believe.
struct AskedTrust {
  verify::TrustPolicy policy;
  std::vector<std::string> asked;       ///< in words: the keys, or the identity; any of them will do
  std::vector<std::string> conditions;  ///< what else was said: waivers, thresholds, the trusted root
  std::optional<ChosenTrustedRoot> root;
  Clock clock;  ///< what is judged by; one that is simulated is a condition too

  /// "signed by a or b; log entries not looked at", with what was done in place of "signed".
  std::string to_text(const std::string& done) const;
};

void add_trust_options(CLI::App& verb, TrustOptions& options);

/// Reads the keys, the trust file and the trusted root. Errors: usage (neither or both, an identity without issuer, a
/// file that is none, a threshold beside its waiver), and those of trusted_root_for().
Result<AskedTrust> trust_of(const TrustOptions& options, const Common& common, Console& console);

}  // namespace supply::tools
