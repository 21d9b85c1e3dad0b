// Asks a timestamp authority (RFC 3161) when a signature was there.
#pragma once

#include <string>
#include <string_view>

#include "libsupply/trust/root/trusted_root.hpp"
#include "libsupply/trust/sigstore/service_client.hpp"

namespace supply::sigstore {

/// DER of a TimeStampReq for SHA-256 of `message`, with that nonce, asking for the signer's certificate.
/// Source: RFC 3161, section 2.4.1.
std::string timestamp_request(std::string_view message, std::uint64_t nonce);

/// DER of the TimeStampResp for `message`, checked: it has our nonce, and an authority of the trusted root made it, for
/// these bytes and within its validity. Errors: those of ServiceClient::ask; malformed, mismatch, unsupported: the
/// answer.
Result<std::string> request_timestamp(const ServiceClient& client, const std::string& url, std::string_view message,
                                      const root::TrustedRoot& trusted);

}  // namespace supply::sigstore
