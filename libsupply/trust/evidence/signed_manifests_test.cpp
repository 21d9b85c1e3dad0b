// Statements without signature in manifests that are signed as a whole, as Docker's builder and its hardened images
// have them. Source: moby/policy-helpers, image/resolve.go and verifier.go; docker/actions-toolkit, src/sigstore.
#include <catch2/catch.hpp>

#include "libsupply/base/text/base64.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/testing/memory_store.hpp"
#include "libsupply/trust/attest/sigstore_bundle.hpp"
#include "libsupply/trust/attest/simple_signing.hpp"
#include "libsupply/trust/evidence/evidence.hpp"

namespace supply::evidence {
namespace {

const crypto::PrivateKey& builder() {
  static const crypto::PrivateKey made = *crypto::PrivateKey::generate(crypto::KeyType::ecdsa_p256);
  return made;
}
const crypto::PrivateKey& stranger() {
  static const crypto::PrivateKey made = *crypto::PrivateKey::generate(crypto::KeyType::ecdsa_p256);
  return made;
}

attest::Subject subject(const Digest& digest) { return {"app", {{"sha256", std::string(digest.encoded())}}, {}}; }

std::string statement_about(const Digest& digest, std::string_view type = attest::kProvenanceV1Type) {
  return *attest::make_statement(subject(digest), type, R"({"a":1})");
}

// An index of two platforms. An attestation manifest is about the first, and something signs that manifest.
struct Made {
  testing::MemoryStore store;
  oci::Descriptor amd = platform("amd64"), arm = platform("arm64");
  oci::Descriptor root = amd;

  oci::Descriptor platform(const std::string& architecture) {
    const std::string config = R"({"os":"linux","architecture":")" + architecture + "\"}";
    oci::Descriptor made = store.put(oci::Manifest{.media_type = std::string(oci::kManifestType),
                                                   .config = *store::put_bytes(store, config, oci::kConfigType)});
    made.platform = *oci::Platform::parse("linux/" + architecture);
    return made;
  }
  oci::Manifest artifact(std::string_view type, std::vector<oci::Descriptor> layers) {
    oci::Manifest made{.media_type = std::string(oci::kManifestType),
                       .artifact_type = std::string(type),
                       .config = *store::put_bytes(store, "{}", oci::kEmptyType)};
    made.layers = std::move(layers);
    return made;
  }
  oci::Descriptor refer(oci::Manifest made, const oci::Descriptor& to) {
    made.subject = to;
    oci::Descriptor descriptor = store.put(made);
    descriptor.artifact_type = made.artifact_type;
    store.referrer_list[to.digest].insert_or_assign(descriptor.digest, descriptor);
    return descriptor;
  }
  // BuildKit's manifest of statements: an entry of the index, of the classic form or with a subject.
  oci::Manifest statements(const std::string& text) {
    return artifact("", {*store::put_bytes(store, text, attest::kInTotoPayloadType)});
  }
  void index(std::vector<oci::Descriptor> entries) {
    oci::Index made{.media_type = std::string(oci::kIndexType), .manifests = {amd, arm}};
    for (oci::Descriptor& entry : entries) {
      entry.platform = *oci::Platform::parse("unknown/unknown");
      entry.annotations = {{"vnd.docker.reference.type", "attestation-manifest"},
                           {"vnd.docker.reference.digest", amd.digest.to_string()}};
      made.manifests.push_back(std::move(entry));
    }
    root = store.put(made);
  }
  // cosign sign, as a bundle and in its first form.
  void sign(const oci::Descriptor& manifest, const crypto::PrivateKey& by, std::optional<Digest> about = {}) {
    const std::string payload =
        *attest::make_statement(subject(about.value_or(manifest.digest)), attest::kCosignSignType, "{}");
    const std::string type(attest::kInTotoPayloadType);
    const std::string signature = *by.sign(attest::pre_authentication_encoding(type, payload));
    const std::string bundle = attest::to_bundle_json("", attest::Envelope{type, payload, {{"", signature}}});
    refer(artifact(attest::kBundleType, {*store::put_bytes(store, bundle, attest::kBundleType)}), manifest);
  }
  void sign_simply(const oci::Descriptor& manifest, const crypto::PrivateKey& by) {
    const std::string payload = attest::SimpleSigning{manifest.digest, "r", {}}.to_bytes();
    oci::Descriptor layer = *store::put_bytes(store, payload, attest::kSimpleSigningType);
    layer.annotations[std::string(attest::kSignatureAnnotation)] = to_base64(*by.sign(payload));
    refer(artifact("application/vnd.dev.cosign.artifact.sig.v1+json", {layer}), manifest);
  }

