// Material that does not come in a Sigstore bundle, as one: what cosign 2 keeps in annotations and in its own JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "libsupply/image/oci/descriptor.hpp"
#include "libsupply/trust/attest/sigstore_bundle.hpp"

namespace supply::verify::internal {

/// A bundle 0.1 of `content` with the certificate, log entry and timestamp of a layer's annotations.
/// Errors: malformed, limit_exceeded.
Result<attest::Bundle> bundle_of(const oci::Annotations& annotations,
                                 std::variant<attest::Envelope, attest::MessageSignature> content);
/// The same of cosign's {"base64Signature","cert","rekorBundle"}: a signature of bytes with that SHA-256.
/// Errors: malformed (also for a `cert` that is a key), limit_exceeded.
Result<attest::Bundle> bundle_of(const nlohmann::json& legacy, std::string_view sha256);
/// The same of a bare signature, with a certificate in PEM or without.
Result<attest::Bundle> bundle_of(std::string signature, std::string_view certificate_pem, std::string_view sha256);

}  // namespace supply::verify::internal
