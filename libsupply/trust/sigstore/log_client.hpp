// Puts signatures into transparency logs: Rekor v1 and v2. What a log answers is read, not believed: see Services.
// Source: sigstore/rekor, openapi.yaml; sigstore/rekor-tiles, rekor/v2/rekor_service.proto and CLIENTS.md.
#pragma once

#include <string>
#include <string_view>

#include "libsupply/trust/attest/sigstore_bundle.hpp"
#include "libsupply/trust/sign/signer.hpp"
#include "libsupply/trust/sigstore/service_client.hpp"

namespace supply::sigstore {

/// What is to be logged.
struct EntryToLog {
  const sign::MadeSignature& made;
  const attest::BundleContent& content;
  crypto::HashAlgorithm algorithm;  ///< over which the signature is
  std::string hash;                 ///< raw, of what the signature is over, by that algorithm
};

/// An entry in Rekor v1: hashedrekord 0.0.1, or of an envelope dsse 0.0.1. One that is there already is fetched.
/// Errors: those of ServiceClient::ask, malformed.
Result<attest::LogEntry> log_in_rekor_v1(const ServiceClient& client, const std::string& url, const EntryToLog& entry);
/// An entry in Rekor v2: hashedrekord 0.0.2. Errors: the same; unsupported, where a key whose signatures are always the
/// same has logged this one before: Rekor v2 gives its proof only once.
Result<attest::LogEntry> log_in_rekor_v2(const ServiceClient& client, const std::string& url, const EntryToLog& entry);

/// The answer of Rekor v1: one entry under its UUID. Errors: malformed, limit_exceeded.
Result<attest::LogEntry> parse_rekor_v1_answer(std::string_view json);

}  // namespace supply::sigstore