  Result<ImageEvidence> evidence(bool all = true, bool with_arm = false) {
    verify::Verifier verifier({{"builder", builder().public_key()}});
    Request request;
    request.layers = CheckLayers::no;
    request.query = {.signatures = all, .statements = true, .unsigned_too = false};
    if (!with_arm) request.platform = amd.platform;
    if (!all) request.enough = [](const ImageEvidence& so_far) { return satisfied(attested(so_far, "")); };
    Budget budget;
    return read(store, root, verifier, request, budget);
  }
  std::size_t count(bool all = true) {
    const auto found = evidence(all);
    REQUIRE(found);
    CHECK(found->signatures(found->targets.at(0)).empty());  // nobody signed the image itself
    return found->statements(found->targets.at(0)).size();
  }
};

TEST_CASE("a statement in an attestation manifest counts for who signs that manifest") {
  for (const bool with_subject : {false, true})
    for (const bool simple : {false, true})
      for (const bool all : {false, true}) {
        CAPTURE(with_subject, simple, all);
        Made made;
        oci::Manifest manifest = made.statements(statement_about(made.amd.digest));
        if (with_subject) manifest.subject = made.amd;
        const oci::Descriptor entry = made.store.put(manifest);
        made.index({entry});
        CHECK(made.count(all) == 0);
        simple ? made.sign_simply(entry, builder()) : made.sign(entry, builder());
        CHECK(made.count(all) == 1);
        const auto found = made.evidence(all);
        const auto* statement = found->statements(found->targets.at(0)).at(0);
        CHECK(statement->signer().key_name == "builder");
        CHECK(statement->claim().predicate_type == attest::kProvenanceV1Type);
        CHECK(statement->evidence() == crypto::sha256(statement_about(made.amd.digest)));
        CHECK(found->attachments.contains(entry.digest));
      }
}

TEST_CASE("the same of a referrer that holds statements, as Docker's hardened images have it") {
  for (const bool all : {false, true}) {
    Made made;
    made.index({});
    const oci::Descriptor held = made.refer(made.statements(statement_about(made.amd.digest)), made.amd);
    CHECK(made.count(all) == 0);
    made.sign_simply(held, builder());
    CHECK(made.count(all) == 1);
  }
}

TEST_CASE("each link from the signature to the image must hold") {
  Made made;
  const oci::Descriptor entry = made.store.put(made.statements(statement_about(made.amd.digest)));
  made.index({entry});
  SECTION("a stranger's signature") { made.sign(entry, stranger()); }
  SECTION("a signature of another manifest") { made.sign(entry, builder(), made.arm.digest); }
  SECTION("a signature of the image, and none of the manifest") {}
  SECTION("a statement about another platform") {
    const oci::Descriptor other = made.store.put(made.statements(statement_about(made.arm.digest)));
    made.index({other});
    made.sign(other, builder());
  }
  SECTION("a signature that is laid in as a statement") {
    const oci::Descriptor other =
        made.store.put(made.statements(statement_about(made.amd.digest, attest::kCosignSignType)));
    made.index({other});
    made.sign(other, builder());
  }
  SECTION("a signature of a sibling with the same statement") {
    oci::Manifest sibling = made.statements(statement_about(made.amd.digest));
    sibling.annotations["a"] = "b";
    made.sign(made.store.put(sibling), builder());
  }
  CHECK(made.count(true) == 0);
  CHECK(made.count(false) == 0);
}

TEST_CASE("a signed attestation manifest speaks for its platform alone") {
  Made made;
  const oci::Descriptor entry = made.store.put(made.statements(statement_about(made.amd.digest)));
  made.index({entry});
  made.sign(entry, builder());
  const auto found = made.evidence(true, true);
  REQUIRE(found);
  const auto answers = attested(*found, attest::kProvenanceV1Type);
  REQUIRE(answers.size() == 2);
  CHECK(answers[0].claims.size() == 1);
  CHECK(answers[1].claims.empty());
}

TEST_CASE("what is attached to an attestation manifest and cannot be read leaves the answer open") {
  Made made;
  const oci::Descriptor entry = made.store.put(made.statements(statement_about(made.amd.digest)));
  made.index({entry});
  made.store.failing_referrers = entry.digest;
  CHECK(made.evidence().error().code() == ErrorCode::forbidden);
  CHECK(made.evidence(false).error().code() == ErrorCode::forbidden);
  made.store.failing_referrers.reset();
  const std::string later = R"({"mediaType":"application/vnd.dev.sigstore.bundle.v9+json"})";
  made.refer(made.artifact(attest::kBundleType, {*store::put_bytes(made.store, later, attest::kBundleType)}), entry);
  const auto found = made.evidence();
  REQUIRE(found);
  CHECK(undecided(*found, found->targets.at(0))->code() == ErrorCode::unsupported);
}

TEST_CASE("layers of attestation manifests to which nothing is attached are not read") {
  Made made;
  const std::string text = statement_about(made.amd.digest);
  const oci::Descriptor entry = made.store.put(made.statements(text));
  made.index({entry});
  CHECK(made.count() == 0);
  CHECK(std::count(made.store.opened.begin(), made.store.opened.end(), crypto::sha256(text)) == 0);
}

}  // namespace
}  // namespace supply::evidence
