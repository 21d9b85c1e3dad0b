// Sigstore instances as they are built in, so that nothing has to be fetched to verify what they vouched for.
// Static storage; any thread. Source: ORIGIN.md.
#pragma once

#include <span>
#include <string_view>

namespace supply::root {

struct BuiltInInstance {
  std::string_view sha256;        ///< of trusted_root, hexadecimal
  std::string_view date;          ///< of the day on which it was put here: "2026-11-29"
  std::string_view mirror;        ///< the instance's TUF repository
  std::string_view trusted_root;  ///< trusted_root.json
  std::string_view tuf_root;      ///< root.json of the TUF repository: newer ones follow from it
  /// Which of its certificates are signed by which, as openssl found: SHA-256 over both, hexadecimal.
  std::span<const std::string_view> verified;
};

/// Of the Sigstore community.
const BuiltInInstance& public_good();
/// Of GitHub, for attestations of private repositories: it has no logs, and timestamps prove the time.
const BuiltInInstance& github_instance();

}  // namespace supply::root
