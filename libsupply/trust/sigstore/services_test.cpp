#include "libsupply/trust/sigstore/services.hpp"

#include <catch2/catch.hpp>

#include "libsupply/testing/fake_client.hpp"
#include "libsupply/testing/sigstore_services.hpp"
#include "libsupply/trust/attest/statement.hpp"
#include "libsupply/trust/sign/sign_bundle.hpp"
#include "libsupply/trust/sigstore/keyless_signer.hpp"
#include "libsupply/trust/verify/verifier.hpp"

namespace supply::sigstore {
namespace {

using testing::ServiceFault;

const std::string kStatement =
    R"({"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"f","digest":{"sha256":")" + std::string(64, 'a') +
    R"("}}],"predicateType":"https://example.org/t","predicate":{"a":1}})";
const Digest kSubject = *Digest::parse("sha256:" + std::string(64, 'a'));

// A private instance behind a client, and all that signs with it.
struct Kit {
  testing::PrivateInstance instance;
  testing::FakeClient http;
  testing::FakeClock clock;
  Time now = instance.at(30);
  testing::SigstoreServices services{instance, [this] { return now; }};
  root::TrustedRoot trusted = instance.trusted();
  ServiceClient client{http, clock, std::nullopt};
  CheckScts scts = CheckScts::yes;

  Kit() {
    http.hosts["https://sigstore.test"] = [this](const testing::HttpRequest& request) {
      return services.answer(request);
    };
  }
  ServiceAddresses addresses(std::uint64_t rekor, bool stamps) const {
    ServiceAddresses all;
    all.certificate_authority = "https://sigstore.test/";
    if (rekor != 0) all.logs = {{"https://sigstore.test", rekor}};
    if (stamps) all.timestamp_authorities = {"https://sigstore.test/api/v1/timestamp"};
    return all;
  }
  IdentityToken token(const std::string& more = {}) const {
    return *IdentityToken::parse(
        testing::unsigned_token(R"({"iss":"https://issuer.test","aud":"sigstore","sub":"https://ci.test/job","exp":)" +
                                std::to_string(instance.at(300).time_since_epoch().count()) + more + "}"));
  }
  KeylessSigner signer(const std::string& more = {}) {
    return KeylessSigner(client, token(more), trusted, {"https://sigstore.test/", scts, [this] { return now; }});
  }
  Result<std::string> statement(std::uint64_t rekor, bool stamps) {
    const Services all(client, addresses(rekor, stamps), trusted, scts);
    const KeylessSigner keyless = signer();
    return sign::sign_statement(keyless, kStatement, &all);
  }
  Result<std::string> blob(std::uint64_t rekor, bool stamps) {
    const Services all(client, addresses(rekor, stamps), trusted, scts);
    const KeylessSigner keyless = signer();
    return sign::sign_blob(keyless, sign::SigningInput::of_message("message"), &all);
  }
  // As somebody verifies who trusts the identity.
  verify::Verifier verifier(const std::string& name = "https://ci.test/job") const {
    verify::TrustPolicy policy;
    policy.trusted_root = trusted;
    policy.identities.push_back(
        {{verify::TextPattern::exact(name)}, {verify::TextPattern::exact("https://issuer.test")}, {}});
    return verify::Verifier(policy, now);
  }
};

TEST_CASE("what is signed by an identity verifies, through either Rekor, with and without timestamps") {
  struct Case {
    std::uint64_t rekor;
    bool stamps;
  };
  for (const Case& each : {Case{1, false}, Case{1, true}, Case{2, true}}) {
    INFO(each.rekor << ' ' << each.stamps);
    Kit kit;
    for (int i = 0; i < 3; ++i) {
      const auto statement = kit.statement(each.rekor, each.stamps);
      if (!statement) FAIL(statement.error().message());
      Budget budget;
      const auto checked = kit.verifier().blob_attestation({std::nullopt, kSubject}, *statement, budget);
      if (!checked) FAIL(checked.error().message());
      CHECK(checked->signer().certificate->name == "https://ci.test/job");
      const auto blob = kit.blob(each.rekor, each.stamps);
      if (!blob) FAIL(blob.error().message());
      CHECK(kit.verifier().blob("message", *blob));
      const auto bundle = attest::Bundle::parse(*blob);
      REQUIRE(bundle);
      CHECK(bundle->log_entries.size() == 1);
      CHECK(bundle->timestamps.size() == (each.stamps ? 1 : 0));
    }
  }
}

