#include "libsupply/trust/attest/internal/verification_material.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/trust/attest/internal/proto_json.hpp"

namespace supply::attest::internal {
namespace {

Error malformed(std::string what) { return Error(ErrorCode::malformed, std::move(what)); }

Result<std::uint64_t> index_in(const json::Value& object, std::string_view name) {
  SUPPLY_TRY(const std::optional<std::int64_t> number, integer_in(object, name));
  return static_cast<std::uint64_t>(number.value_or(0));
}

Result<InclusionProof> proof_from(const json::Value& value) {
  InclusionProof proof;
  SUPPLY_TRY(proof.log_index, index_in(value, "logIndex"));
  SUPPLY_TRY(proof.tree_size, index_in(value, "treeSize"));
  SUPPLY_TRY(proof.root_hash, bytes_in(value, "rootHash"));
  SUPPLY_TRY(const json::Value* hashes, array_in(value, "hashes", kMaxProofHashes));
  if (hashes != nullptr) {
    for (const json::Value& each : *hashes) {
      if (!each.is_string()) return malformed("hashes: want strings");
      SUPPLY_TRY(std::string hash, bytes_of(each.get_ref<const std::string&>()).at("hashes"));
      proof.hashes.push_back(std::move(hash));
    }
  }
  SUPPLY_TRY(const json::Value* checkpoint, object_in(value, "checkpoint"));
  if (checkpoint != nullptr) {
    SUPPLY_TRY(proof.checkpoint, text_in(*checkpoint, "envelope"));
  }
  // Without it, nothing that anybody signed leads to the root hash.
  if (proof.checkpoint.empty())
    return malformed("no checkpoint, which older clients left out (sigstore plumbing fix-bundle asks the log for it)");
  if (proof.checkpoint.size() > kMaxCheckpointBytes)
    return Error(ErrorCode::limit_exceeded, "checkpoint larger than " + std::to_string(kMaxCheckpointBytes) + " bytes");
  return proof;
}

Result<LogEntry> log_entry_from(const json::Value& value) {
  if (!value.is_object()) return malformed("want an object");
  LogEntry entry;
  SUPPLY_TRY(entry.log_index, index_in(value, "logIndex"));
  SUPPLY_TRY(const json::Value* id, object_in(value, "logId"));
  if (id != nullptr) {
    SUPPLY_TRY(entry.log_id, bytes_in(*id, "keyId"));
  }
  SUPPLY_TRY(const json::Value* kind, object_in(value, "kindVersion"));
  if (kind != nullptr) {
    SUPPLY_TRY(entry.kind, text_in(*kind, "kind"));
    SUPPLY_TRY(entry.version, text_in(*kind, "version"));
  }
  SUPPLY_TRY(entry.integrated_time, integer_in(value, "integratedTime"));
  if (entry.integrated_time == 0) entry.integrated_time.reset();
  SUPPLY_TRY(const json::Value* promise, object_in(value, "inclusionPromise"));
  if (promise != nullptr) {
    SUPPLY_TRY(entry.promise, bytes_in(*promise, "signedEntryTimestamp"));
  }
  SUPPLY_TRY(const json::Value* proof, object_in(value, "inclusionProof"));
  if (proof != nullptr) {
    SUPPLY_TRY(InclusionProof read, proof_from(*proof).at("inclusionProof"));
    entry.proof = std::move(read);
  }
  SUPPLY_TRY(entry.body, bytes_in(value, "canonicalizedBody"));
  return entry;
}

Status read_signer(const json::Value& material, Bundle& bundle) {
  SUPPLY_TRY(const json::Value* key, object_in(material, "publicKey"));
  SUPPLY_TRY(const json::Value* certificate, object_in(material, "certificate"));
  SUPPLY_TRY(const json::Value* chain, object_in(material, "x509CertificateChain"));
  if ((key != nullptr) + (certificate != nullptr) + (chain != nullptr) != 1)
    return malformed("want one of publicKey, certificate, x509CertificateChain");
  if (key != nullptr) {
    SUPPLY_TRY(bundle.key_hint, text_in(*key, "hint"));
    return {};
  }
  if (certificate != nullptr) {
    SUPPLY_TRY(std::string der, bytes_in(*certificate, "rawBytes").at("certificate"));
    if (der.empty()) return malformed("certificate: empty");
    bundle.certificates.push_back(std::move(der));
    return {};
  }
  // sigstore_bundle.proto: since 0.3 the certificate alone, "chains MUST NOT be used".
  if (bundle.minor >= 3) return malformed("x509CertificateChain in version 0.3: want certificate");
  SUPPLY_TRY(const json::Value* list, array_in(*chain, "certificates", kMaxChainCertificates));
  if (list == nullptr || list->empty()) return malformed("x509CertificateChain: no certificate");
  for (const json::Value& each : *list) {
    SUPPLY_TRY(std::string der, bytes_in(each, "rawBytes").at("x509CertificateChain"));
    if (der.empty()) return malformed("x509CertificateChain: empty certificate");
    bundle.certificates.push_back(std::move(der));
  }
  return {};
}

}  // namespace

Result<LogEntry> read_log_entry(const json::Value& value) { return log_entry_from(value); }

Status read_material(const json::Value& material, Bundle& bundle) {
  SUPPLY_TRY(read_signer(material, bundle));
  SUPPLY_TRY(const json::Value* entries, array_in(material, "tlogEntries", kMaxLogEntries));
  if (entries != nullptr) {
    for (std::size_t i = 0; i < entries->size(); ++i) {
      SUPPLY_TRY(LogEntry entry, log_entry_from((*entries)[i]).at("tlogEntries " + std::to_string(i)));
      bundle.log_entries.push_back(std::move(entry));
    }
  }
  SUPPLY_TRY(const json::Value* times, object_in(material, "timestampVerificationData"));
  if (times == nullptr) return {};
  SUPPLY_TRY(const json::Value* list, array_in(*times, "rfc3161Timestamps", kMaxTimestamps));
  if (list == nullptr) return {};
  for (const json::Value& each : *list) {
    if (!each.is_object()) return malformed("rfc3161Timestamps: want objects");
    SUPPLY_TRY(std::string timestamp, bytes_in(each, "signedTimestamp").at("rfc3161Timestamps"));
    bundle.timestamps.push_back(std::move(timestamp));
  }
  return {};
}

}  // namespace supply::attest::internal
