// Asks a certificate authority (Fulcio) for a certificate of an identity. Source: sigstore/fulcio, fulcio.proto (v2).
#pragma once

#include <string>
#include <vector>

#include "libsupply/base/crypto/key.hpp"
#include "libsupply/trust/root/trusted_root.hpp"
#include "libsupply/trust/sigstore/identity_token.hpp"
#include "libsupply/trust/sigstore/service_client.hpp"

namespace supply::sigstore {

enum class CheckScts { no, yes };

/// The certificate's DER, then those of its issuers as the authority sent them. `key` proves that it is at hand. What
/// the authority answered is checked: the certificate is for this key, valid at `now`, names whom the token names where
/// that is an address, and chains to the trusted root; a trusted log signed it, unless that is not asked. Errors: those
/// of ServiceClient::ask and of the token; malformed, mismatch, unsupported (a detached SCT): the answer.
Result<std::vector<std::string>> request_certificate(const ServiceClient& client, const std::string& authority_url,
                                                     const IdentityToken& token, const crypto::PrivateKey& key,
                                                     const root::TrustedRoot& trusted, CheckScts scts, Time now);

}  // namespace supply::sigstore
