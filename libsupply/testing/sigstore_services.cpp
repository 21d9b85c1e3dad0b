#include "libsupply/testing/sigstore_services.hpp"

#include <array>
#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/der.hpp"
#include "libsupply/base/text/hex.hpp"

namespace supply::testing {
namespace {

using Json = nlohmann::json;

constexpr std::array<std::pair<std::string_view, ServiceFault>, 25> kFaults{{
    {"none", ServiceFault::none},
    {"other-key", ServiceFault::other_key},
    {"other-authority", ServiceFault::other_authority},
    {"other-identity", ServiceFault::other_identity},
    {"no-sct", ServiceFault::no_sct},
    {"other-ct-log", ServiceFault::other_ct_log},
    {"detached-sct", ServiceFault::detached_sct},
    {"expired", ServiceFault::expired},
    {"no-proof-checked", ServiceFault::no_proof_checked},
    {"other-entry", ServiceFault::other_entry},
    {"bad-promise", ServiceFault::bad_promise},
    {"bad-proof", ServiceFault::bad_proof},
    {"bad-checkpoint", ServiceFault::bad_checkpoint},
    {"other-log", ServiceFault::other_log},
    {"too-large", ServiceFault::too_large},
    {"other-nonce", ServiceFault::other_nonce},
    {"other-imprint", ServiceFault::other_imprint},
    {"other-stamper", ServiceFault::other_stamper},
    {"late-stamp", ServiceFault::late_stamp},
    {"refused-stamp", ServiceFault::refused_stamp},
    {"junk", ServiceFault::junk},
    {"busy-once", ServiceFault::busy_once},
    {"busy", ServiceFault::busy},
    {"unauthorized", ServiceFault::unauthorized},
    {"redirect", ServiceFault::redirect},
}};

HttpReply refusal(int status, const std::string& message) {
  return {status, {{"Content-Type", "application/json"}}, Json{{"code", 3}, {"message", message}}.dump()};
}

HttpReply json_reply(int status, const Json& body) {
  return {status, {{"Content-Type", "application/json"}}, body.dump()};
}

std::string base64_url(std::string_view bytes) {
  std::string text = to_base64(bytes);
  while (text.ends_with('=')) text.pop_back();
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text;
}

// The key or certificate in PEM, in base64, and the key in it.
crypto::PublicKey key_in(const std::string& verifier) {
  const std::string text = *from_base64(verifier);
  if (text.find("CERTIFICATE") == std::string::npos) return *crypto::PublicKey::from_pem(text);
  return *crypto::Certificate::all_from_pem(text)->front().key;
}

}  // namespace

std::optional<ServiceFault> service_fault(std::string_view name) {
  for (const auto& [known, fault] : kFaults)
    if (known == name) return fault;
  return std::nullopt;
}

std::string unsigned_token(const std::string& claims) {
  return base64_url(R"({"alg":"RS256","typ":"JWT"})") + '.' + base64_url(claims) + '.' + base64_url("signature");
}

void SigstoreServices::set(ServiceFault fault) {
  const std::scoped_lock lock(mutex_);
  fault_ = fault;
  seen_.clear();
}

HttpReply SigstoreServices::answer(const HttpRequest& request) {
  const std::string path = request.path();
  if (request.method == "POST" && path.starts_with("/fault/")) {
    const auto fault = service_fault(path.substr(7));
    if (!fault) return refusal(404, "no such fault");
    set(*fault);
    return json_reply(200, Json::object());
  }
  const std::scoped_lock lock(mutex_);
  const int before = seen_[path]++;
  switch (fault_) {
    case ServiceFault::busy: return refusal(503, "later");
    case ServiceFault::busy_once:
      if (before == 0) return refusal(503, "later");
      break;
    case ServiceFault::junk: return {200, {}, std::string("\x30\x82\xff{[junk", 9)};
    case ServiceFault::redirect: return {302, {{"Location", "https://elsewhere.test/"}}, ""};
    default: break;
  }
  if (path.starts_with("/certificates")) return json_reply(200, Json{{"certificates", certificates_}});
  if (path == "/api/v2/signingCert") return certificate(request);
  if (path.starts_with("/api/v1/log/entries")) return rekor_1(request);
  if (path == "/api/v2/log/entries") return rekor_2(request);
  if (path == "/api/v1/timestamp") return stamp(request);
  return refusal(404, "no such path");
}

HttpReply SigstoreServices::certificate(const HttpRequest& request) {
  if (fault_ == ServiceFault::unauthorized) return refusal(401, "There was an error processing the identity token");
  const std::string bearer = request.header("Authorization");
  const std::size_t first = bearer.find('.'), second = bearer.find('.', first + 1);
  if (!bearer.starts_with("Bearer ") || second == std::string::npos) return refusal(401, "no token");
  const Json claims = Json::parse(*from_base64(bearer.substr(first + 1, second - first - 1)));
  const Json asked = Json::parse(request.body)["publicKeyRequest"];
  const crypto::PublicKey key = *crypto::PublicKey::from_pem(asked["publicKey"]["content"].get<std::string>());
  const std::string subject = claims.contains("email") ? claims["email"] : claims["sub"];
  const std::string proof = *from_base64(asked["proofOfPossession"].get<std::string>());
  if (fault_ == ServiceFault::no_proof_checked || !key.verify(subject, proof))
    return refusal(400, "The signature supplied in the request could not be verified");

  CertificateForm form = instance_.leaf_form();
  form.from = now_() - std::chrono::seconds(fault_ == ServiceFault::expired ? 3600 : 0);
  form.until = form.from + std::chrono::minutes(10);
  const crypto::PrivateKey other = PrivateInstance::new_key();
  form.public_key = fault_ == ServiceFault::other_key ? spki(other) : key.to_der();
  const std::string name = fault_ == ServiceFault::other_identity ? "mallory@example.test" : subject;
  form.name = name.find('@') != std::string::npos ? email_name(name) : uri_name(name);
  form.more.clear();
  const std::string issuer = claims["iss"];
  form.extend("1.3.6.1.4.1.57264.1.1", false, issuer);
  form.extend("1.3.6.1.4.1.57264.1.8", false, der_text(issuer));
  SctForm sct{form.from, "more"};
  if (fault_ == ServiceFault::other_ct_log) sct.log = &other;
  if (fault_ != ServiceFault::no_sct && fault_ != ServiceFault::detached_sct) {
    const std::string value = instance_.sct(form, sct);
    form.extend(kSctExtension, false, value);
  }
  const std::string leaf = form.signed_by(fault_ == ServiceFault::other_authority ? other : instance_.authority);
  ++certificates_;
  Json chain = Json::array({pem("CERTIFICATE", leaf)});
  for (const std::string& each : instance_.chain()) chain.push_back(pem("CERTIFICATE", each));
  if (fault_ == ServiceFault::detached_sct)
    return json_reply(200, Json{{"signedCertificateDetachedSct",
                                 {{"chain", {{"certificates", chain}}}, {"signedCertificateTimestamp", "e30="}}}});
  return json_reply(200, Json{{"signedCertificateEmbeddedSct", {{"chain", {{"certificates", chain}}}}}});
}

void SigstoreServices::break_entry(attest::LogEntry& entry) const {
  const crypto::PrivateKey other =
      PrivateInstance::new_key(entry.promise.empty() ? crypto::KeyType::ed25519 : crypto::KeyType::ecdsa_p256);
  if (fault_ == ServiceFault::bad_promise && entry.integrated_time) entry.promise = promise_of(entry, other);
  if (fault_ == ServiceFault::other_log) entry.log_id = sha256_of("another log");
  if (fault_ == ServiceFault::bad_proof && !entry.proof->hashes.empty()) entry.proof->hashes[0][0] ^= 1;
  if (fault_ == ServiceFault::bad_checkpoint) {
    std::string& note = entry.proof->checkpoint;
    const std::size_t end = note.find("\n\n");
    const std::string text = note.substr(0, end + 1);
    const std::string& name = entry.promise.empty() ? instance_.rekor2.host() : instance_.rekor.host();
    note = text + "\n" + note_line(name, entry.log_id, text, other);
  }
}

HttpReply SigstoreServices::entry_1(std::size_t index, int status) {
  const std::string& body = instance_.rekor.leaves()[index];
  const Json parsed = Json::parse(body);
  attest::LogEntry entry = instance_.rekor.entry(index, parsed["kind"], parsed["apiVersion"], now_());
  break_entry(entry);
  Json hashes = Json::array();
  for (const std::string& hash : entry.proof->hashes) hashes.push_back(to_hex(hash));
  const Json proof = {{"checkpoint", entry.proof->checkpoint},
                      {"hashes", hashes},
                      {"logIndex", entry.proof->log_index},
                      {"rootHash", to_hex(entry.proof->root_hash)},
                      {"treeSize", entry.proof->tree_size}};
  const Json value = {
      {"body", to_base64(entry.body)},
      {"integratedTime", *entry.integrated_time},
      {"logID", to_hex(entry.log_id)},
      {"logIndex", entry.log_index},
      {"verification", {{"inclusionProof", proof}, {"signedEntryTimestamp", to_base64(entry.promise)}}}};
  return json_reply(status, Json{{"uuid" + std::to_string(index), value}});
}

HttpReply SigstoreServices::rekor_1(const HttpRequest& request) {
  if (fault_ == ServiceFault::too_large) return refusal(413, "request entity too large");
  const std::string path = request.path();
  if (request.method == "GET") return entry_1(std::stoul(path.substr(path.rfind('/') + 1)), 200);
  Json proposed = Json::parse(request.body);
  Json& spec = proposed["spec"];
  if (proposed["kind"] == "dsse") {
    const std::string envelope = spec["proposedContent"]["envelope"];
    const Json read = Json::parse(envelope);
    const std::string payload = *from_base64(read["payload"].get<std::string>());
    const std::string verifier = spec["proposedContent"]["verifiers"][0];
    const std::string signature = read["signatures"][0]["sig"];
    if (!key_in(verifier).verify(signed_bytes(read["payloadType"], payload), *from_base64(signature)))
      return refusal(400, "invalid signature");
    spec = {{"envelopeHash", {{"algorithm", "sha256"}, {"value", to_hex(sha256_of(envelope))}}},
            {"payloadHash", {{"algorithm", "sha256"}, {"value", to_hex(sha256_of(payload))}}},
            {"signatures", Json::array({{{"signature", signature}, {"verifier", verifier}}})}};
  }
  if (fault_ == ServiceFault::other_entry) {
    Json& signature = proposed["kind"] == "dsse" ? spec["signatures"][0]["signature"] : spec["signature"]["content"];
    signature = to_base64(*instance_.leaf.sign("something else"));
  }
  const std::string body = proposed.dump();
  if (const auto there = logged_1_.find(body); there != logged_1_.end()) {
    HttpReply reply = refusal(409, "an equivalent entry already exists in the transparency log");
    reply.headers.emplace_back("Location", "/api/v1/log/entries/" + std::to_string(there->second));
    return reply;
  }
  if (instance_.rekor.size() == 0) instance_.rekor.add("the leaf before");
  const std::size_t index = instance_.rekor.add(body);
  logged_1_.emplace(body, index);
  return entry_1(index, 201);
}

HttpReply SigstoreServices::rekor_2(const HttpRequest& request) {
  if (fault_ == ServiceFault::too_large) return refusal(413, "request entity too large");
  const Json asked = Json::parse(request.body)["hashedRekordRequestV002"];
  Json signature = asked["signature"];
  const std::string details = signature["verifier"]["keyDetails"];
  const std::string algorithm = details.ends_with("384")       ? "SHA2_384"
                                : details.ends_with("512")     ? "SHA2_512"
                                : details == "PKIX_ED25519_PH" ? "SHA2_512"
                                                               : "SHA2_256";
  if (fault_ == ServiceFault::other_entry) signature["content"] = to_base64(*instance_.leaf.sign("something else"));
  const std::string body =
      Json{{"apiVersion", "0.0.2"},
           {"kind", "hashedrekord"},
           {"spec",
            {{"hashedRekordV002",
              {{"data", {{"algorithm", algorithm}, {"digest", asked["digest"]}}}, {"signature", signature}}}}}}
          .dump();
  if (const auto there = logged_2_.find(body); there != logged_2_.end()) {
    HttpReply reply = refusal(409, "entry already exists");
    reply.headers.emplace_back("x-log-index", std::to_string(there->second));
    return reply;
  }
  if (instance_.rekor2.size() == 0) instance_.rekor2.add("the leaf before");
  const std::size_t index = instance_.rekor2.add(body);
  logged_2_.emplace(body, index);
  attest::LogEntry entry = instance_.rekor2.entry(index, "hashedrekord", "0.0.2", Time());
  break_entry(entry);
  Json hashes = Json::array();
  for (const std::string& hash : entry.proof->hashes) hashes.push_back(to_base64(hash));
  const Json proof = {{"logIndex", std::to_string(entry.proof->log_index)},
                      {"rootHash", to_base64(entry.proof->root_hash)},
                      {"treeSize", std::to_string(entry.proof->tree_size)},
                      {"hashes", hashes},
                      {"checkpoint", {{"envelope", entry.proof->checkpoint}}}};
  return json_reply(201, Json{{"logIndex", std::to_string(entry.log_index)},
                              {"logId", {{"keyId", to_base64(entry.log_id)}}},
                              {"kindVersion", {{"kind", entry.kind}, {"version", entry.version}}},
                              {"integratedTime", "0"},
                              {"inclusionPromise", nullptr},
                              {"inclusionProof", proof},
                              {"canonicalizedBody", to_base64(entry.body)}});
}

HttpReply SigstoreServices::stamp(const HttpRequest& request) {
  if (request.header("Content-Type") != "application/timestamp-query") return refusal(400, "content type");
  // TimeStampReq { version, messageImprint { algorithm, hash }, nonce, certReq }
  crypto::DerReader reader(*crypto::der_content(request.body, crypto::der_tag::kSequence));
  const auto version = *reader.next(crypto::der_tag::kInteger);
  crypto::DerReader imprint(reader.next(crypto::der_tag::kSequence)->content);
  const auto algorithm = *imprint.next(crypto::der_tag::kSequence);
  const auto hash = *imprint.next(crypto::der_tag::kOctetString);
  const auto nonce = *reader.next(crypto::der_tag::kInteger);
  if (version.content != "\x01" || algorithm.content.empty()) return refusal(400, "no request");
  const crypto::PrivateKey other = PrivateInstance::new_key();
  TimestampForm form{now_()};
  form.imprint = fault_ == ServiceFault::other_imprint ? sha256_of("other bytes") : std::string(hash.content);
  form.nonce = fault_ == ServiceFault::other_nonce ? der_number(7) : std::string(nonce.whole);
  form.embed = true;
  if (fault_ == ServiceFault::other_stamper) form.key = &other;
  if (fault_ == ServiceFault::late_stamp) form.time += std::chrono::hours(1);
  if (fault_ == ServiceFault::refused_stamp) form.status = 2;
  return {201, {{"Content-Type", "application/timestamp-reply"}}, instance_.timestamp(form)};
}

}  // namespace supply::testing
