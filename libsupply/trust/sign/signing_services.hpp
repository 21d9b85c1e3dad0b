// What vouches for a signature beside its signer: transparency logs and timestamp authorities. sigstore::Services is
// the one that asks real ones. Any thread.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "libsupply/trust/attest/sigstore_bundle.hpp"
#include "libsupply/trust/sign/signer.hpp"

namespace supply::sign {

struct Countersignatures {
  std::vector<attest::LogEntry> log_entries;
  std::vector<std::string> timestamps;  ///< DER of RFC 3161 TimeStampResp
};

class SigningServices {
 public:
  virtual ~SigningServices() = default;

  /// Has a signature logged and stamped; what the services answer holds when it is given out. `content` is what the
  /// bundle will have, `input` what the signature is over. Errors: those of the services; mismatch, when what one
  /// answers does not hold.
  virtual Result<Countersignatures> countersign(const MadeSignature& made, const SigningInput& input,
                                                const attest::BundleContent& content) const = 0;
  /// Whether a bundle that is there already is a statement about `subject` by the same key or identity, with all that
  /// countersign() would add: then another is not needed.
  virtual bool is_complete(std::string_view bundle, const Digest& subject, const VerificationMaterial& own) const = 0;

  /// Whether cosign's first form can hold what countersign() adds: one entry of Rekor v1 and one timestamp at most.
  /// Errors: usage.
  virtual Status check_first_form() const = 0;
  /// The same as is_complete() of a signature in that form, a file of cosign 2: of `payload`, or where that is empty of
  /// a statement about `subject`.
  virtual bool is_complete_file(std::string_view file, std::string_view payload, const Digest& subject,
                                const VerificationMaterial& own) const = 0;
};

}  // namespace supply::sign