TEST_CASE("one certificate serves all signatures while it is valid, and another follows") {
  Kit kit;
  const Services all(kit.client, kit.addresses(1, true), kit.trusted, CheckScts::yes);
  const KeylessSigner keyless = kit.signer();
  for (int i = 0; i < 3; ++i) REQUIRE(sign::sign_statement(keyless, kStatement, &all));
  CHECK(kit.services.certificates() == 1);
  kit.now += std::chrono::minutes(9);
  const auto over = sign::sign_statement(keyless, kStatement, &all);  // the token is over by then
  CHECK(over.error().code() == ErrorCode::unauthenticated);
}

TEST_CASE("a certificate of an address is asked for with proof over the address") {
  Kit kit;
  const Services all(kit.client, kit.addresses(1, false), kit.trusted, CheckScts::yes);
  const KeylessSigner keyless = kit.signer(R"(,"email":"me@example.test","email_verified":true)");
  const auto made = sign::sign_statement(keyless, kStatement, &all);
  if (!made) FAIL(made.error().message());
  Budget budget;
  CHECK(kit.verifier("me@example.test").blob_attestation({std::nullopt, kSubject}, *made, budget));
  kit.services.set(ServiceFault::other_identity);
  const KeylessSigner again = kit.signer(R"(,"email":"me@example.test","email_verified":true)");
  CHECK(sign::sign_statement(again, kStatement, &all).error().message().find("mallory@example.test") !=
        std::string::npos);
}

TEST_CASE("every type of key can be logged and stamped, with either Rekor") {
  for (const crypto::KeyType type : {crypto::KeyType::ecdsa_p256, crypto::KeyType::ecdsa_p384,
                                     crypto::KeyType::ecdsa_p521, crypto::KeyType::ed25519, crypto::KeyType::rsa}) {
    const auto key = crypto::PrivateKey::generate(type);
    for (const std::uint64_t rekor : {1U, 2U}) {
      INFO(crypto::to_string(type) << ' ' << rekor);
      Kit kit;
      const Services all(kit.client, kit.addresses(rekor, true), kit.trusted, CheckScts::yes);
      const sign::PrivateKeySigner signer(&*key, sign::SchemeChoice::of_key);
      const auto statement = sign::sign_statement(signer, kStatement, &all);
      if (!statement) FAIL(statement.error().message());
      const auto blob = sign::sign_blob(signer, sign::SigningInput::of_message("message"), &all);
      if (!blob) FAIL(blob.error().message());
      const auto material = signer.material();
      CHECK(all.is_complete(*statement, kSubject, *material));
      // A key whose signatures are always the same: Rekor v1 answers the entry that is there, v2 cannot.
      const auto again = sign::sign_blob(signer, sign::SigningInput::of_message("message"), &all);
      const bool always_same = type == crypto::KeyType::rsa || type == crypto::KeyType::ed25519;
      CHECK(static_cast<bool>(again) == (rekor == 1 || !always_same));
      if (!again) CHECK(again.error().code() == ErrorCode::unsupported);
    }
  }
}

TEST_CASE("what is there already is complete only if it is by the same identity and has all that is wanted") {
  Kit kit;
  const KeylessSigner keyless = kit.signer();
  const auto own = keyless.material();
  REQUIRE(own);
  const Services bare(kit.client, kit.addresses(1, false), kit.trusted, CheckScts::yes);
  const Services stamped(kit.client, kit.addresses(1, true), kit.trusted, CheckScts::yes);
  const auto without = sign::sign_statement(keyless, kStatement, &bare);
  REQUIRE(without);
  CHECK(bare.is_complete(*without, kSubject, *own));
  CHECK_FALSE(stamped.is_complete(*without, kSubject, *own));
  CHECK_FALSE(bare.is_complete(*without, *Digest::parse("sha256:" + std::string(64, 'b')), *own));
  const KeylessSigner another = kit.signer(R"(,"email":"me@example.test","email_verified":true)");
  CHECK_FALSE(bare.is_complete(*without, kSubject, *another.material()));
  const auto key = crypto::PrivateKey::generate(crypto::KeyType::ecdsa_p256);
  CHECK_FALSE(bare.is_complete(*without, kSubject, *sign::PrivateKeySigner(&*key).material()));
  CHECK_FALSE(bare.is_complete("junk", kSubject, *own));
}

