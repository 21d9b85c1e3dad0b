// One log entry judged: whether a trusted log holds it, since when, and whether it is of this signature.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libsupply/base/limits/budget.hpp"
#include "libsupply/trust/attest/signer.hpp"
#include "libsupply/trust/attest/sigstore_bundle.hpp"
#include "libsupply/trust/root/trusted_root.hpp"

namespace supply::verify::internal {

/// What the entry has to be of.
struct SignedContent {
  const attest::Bundle& bundle;
  const crypto::Certificate* certificate;  ///< null: a key's signature
  const crypto::PublicKey* key;            ///< null: a certificate's, or by none of the keys
  std::optional<std::string_view> bytes;   ///< of the artifact, as far as it is known
  const Digest* digest;                    ///< of the artifact; null when nothing is known
  /// Whether the bundle's signature is its signer's. Where it is not, that is what a later step says, not that the log
  /// holds another.
  bool signature_holds;
};

struct LogEntryFault {
  attest::Step step;
  attest::StepCode code;
  std::string detail;
  bool refuses = false;  ///< the whole bundle; false: the entry does not count
};

struct LogEntryVerdict {
  const root::TransparencyLog* log = nullptr;
  std::optional<Time> time = {};  ///< that the log promised
  std::optional<LogEntryFault> fault = {};
};

LogEntryVerdict check_log_entry(const attest::LogEntry& entry, const SignedContent& content,
                                const std::vector<root::TransparencyLog>& logs, Budget& budget);

/// sha256, sha384 or sha512 of "SHA2_256" and its like.
std::optional<crypto::HashAlgorithm> hash_named(std::string_view name);
attest::StepCode step_code(const Error& error);

}  // namespace supply::verify::internal
