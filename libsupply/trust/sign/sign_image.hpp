// Makes what the verifier reads, as cosign writes it, and attaches it.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "libsupply/base/time/time.hpp"
#include "libsupply/image/store/store.hpp"
#include "libsupply/trust/sign/sign_bundle.hpp"

namespace supply::sign {

enum class SignatureFormat { bundle, legacy };

struct ImageToSign {
  oci::Descriptor descriptor;  ///< the manifest or index
  std::string name;            ///< for docker-reference and subject names
};

struct HowToSign {
  SignatureFormat format = SignatureFormat::bundle;
  Time now = {};                              ///< for org.opencontainers.image.created
  const SigningServices* services = nullptr;  ///< null: neither log nor timestamps
};

/// Signs an image and attaches the signature; signing again with the same key or identity and annotations adds nothing.
/// Returns the digest of what was attached (or was there): the referrer, or the manifest under the tag
/// sha256-<hex>.sig. Errors: those of the store, the signer and the services; usage for annotations that are no UTF-8
/// and for more than the legacy form can hold (SigningServices::check_first_form).
/// Blobs are stored before the manifest that names them.
Result<Digest> sign_image(store::ContentStore& store, const Signer& signer, const ImageToSign& image,
                          const std::map<std::string, std::string>& annotations, const HowToSign& how);
/// Attaches an attestation whose predicate is, byte for byte, `predicate`; attesting the same again adds nothing.
/// Returns and Errors: as sign_image, with the tag sha256-<hex>.att; malformed for a predicate that is no JSON object.
Result<Digest> attest_image(store::ContentStore& store, const Signer& signer, const ImageToSign& image,
                            std::string_view predicate_type, std::string_view predicate, const HowToSign& how);

}  // namespace supply::sign
