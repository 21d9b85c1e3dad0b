// Signatures tried on keys, each once, in an order that junk cannot make dear.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libsupply/base/limits/budget.hpp"
#include "libsupply/trust/verify/verifier.hpp"

namespace supply::verify::internal {

/// Bytes, and the signatures that are said to be over them.
struct Signed {
  std::shared_ptr<crypto::Message> message;  ///< of several, where their signatures are apart
  std::vector<attest::Signature> signatures;
  std::uint64_t size = 0;  ///< of the blob that they come in
  Digest blob;
  // What try_signatures() found:
  std::vector<attest::Signer> signers = {};  ///< each key once
  bool complete = false;                     ///< nothing is left to try
};

/// Fills `signers` and `complete` of each. A keyid that is a key's name or fingerprint says which key is tried first,
/// and no more. Returns why it ended before all was tried, when the budget did not pay for it.
std::optional<Error> try_signatures(const std::vector<Signed*>& all, const std::vector<TrustedKey>& keys,
                                    Budget& budget);

}  // namespace supply::verify::internal
