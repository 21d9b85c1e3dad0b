// Which of the trusted keys made the signatures of some evidence, at no more cost than a run may have. One thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libsupply/base/crypto/message.hpp"
#include "libsupply/base/limits/budget.hpp"
#include "libsupply/trust/attest/dsse_envelope.hpp"
#include "libsupply/trust/verify/trust_policy.hpp"

namespace supply::verify::internal {

/// Who made one signature.
struct MadeBy {
  const TrustedKey* key = nullptr;  ///< null: none of the keys, or one that made a signature before it
  crypto::SignatureScheme scheme = {};
  bool tried = false;  ///< false: the budget did not pay for it
};

/// A blob with the signatures that are said to be over it.
struct Signed {
  std::shared_ptr<crypto::Message> message;  ///< of several, where their signatures are apart
  std::vector<attest::Signature> signatures;
  std::uint64_t size = 0;  ///< of the blob that they come in
  Digest blob;
  std::vector<MadeBy> made = {};  ///< what try_signatures() found, by signature
  /// What keys are over that sign a bare payload (TrustedKey); null: none of them is tried.
  std::shared_ptr<crypto::Message> bare_payload = nullptr;
};

/// Each signature once, in their order: a copy of one says nothing new.
void drop_copies(std::vector<attest::Signature>& signatures);

/// Fills `made` of each. A keyid that is a key's name or fingerprint says which key is tried first, and no more. Each
/// key counts once for a blob. Returns why it ended before all was tried, when the budget did not pay for it.
std::optional<Error> try_signatures(const std::vector<Signed*>& all, const std::vector<TrustedKey>& keys,
                                    Budget& budget);

}  // namespace supply::verify::internal
