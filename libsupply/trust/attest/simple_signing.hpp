// cosign's first form of an image signature: JSON that names the image's digest, signed as it is, base64 beside it.
// Source: containers/image docs, containers-signature.5; cosign specs/SIGNATURE_SPEC.md.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "libsupply/base/digest/digest.hpp"

namespace supply::attest {

inline constexpr std::string_view kSimpleSigningType = "application/vnd.dev.cosign.simplesigning.v1+json";
inline constexpr std::string_view kSignatureAnnotation = "dev.cosignproject.cosign/signature";

struct SimpleSigning {
  Digest image;
  std::string docker_reference;                    ///< a claim nobody checks
  std::map<std::string, std::string> annotations;  ///< "optional"; values that are no strings are left out

  /// Errors: malformed.
  static Result<SimpleSigning> parse(std::string_view payload);
  /// Compact JSON as cosign writes it.
  std::string to_bytes() const;
};

}  // namespace supply::attest
