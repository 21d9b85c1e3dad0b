// Every verdict of testdata/peers/ORIGIN.md about images.
#include <catch2/catch.hpp>
#include <set>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/image/layout/layout.hpp"
#include "libsupply/testing/judged.hpp"
#include "libsupply/testing/testing.hpp"
#include "libsupply/trust/verify/verifier.hpp"

namespace supply::verify {
namespace {

using supply::testing::read;
using supply::testing::testdata;
using Set = std::set<std::string>;

const std::string kOne = "sha256:b755d60101971f7c529d00937b7a8f10259d6ba1156b810dad2a23aa74e0afd1";
const std::string kMulti = "sha256:a38494ed823240c10e9e50920311be538e762c8c9eaf5409815a6c27a60ca0c6";
const std::string kArm = "sha256:cfd855e19610a2e810b9026ae4d51b2c095ba85e969fb08ec47960cab75bb457";
constexpr const char* kKeys[] = {"ecdsa-p256", "ecdsa-p256-other", "rsa", "p384", "attest-only", "ed25519"};

std::unique_ptr<layout::Layout> open(const std::string& name) {
  auto opened = layout::Layout::open(testdata("peers/" + name));
  REQUIRE(opened);
  return *std::move(opened);
}

std::vector<attachments::Attachment> attached_to(const std::string& name, const std::string& digest) {
  const auto layout = open(name);
  const auto descriptor = layout->resolve({.tag = std::nullopt, .digest = *Digest::parse(digest)});
  REQUIRE(descriptor);
  auto attached = testing::collect(*layout, *descriptor);
  REQUIRE(attached);
  CHECK(attached->others.empty());
  return std::move(attached->evidence);
}

SubjectClaims judge(const std::string& key, const std::string& layout, const std::string& digest) {
  const Verifier verifier({{key, *crypto::PublicKey::from_pem(read(testdata("peers/" + key + ".pub")))}});
  return testing::image(verifier, *Digest::parse(digest), attached_to(layout, digest));
}

// "release=1.0 env=prod", "legacy release=1.0", "" …, one for each signature.
Set signatures(const SubjectClaims& outcome) {
  Set all;
  for (const auto& signature : outcome.signatures) {
    std::string text = signature.claim().legacy ? "legacy" : "bundle";
    for (const auto& [key, value] : signature.claim().annotations) text += ' ' + key + '=' + value;
    all.insert(text);
  }
  CHECK(all.size() == outcome.signatures.size());
  return all;
}

Set attestations(const SubjectClaims& outcome) {
  Set all;
  for (const auto& statement : outcome.statements) all.insert(statement.claim().predicate_type);
  return all;
}

TEST_CASE("what each key signed of image 1.0 in bundles") {
  const std::map<std::string, Set> signed_by = {{"ecdsa-p256", {"bundle env=prod release=1.0"}},
                                                {"ecdsa-p256-other", {"bundle"}},
                                                {"rsa", {"bundle"}},
                                                {"p384", {"bundle"}},
                                                {"attest-only", {}},
                                                {"ed25519", {}}};
  const std::map<std::string, Set> attested_by = {
      {"ecdsa-p256", {std::string(attest::kProvenanceV1Type), std::string(attest::kSpdxType)}},
      {"ecdsa-p256-other", {}},
      {"rsa", {"https://example.org/custom/v1"}},
      {"p384", {}},
      {"attest-only", {std::string(attest::kCycloneDxType)}},
      {"ed25519", {}}};
  for (const char* layout : {"layout-bundle", "layout-cosign-save"}) {
    for (const std::string key : kKeys) {
      INFO(layout << ' ' << key);
      const SubjectClaims outcome = judge(key, layout, kOne);
      CHECK(signatures(outcome) == signed_by.at(key));
      CHECK(attestations(outcome) == attested_by.at(key));
      // The rest is somebody else's, and nothing else is wrong with it.
      for (const Refused& refused : supply::testing::some(outcome.refused)) CHECK(refused.unknown_signer);
      CHECK(outcome.refused.size() + outcome.signatures.size() + outcome.statements.size() == 8);
    }
  }
}

TEST_CASE("what each key signed of the index multi and its arm64 image") {
  for (const std::string key : kKeys) {
    for (const std::string& image : {kMulti, kArm}) {
      INFO(key << ' ' << image);
      const SubjectClaims outcome = judge(key, "layout-bundle", image);
      CHECK(signatures(outcome) == (key == "ecdsa-p256-other" ? Set{"bundle"} : Set{}));
      CHECK(attestations(outcome).empty());
    }
  }
}

TEST_CASE("what each key signed in the legacy layout") {
  for (const std::string key : kKeys) {
    INFO(key);
    const SubjectClaims outcome = judge(key, "layout-legacy", kOne);
    CHECK(signatures(outcome) == (key == "ecdsa-p256" ? Set{"legacy release=1.0"}
                                  : key == "rsa"      ? Set{"legacy"}
                                                      : Set{}));
    CHECK(attestations(outcome) == (key == "ecdsa-p256" ? Set{std::string(attest::kProvenanceV1Type)} : Set{}));
    for (const Refused& refused : supply::testing::some(outcome.refused)) CHECK(refused.unknown_signer);
  }
}

TEST_CASE("what each key signed in the layout that oras copied") {
  for (const std::string key : kKeys) {
    INFO(key);
    const SubjectClaims outcome = judge(key, "layout-oras", kOne);
    CHECK(signatures(outcome) == (key == "ecdsa-p256" ? Set{"bundle release=1.0"} : Set{}));
    CHECK(attestations(outcome) == (key == "ecdsa-p256" ? Set{std::string(attest::kProvenanceV1Type)} : Set{}));
  }
}

TEST_CASE("the Ed25519 signatures are right as prehashed, bundle and legacy") {
  for (const std::string key : kKeys) {
    INFO(key);
    const SubjectClaims outcome = judge(key, "layout-ed25519", kOne);
    if (key != "ed25519") {
      CHECK(outcome.signatures.empty());
      continue;
    }
    REQUIRE(outcome.signatures.size() == 2);
    for (const auto& signature : supply::testing::some(outcome.signatures))
      CHECK(signature.signer().scheme == "ed25519ph");
    CHECK(signatures(outcome).contains("bundle release=1.0"));
  }
}

TEST_CASE("the image that was swapped under its signature is damaged, whoever signed") {
  const auto layout = open("layout-swapped");
  // Nothing gets as far as a verifier: the manifest that the signature is about is not there.
  const auto descriptor = layout->resolve({.tag = std::nullopt, .digest = *Digest::parse(kOne)});
  if (descriptor) {
    const auto bytes = store::fetch(*layout, *descriptor, kMaxManifestBytes);
    REQUIRE_FALSE(bytes);
    CHECK(bytes.error().code() == ErrorCode::mismatch);
  } else {
    CHECK(descriptor.error().code() == ErrorCode::mismatch);
  }
}

TEST_CASE("the scheme of each signature is told") {
  CHECK(judge("p384", "layout-bundle", kOne).signatures.at(0).signer().scheme == "ecdsa-sha384");
  CHECK(judge("rsa", "layout-bundle", kOne).signatures.at(0).signer().scheme == "rsa-pkcs1-sha256");
  CHECK(judge("ecdsa-p256", "layout-bundle", kOne).signatures.at(0).signer().scheme == "ecdsa-sha256");
}

TEST_CASE("the attested predicates are the files as they were signed") {
  // cosign sorts keys and drops nothing of these documents: the same members, in other spelling.
  const SubjectClaims outcome = judge("rsa", "layout-bundle", kOne);
  REQUIRE(outcome.statements.size() == 1);
  CHECK(outcome.statements[0].claim().predicate == R"({"note":"hi"})");
}

}  // namespace
}  // namespace supply::verify
