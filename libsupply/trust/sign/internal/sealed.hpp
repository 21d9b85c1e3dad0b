// A statement in its signed envelope, with all that vouches for it.
#pragma once

#include "libsupply/trust/sign/sign_bundle.hpp"

namespace supply::sign::internal {

struct Sealed {
  MadeSignature made;
  attest::Envelope envelope;
  Countersignatures countersignatures;
};

Result<Sealed> seal(const Signer& signer, std::string_view statement, const SigningServices* services);
/// The bundle's text. Errors: limit_exceeded.
Result<std::string> wrap(const MadeSignature& made, attest::BundleContent content, Countersignatures countersignatures);
/// The two in one.
Result<std::string> bundle_of(const Signer& signer, std::string_view statement, const SigningServices* services);
/// Errors: limit_exceeded, for more than verifiers read.
Result<std::string> bounded(std::string text);

}  // namespace supply::sign::internal
