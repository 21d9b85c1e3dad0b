// Makes what the verifier reads, as cosign writes it, and attaches it. The only room that makes signatures.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "libsupply/base/crypto/key.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/time/time.hpp"
#include "libsupply/image/store/store.hpp"
#include "libsupply/trust/attest/sigstore_bundle.hpp"
#include "libsupply/trust/attest/statement.hpp"

namespace supply::sign {

enum class SignatureFormat { bundle, legacy };

struct ImageToSign {
  oci::Descriptor descriptor;  ///< the manifest or index
  std::string name;            ///< for docker-reference and subject names
};

/// A bundle (JSON) with a DSSE envelope over `statement`, which is checked to be one. Errors: malformed; limit_exceeded
/// (also for a bundle larger than kMaxAttachmentBytes, which nobody would read).
Result<std::string> sign_statement(const crypto::PrivateKey& key, std::string_view statement);
/// A bundle (JSON) with a messageSignature over a release file.
Result<std::string> sign_blob(const crypto::PrivateKey& key, std::string_view message);

/// Signs an image and attaches the signature; signing again with the same key and annotations adds nothing.
/// `now` goes into org.opencontainers.image.created. Returns the digest of what was attached (or was there): the
/// referrer, or the manifest under the tag sha256-<hex>.sig. Errors: those of the store; usage for annotations that are
/// no UTF-8. Blobs are stored before the manifest that names them.
Result<Digest> sign_image(store::ContentStore& store, const crypto::PrivateKey& key, const ImageToSign& image,
                          const std::map<std::string, std::string>& annotations, SignatureFormat format, Time now);
/// Attaches an attestation whose predicate is, byte for byte, `predicate`; attesting the same again adds nothing.
/// Returns and Errors: as sign_image, with the tag sha256-<hex>.att; malformed for a predicate that is no JSON object.
Result<Digest> attest_image(store::ContentStore& store, const crypto::PrivateKey& key, const ImageToSign& image,
                            std::string_view predicate_type, std::string_view predicate, SignatureFormat format,
                            Time now);

}  // namespace supply::sign
