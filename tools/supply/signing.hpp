// What signs, as a user says it: a key, or an identity with a certificate; and the services that vouch for the
// signature. Not in supply-gate.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libsupply/trust/sign/sign_bundle.hpp"
#include "tools/common/console.hpp"

namespace CLI {
class App;
}

namespace supply::tools {

struct Common;
struct Run;

struct SigningOptions {
  std::string key;             ///< empty: an identity signs
  std::string identity_token;  ///< a token, or a file that holds one
  std::string signing_config, trusted_root;
  std::string fulcio_url;
  std::vector<std::string> rekor_urls, timestamp_urls;
  std::optional<bool> tlog_upload;  ///< nothing: the logs that are named; true: one at least; false: none
  bool ignore_sct = false, yes = false;

  /// Whether any service is named: then a key's signature is logged and stamped too.
  bool names_services() const {
    return !signing_config.empty() || !fulcio_url.empty() || !rekor_urls.empty() || !timestamp_urls.empty();
  }
};

void add_signing_options(CLI::App& verb, SigningOptions& options);
/// Behind all of the verb's own options: refuses those of cosign's that have no meaning here by naming what to type.
void add_cosign_refusals(CLI::App& verb, const Run& run);

/// All that signs for one run. Its parts refer to each other, so it stays where it is.
class Signing {
 public:
  virtual ~Signing() = default;
  /// Errors: usage (options that contradict each other; a key, token, configuration or trusted root that is none; no
  /// way to prove when a certificate signed), unauthenticated (no identity token, or one that cannot be used), those
  /// of the service that has the key.
  static Result<std::unique_ptr<Signing>> open(const SigningOptions& options, const Common& common, Console& console);

  virtual const sign::Signer& signer() const = 0;
  virtual const sign::SigningServices* services() const = 0;  ///< null: none vouches for the signature
  /// Says who signed, where that is an identity.
  virtual void tell(Console& console) const = 0;
};

}  // namespace supply::tools
