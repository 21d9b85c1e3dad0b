// Puts what was signed where verifiers look for it.
#pragma once

#include <functional>
#include <optional>

#include "libsupply/trust/attest/dsse_envelope.hpp"
#include "libsupply/trust/attest/statement.hpp"
#include "libsupply/trust/sign/sign_image.hpp"

namespace supply::sign::internal {

/// Whether a signed statement that is attached already says what is about to be signed.
using SaysTheSame = std::function<bool(const attest::Statement&, const attest::Subject&)>;

/// Whether a bundle, its text and what it says, is already all that this signer would make.
using IsOurs = std::function<bool(const attest::Bundle& bundle, std::string_view text, std::string_view signed_bytes)>;

/// The referrer of `image` that holds a bundle that is ours, of this predicate type, saying the same; nothing when
/// there is none. Attachments that are damaged are not ours to judge here and pass as others'. Errors: could not find
/// out.
Result<std::optional<Digest>> find_bundle(store::ImageSource& source, const IsOurs& is_ours, const Digest& image,
                                          std::string_view predicate_type, const SaysTheSame& same);
/// Stores the bundle as a referrer, in cosign v3's form.
Result<Digest> attach_bundle(store::ContentStore& store, const oci::Descriptor& image, std::string_view bundle,
                             std::string_view predicate_type, Time now);

/// One layer of cosign v2's manifests.
struct LegacyLayer {
  std::string bytes;
  oci::Annotations annotations;
};
/// Signs. Called once at most.
using MakeLayer = std::function<Result<LegacyLayer>()>;
/// Adds a layer to the manifest under the tag sha256-<hex><ending>, made if need be, unless one of its layers is
/// `same` already. Another writer's layers are kept. Errors: those of the store and of `make`.
Result<Digest> attach_layer(store::ContentStore& store, const oci::Descriptor& image, std::string_view ending,
                            std::string_view media_type, const MakeLayer& make,
                            const std::function<bool(const oci::Descriptor&, std::string_view bytes)>& same);

}  // namespace supply::sign::internal
