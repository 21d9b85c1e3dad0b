#include "libsupply/verdict/provenance_check/cloud_build.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/trust/attest/statement.hpp"
#include "libsupply/trust/provenance/cloud_build_keys.hpp"

using namespace supply;
using namespace supply::provenance_check;
using Json = nlohmann::json;

namespace {

const Digest kImage = crypto::sha256("the image's manifest");
const std::string kDigest = kImage.to_string();
constexpr const char* kType = "application/vnd.in-toto+json";

Json statement(const char* predicate_type) {
  Json made;
  made["_type"] = "https://in-toto.io/Statement/v0.1";
  made["predicateType"] = predicate_type;
  made["subject"][0]["name"] = "https://r.example/app";
  made["subject"][0]["digest"]["sha256"] = kImage.encoded();
  made["predicate"]["builder"]["id"] = "b";
  return made;
}

// What `gcloud artifacts docker images describe --show-provenance --format json` prints, of a v0.1 or v1 statement.
Json printed(bool v1, const std::string& keyid = "k") {
  const Json of = statement(v1 ? "https://slsa.dev/provenance/v1" : "https://slsa.dev/provenance/v0.1");
  Json text = of;
  if (!v1) {
    text["slsaProvenance"] = text["predicate"];
    text.erase("predicate");
  }
  const attest::Envelope envelope{kType, of.dump(), {{keyid, "sig"}}};
  Json one;
  one["build"][v1 ? "inTotoSlsaProvenanceV1" : "intotoStatement"] = text;
  one["envelope"] = Json::parse(envelope.to_json());
  one["kind"] = "BUILD";
  one["resourceUri"] = "https://r.example/app@" + kDigest;
  Json made;
  made["image_summary"]["digest"] = kDigest;
  made["image_summary"]["fully_qualified_digest"] = "r.example/app@" + kDigest;
  made["provenance_summary"]["provenance"][0] = one;
  return made;
}

std::string objection(const Json& output) { return gcloud_objection(*read_attestation_file(output.dump()), 0, kImage); }

}  // namespace

// Source: slsa-verifier, verifiers/internal/gcb: VerifyMetadata, VerifySummary, VerifyTextProvenance.
TEST_CASE("what gcloud prints around an envelope must be of that image and that statement") {
  for (const bool v1 : {false, true}) {
    CHECK(objection(printed(v1)).empty());
    const std::string other = crypto::sha256("other").to_string();
    const auto changed = [&](const char* pointer, const Json& value) {
      Json output = printed(v1);
      output[Json::json_pointer(pointer)] = value;
      return objection(output);
    };
    CHECK_FALSE(changed("/image_summary/digest", other).empty());
    CHECK_FALSE(changed("/image_summary/fully_qualified_digest", "r.example/app@" + other).empty());
    CHECK_FALSE(changed("/provenance_summary/provenance/0/kind", "BUILDN").empty());
    CHECK_FALSE(changed("/provenance_summary/provenance/0/resourceUri", "https://r.example/app@" + other).empty());
    const std::string build =
        std::string("/provenance_summary/provenance/0/build/") + (v1 ? "inTotoSlsaProvenanceV1" : "intotoStatement");
    CHECK_FALSE(changed((build + "/subject/0/digest/sha256").c_str(), "ab").empty());
    CHECK_FALSE(
        changed((build + (v1 ? "/predicate/builder/id" : "/slsaProvenance/builder/id")).c_str(), "other").empty());
    CHECK_FALSE(changed("/provenance_summary/provenance/0/envelope/payload", to_base64("{}")).empty());
    CHECK_FALSE(changed("/provenance_summary/provenance/0/envelope/payload", "no base64!").empty());
  }
  Json bare = printed(true);
  bare.erase("image_summary");
  for (const char* absent : {"build", "kind", "resourceUri"}) bare["provenance_summary"]["provenance"][0].erase(absent);
  CHECK(objection(bare).empty());
}

TEST_CASE("a signature counts by the key of Google's that it names, and by no other") {
  Budget budget;
  const verify::Artifact image{std::nullopt, kImage};
  const auto told = [&](const std::string& keyid) {
    const auto file = read_attestation_file(printed(true, keyid).dump());
    return cloud_build_attestation(image, file->attestations.at(0), budget).error();
  };
  for (const char* keyid : {"", "k", "projects/verified-builder"}) {
    CHECK(told(keyid).code() == ErrorCode::mismatch);
    CHECK(told(keyid).message() == "no signature names a key of Google Cloud Build");
  }
  for (const auto& key : provenance::kCloudBuildKeys) CHECK(told(std::string(key.id)).code() == ErrorCode::mismatch);
}

TEST_CASE("Google's keys are what their fingerprints say, each once") {
  std::set<std::string_view> ids, prints;
  for (const auto& key : provenance::kCloudBuildKeys) {
    const auto der = from_base64(key.der);
    REQUIRE(der);
    CHECK(crypto::PublicKey::from_der(*der));
    CHECK(to_hex(crypto::hash(crypto::HashAlgorithm::sha256, *der)) == key.fingerprint);
    CHECK(ids.insert(key.id).second);
    CHECK(prints.insert(key.fingerprint).second);
  }
  CHECK(ids.size() == 21);
}

TEST_CASE("a key that signs bare payloads signs nothing else, and no other key signs those") {
  const crypto::PrivateKey key = *crypto::PrivateKey::generate(crypto::KeyType::ecdsa_p256);
  const std::string payload = statement("https://slsa.dev/provenance/v0.1").dump();
  const std::string bare = attest::Envelope{kType, payload, {{"", *key.sign(payload)}}}.to_json();
  const std::string encoded =
      attest::Envelope{kType, payload, {{"", *key.sign(attest::pre_authentication_encoding(kType, payload))}}}
          .to_json();
  verify::TrustedKey trusted{"region", key.public_key()};
  const auto holds = [&](const std::string& envelope) {
    Budget budget;
    const auto verified =
        verify::Verifier(std::vector<verify::TrustedKey>{trusted}).blob_attestation(kImage, envelope, budget);
    if (!verified) CHECK(verified.error().code() == ErrorCode::mismatch);
    return static_cast<bool>(verified);
  };
  CHECK(holds(encoded));
  CHECK_FALSE(holds(bare));
  trusted.signs_bare_payload = true;
  CHECK(holds(bare));
  CHECK_FALSE(holds(encoded));
  std::vector<verify::TrustedKey> given{{"some", key.public_key()}};
  know_cloud_build(given);
  CHECK_FALSE(given[0].signs_bare_payload);
  for (const auto& each : provenance::kCloudBuildKeys) {
    given = {{"google", *crypto::PublicKey::from_der(*from_base64(each.der))}};
    know_cloud_build(given);
    CHECK(given[0].signs_bare_payload == (each.kind == provenance::CloudBuildKey::Kind::regional));
  }
}