TEST_CASE("an image's signature, which is no attestation of a file, is logged and found again") {
  Kit kit;
  std::string statement = kStatement;
  const std::string type = "https://example.org/t";
  statement.replace(statement.find(type), type.size(), attest::kCosignSignType);
  for (const std::uint64_t rekor : {1U, 2U}) {
    INFO(rekor);
    const Services all(kit.client, kit.addresses(rekor, true), kit.trusted, CheckScts::yes);
    const KeylessSigner keyless = kit.signer();
    const auto input = sign::SigningInput::of_message(
        statement, attest::pre_authentication_head(attest::kInTotoPayloadType, statement.size()));
    const auto made = keyless.sign(input);
    REQUIRE(made);
    attest::Bundle bundle;
    bundle.media_type = std::string(attest::kBundleType);
    bundle.certificates = {made->material.certificates.front()};
    bundle.content = attest::Envelope{std::string(attest::kInTotoPayloadType), statement, {{"", made->signature}}};
    const auto answered = all.countersign(*made, input, bundle.content);
    if (!answered) FAIL(answered.error().message());
    bundle.log_entries = answered->log_entries;
    bundle.timestamps = answered->timestamps;
    const std::string text = attest::to_bundle_json(bundle);
    CHECK(all.is_complete(text, kSubject, made->material));
    CHECK_FALSE(all.is_complete(text, *Digest::parse("sha256:" + std::string(64, 'b')), made->material));
    Budget budget;
    CHECK_FALSE(kit.verifier().blob_attestation({std::nullopt, kSubject}, text, budget));
  }
}

TEST_CASE("nothing is written of what a service answered wrong") {
  struct Case {
    ServiceFault fault;
    const char* what;
    ErrorCode code = ErrorCode::mismatch;
    std::uint64_t rekor = 1;
  };
  for (const Case& each : {Case{ServiceFault::other_key, "is for another key"},
                           Case{ServiceFault::other_authority, "does not chain"},
                           Case{ServiceFault::no_sct, "SCT"},
                           Case{ServiceFault::other_ct_log, "log that is not trusted"},
                           Case{ServiceFault::detached_sct, "beside the certificate", ErrorCode::unsupported},
                           Case{ServiceFault::expired, "it is now"},
                           Case{ServiceFault::no_proof_checked, "could not be verified", ErrorCode::unsupported},
                           Case{ServiceFault::unauthorized, "401", ErrorCode::unauthenticated},
                           Case{ServiceFault::other_entry, "tlog-entry"},
                           Case{ServiceFault::other_entry, "tlog-entry", ErrorCode::mismatch, 2},
                           Case{ServiceFault::bad_promise, "tlog-set"},
                           Case{ServiceFault::bad_proof, "tlog-inclusion"},
                           Case{ServiceFault::bad_proof, "tlog-inclusion", ErrorCode::mismatch, 2},
                           Case{ServiceFault::bad_checkpoint, "tlog-checkpoint"},
                           Case{ServiceFault::bad_checkpoint, "tlog-checkpoint", ErrorCode::mismatch, 2},
                           Case{ServiceFault::other_log, "tlog-entry"},
                           Case{ServiceFault::other_log, "tlog-entry", ErrorCode::mismatch, 2},
                           Case{ServiceFault::too_large, "413", ErrorCode::unsupported},
                           Case{ServiceFault::other_nonce, "nonce"},
                           Case{ServiceFault::other_imprint, "timestamp"},
                           Case{ServiceFault::other_stamper, "no trusted authority"},
                           Case{ServiceFault::late_stamp, ""},
                           Case{ServiceFault::refused_stamp, "timestamp"},
                           Case{ServiceFault::junk, "certificate", ErrorCode::malformed},
                           Case{ServiceFault::busy, "503", ErrorCode::unavailable},
                           Case{ServiceFault::redirect, "302", ErrorCode::unsupported}}) {
    Kit kit;
    kit.services.set(each.fault);
    for (const bool blob : {false, true}) {
      INFO(each.what << ' ' << each.rekor << ' ' << blob);
      const auto made = blob ? kit.blob(each.rekor, true) : kit.statement(each.rekor, true);
      REQUIRE(!made);
      INFO(made.error().message());
      CHECK(made.error().code() == each.code);
      CHECK(made.error().message().find(each.what) != std::string::npos);
      CHECK(made.error().message().find(kit.token().text) == std::string::npos);
    }
  }
}

TEST_CASE("a service that is busy for a moment is asked again; an instance without CT log signs where that is said") {
  Kit kit;
  kit.services.set(ServiceFault::busy_once);
  CHECK(kit.statement(1, true));
  CHECK(kit.clock.sleeps == 3);
  kit.services.set(ServiceFault::no_sct);
  kit.scts = CheckScts::no;
  CHECK(kit.statement(1, true));
}

TEST_CASE("a token goes over https, or not beyond this machine") {
  Kit kit;
  kit.http.hosts["http://sigstore.test"] = kit.http.hosts["https://sigstore.test"];
  const KeylessSigner keyless(kit.client, kit.token(), kit.trusted,
                              {"http://sigstore.test", CheckScts::yes, [&] { return kit.now; }});
  CHECK(keyless.material().error().code() == ErrorCode::usage);
  CHECK(kit.http.requests.empty());
}

}  // namespace
}  // namespace supply::sigstore
