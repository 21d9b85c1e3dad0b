// An identity in the words of containers/image. Source: containers-policy.json(5), sigstoreSigned, "fulcio".
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "libsupply/trust/root/trusted_root.hpp"
#include "libsupply/verdict/policy/signers.hpp"

namespace supply::policy {

/// Whose certificates and log entries containers/image can check: authorities and logs whose time has not ended, logs
/// with a key on a curve of NIST.
struct FulcioTrust {
  std::string ca_data = {};                  ///< certificates as PEM, base64
  std::vector<std::string> rekor_keys = {};  ///< each PEM, base64
};
FulcioTrust fulcio_trust(const root::TrustedRoot& root);

/// Why the identity cannot be said there, or "": it must be one mail address of one issuer, each byte for byte, and
/// nothing else of the certificate.
std::string not_for_fulcio(const NamedIdentity& identity);

/// The requirement, for an identity that can be said.
nlohmann::json fulcio_requirement(const NamedIdentity& identity, const FulcioTrust& trust);

}  // namespace supply::policy
