// A bundle as a file, in proto JSON.
#include "libsupply/testing/private_instance.hpp"

namespace supply::testing {
namespace {

std::string member(const char* name, const std::string& value) { return std::string("\"") + name + "\":" + value; }
std::string quoted(const std::string& text) { return '"' + text + '"'; }
std::string bytes(const char* name, const std::string& raw) { return member(name, quoted(to_base64(raw))); }
std::string number(const char* name, std::uint64_t value) { return member(name, quoted(std::to_string(value))); }

std::string list_of(const std::vector<std::string>& all) {
  std::string text;
  for (const std::string& each : all) text += (text.empty() ? "" : ",") + each;
  return '[' + text + ']';
}

std::string with_newlines_escaped(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '\n' ? std::string("\\n") : std::string(1, c);
  return out;
}

std::string entry_json(const attest::LogEntry& entry) {
  std::string text = '{' + number("logIndex", entry.log_index) + ",\"logId\":{" + bytes("keyId", entry.log_id) +
                     "},\"kindVersion\":{" + member("kind", quoted(entry.kind)) + ',' +
                     member("version", quoted(entry.version)) + '}';
  if (entry.integrated_time) text += ',' + number("integratedTime", static_cast<std::uint64_t>(*entry.integrated_time));
  if (!entry.promise.empty()) text += ",\"inclusionPromise\":{" + bytes("signedEntryTimestamp", entry.promise) + '}';
  if (entry.proof) {
    std::vector<std::string> hashes;
    for (const std::string& hash : entry.proof->hashes) hashes.push_back(quoted(to_base64(hash)));
    text += ",\"inclusionProof\":{" + number("logIndex", entry.proof->log_index) + ',' +
            bytes("rootHash", entry.proof->root_hash) + ',' + number("treeSize", entry.proof->tree_size) + ',' +
            member("hashes", list_of(hashes)) + ",\"checkpoint\":{" +
            member("envelope", quoted(with_newlines_escaped(entry.proof->checkpoint))) + "}}";
  }
  return text + ',' + bytes("canonicalizedBody", entry.body) + '}';
}

std::string signer_json(const attest::Bundle& bundle) {
  if (bundle.certificates.empty()) return "\"publicKey\":{" + member("hint", quoted(bundle.key_hint)) + '}';
  if (bundle.minor == 3) return "\"certificate\":{" + bytes("rawBytes", bundle.certificates.front()) + '}';
  std::vector<std::string> all;
  for (const std::string& each : bundle.certificates) all.push_back('{' + bytes("rawBytes", each) + '}');
  return "\"x509CertificateChain\":{" + member("certificates", list_of(all)) + '}';
}

std::string content_json(const attest::Bundle& bundle) {
  if (const auto* content = std::get_if<attest::MessageSignature>(&bundle.content))
    return "\"messageSignature\":{\"messageDigest\":{" + member("algorithm", quoted(content->digest_algorithm)) + ',' +
           bytes("digest", content->digest) + "}," + bytes("signature", content->signature) + '}';
  const auto& content = std::get<attest::Envelope>(bundle.content);
  std::vector<std::string> signatures;
  for (const attest::Signature& each : content.signatures) signatures.push_back('{' + bytes("sig", each.bytes) + '}');
  return "\"dsseEnvelope\":{" + bytes("payload", content.payload) + ',' +
         member("payloadType", quoted(content.payload_type)) + ',' + member("signatures", list_of(signatures)) + '}';
}

}  // namespace

std::string to_json(const attest::Bundle& bundle) {
  std::vector<std::string> entries, timestamps;
  for (const attest::LogEntry& entry : bundle.log_entries) entries.push_back(entry_json(entry));
  for (const std::string& each : bundle.timestamps) timestamps.push_back('{' + bytes("signedTimestamp", each) + '}');
  const std::string type = bundle.minor == 3
                               ? std::string(attest::kBundleType)
                               : "application/vnd.dev.sigstore.bundle+json;version=0." + std::to_string(bundle.minor);
  return '{' + member("mediaType", quoted(type)) + ",\"verificationMaterial\":{" + signer_json(bundle) + ',' +
         member("tlogEntries", list_of(entries)) + ",\"timestampVerificationData\":{" +
         member("rfc3161Timestamps", list_of(timestamps)) + "}}," + content_json(bundle) + '}';
}

}  // namespace supply::testing
