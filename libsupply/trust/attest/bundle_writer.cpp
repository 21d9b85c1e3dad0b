#include "libsupply/base/json/json_writer.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/trust/attest/sigstore_bundle.hpp"

namespace supply::attest {
namespace {

// proto3 JSON: integers of 64 bits are strings, what is zero or empty is left out.
void integer(json::JsonWriter& json, std::string_view name, std::uint64_t value) {
  if (value != 0) json.member(name, std::to_string(value));
}

void object_of_bytes(json::JsonWriter& json, std::string_view object, std::string_view member, std::string_view raw) {
  json.key(object);
  json.open('{');
  json.member(member, to_base64(raw));
  json.close('}');
}

void write(json::JsonWriter& json, const InclusionProof& proof) {
  json.key("inclusionProof");
  json.open('{');
  integer(json, "logIndex", proof.log_index);
  if (!proof.root_hash.empty()) json.member("rootHash", to_base64(proof.root_hash));
  integer(json, "treeSize", proof.tree_size);
  if (!proof.hashes.empty()) {
    json.key("hashes");
    json.open('[');
    for (const std::string& hash : proof.hashes) json.string(to_base64(hash));
    json.close(']');
  }
  json.key("checkpoint");
  json.open('{');
  json.member("envelope", proof.checkpoint);
  json.close('}');
  json.close('}');
}

void write(json::JsonWriter& json, const LogEntry& entry) {
  json.open('{');
  integer(json, "logIndex", entry.log_index);
  object_of_bytes(json, "logId", "keyId", entry.log_id);
  json.key("kindVersion");
  json.open('{');
  json.member("kind", entry.kind);
  json.member("version", entry.version);
  json.close('}');
  if (entry.integrated_time) integer(json, "integratedTime", static_cast<std::uint64_t>(*entry.integrated_time));
  if (!entry.promise.empty()) object_of_bytes(json, "inclusionPromise", "signedEntryTimestamp", entry.promise);
  if (entry.proof) write(json, *entry.proof);
  json.member("canonicalizedBody", to_base64(entry.body));
  json.close('}');
}

void write_material(json::JsonWriter& json, const Bundle& bundle) {
  json.key("verificationMaterial");
  json.open('{');
  if (bundle.certificates.empty()) {
    json.key("publicKey");
    json.open('{');
    json.member("hint", bundle.key_hint);
    json.close('}');
  } else {
    object_of_bytes(json, "certificate", "rawBytes", bundle.certificates.front());
  }
  if (!bundle.log_entries.empty()) {
    json.key("tlogEntries");
    json.open('[');
    for (const LogEntry& entry : bundle.log_entries) write(json, entry);
    json.close(']');
  }
  if (!bundle.timestamps.empty()) {
    json.key("timestampVerificationData");
    json.open('{');
    json.key("rfc3161Timestamps");
    json.open('[');
    for (const std::string& timestamp : bundle.timestamps) {
      json.open('{');
      json.member("signedTimestamp", to_base64(timestamp));
      json.close('}');
    }
    json.close(']');
    json.close('}');
  }
  json.close('}');
}

}  // namespace

std::string to_bundle_json(const Bundle& bundle) {
  std::string text;
  json::JsonWriter json(text);
  json.open('{');
  json.member("mediaType", kBundleType);
  write_material(json, bundle);
  if (const auto* envelope = std::get_if<Envelope>(&bundle.content)) {
    json.key("dsseEnvelope");
    json.raw(envelope->to_json());
  } else {
    const auto& message = std::get<MessageSignature>(bundle.content);
    json.key("messageSignature");
    json.open('{');
    json.key("messageDigest");
    json.open('{');
    json.member("algorithm", message.digest_algorithm);
    json.member("digest", to_base64(message.digest));
    json.close('}');
    json.member("signature", to_base64(message.signature));
    json.close('}');
  }
  json.close('}');
  return text;
}

std::string to_bundle_json(std::string_view key_hint, const BundleContent& content) {
  Bundle bundle;
  bundle.key_hint = std::string(key_hint);
  bundle.content = content;
  return to_bundle_json(bundle);
}

}  // namespace supply::attest
