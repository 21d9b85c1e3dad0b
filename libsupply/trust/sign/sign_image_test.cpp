#include "libsupply/trust/sign/sign_image.hpp"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <functional>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/parallel/parallel.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/image/layout/layout.hpp"
#include "libsupply/image/oci/manifest.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/testing/judged.hpp"
#include "libsupply/testing/testing.hpp"
#include "libsupply/trust/attest/simple_signing.hpp"
#include "libsupply/trust/verify/verifier.hpp"

namespace supply::sign {
namespace {

using attachments::Attachment;
using attachments::AttachmentKind;
using crypto::KeyType;
using crypto::PrivateKey;
using Annotations = std::map<std::string, std::string>;

const Time kNow = *parse_rfc3339("2026-11-24T11:18:57Z");

// A store in memory that refuses a manifest whose parts are not there, as registries do.
class MemoryStore : public store::BasicStore {
 public:
  std::string name() const override { return "memory"; }
  Result<oci::Descriptor> resolve(const oci::Selector& selector) override {
    const std::lock_guard lock(mutex_);
    const auto tag = tags_.find(selector.tag.value_or(""));
    if (tag == tags_.end()) return Error(ErrorCode::not_found, "no such tag");
    return tag->second;
  }
  Result<std::unique_ptr<io::Source>> open(const oci::Descriptor& descriptor) override {
    const std::lock_guard lock(mutex_);
    ++opened;
    const auto found = bytes_.find(descriptor.digest);
    if (found == bytes_.end()) return Error(ErrorCode::not_found, "no such blob");
    return store::verified(io::from_string(found->second), descriptor);
  }
  Result<std::vector<oci::Descriptor>> referrers(const Digest& subject) override {
    const std::lock_guard lock(mutex_);
    if (referrers_fail) return Error(ErrorCode::unavailable, "503");
    return referrers_[subject];
  }
  Result<std::vector<std::string>> tags() override { return Error(ErrorCode::internal, "not asked for"); }
  Status put_blob(const oci::Descriptor& descriptor, io::Source& source) override {
    SUPPLY_TRY(std::string bytes, io::read_all(source, kMaxAttachmentBytes));
    const std::lock_guard lock(mutex_);
    REQUIRE(crypto::sha256(bytes) == descriptor.digest);
    REQUIRE(bytes.size() == descriptor.size);
    bytes_[descriptor.digest] = std::move(bytes);
    return {};
  }
  Status put_manifest(const oci::Descriptor& descriptor, std::string_view bytes,
                      const std::optional<std::string>& tag) override {
    const std::lock_guard lock(mutex_);
    return put(descriptor, bytes, tag);
  }
  Status replace_manifest(const oci::Descriptor& descriptor, std::string_view bytes, const std::string& tag,
                          const std::optional<Digest>& expected) override {
    const std::lock_guard lock(mutex_);
    const auto stands = tags_.find(tag);
    if ((stands == tags_.end() ? std::nullopt : std::optional(stands->second.digest)) != expected) {
      return Error(ErrorCode::unavailable, "changed");
    }
    return put(descriptor, bytes, tag);
  }
  Status put_referrer(const oci::Descriptor& descriptor, std::string_view bytes, const Digest& subject) override {
    const std::lock_guard lock(mutex_);
    SUPPLY_TRY(put(descriptor, bytes, std::nullopt));
    referrers_[subject].push_back(descriptor);
    return {};
  }

  std::string bytes(const Digest& digest) const { return bytes_.at(digest); }
  void set(const Digest& digest, std::string bytes) { bytes_[digest] = std::move(bytes); }
  oci::Manifest manifest(const Digest& digest) const { return *oci::Manifest::parse(bytes(digest), ""); }
  std::size_t blobs() const { return bytes_.size(); }

  std::atomic<int> opened = 0;
  bool referrers_fail = false;

 private:
  Status put(const oci::Descriptor& descriptor, std::string_view bytes, const std::optional<std::string>& tag) {
    const auto manifest = oci::Manifest::parse(bytes, descriptor.media_type);
    if (!manifest) return manifest.error();
    if (!bytes_.contains(manifest->config.digest)) return Error(ErrorCode::not_found, "config is not there");
    for (const auto& layer : manifest->layers) {
      if (!bytes_.contains(layer.digest)) return Error(ErrorCode::not_found, "layer is not there");
    }
    bytes_[descriptor.digest] = std::string(bytes);
    if (tag) tags_.insert_or_assign(*tag, descriptor);
    return {};
  }
  std::mutex mutex_;
  std::map<Digest, std::string> bytes_;
  std::map<std::string, oci::Descriptor> tags_;
  std::map<Digest, std::vector<oci::Descriptor>> referrers_;
};

const PrivateKey& key_of(KeyType type) {
  static const std::map<KeyType, PrivateKey> keys = [] {
    std::map<KeyType, PrivateKey> made;
    for (const KeyType each :
         {KeyType::ecdsa_p256, KeyType::ecdsa_p384, KeyType::ecdsa_p521, KeyType::ed25519, KeyType::rsa}) {
      made.emplace(each, *PrivateKey::generate(each, 2'048));
    }
    return made;
  }();
  return keys.at(type);
}
const PrivateKey& key() { return key_of(KeyType::ecdsa_p256); }
PrivateKeySigner by(const PrivateKey& key) { return PrivateKeySigner(&key); }

ImageToSign image() {
  oci::Descriptor descriptor{
      .media_type = std::string(oci::kManifestType),
      .digest = *Digest::parse("sha256:b755d60101971f7c529d00937b7a8f10259d6ba1156b810dad2a23aa74e0afd1"),
      .size = 555};
  descriptor.annotations = {{"org.opencontainers.image.ref.name", "1.0"}};
  return {std::move(descriptor), "registry.example/app"};
}

const std::string kTag = "sha256-b755d60101971f7c529d00937b7a8f10259d6ba1156b810dad2a23aa74e0afd1";

verify::Verifier trusting(const PrivateKey& signer) { return verify::Verifier({{"key", signer.public_key()}}); }

std::vector<Attachment> attached(store::ImageSource& source) {
  std::vector<Attachment> found;
  const Digest subject = image().descriptor.digest;
  const auto add = [&](const oci::Descriptor& descriptor) {
    const auto manifest = oci::Manifest::parse(*store::fetch(source, descriptor, kMaxManifestBytes), "");
    for (const auto& layer : manifest->layers) {
      const AttachmentKind kind = layer.media_type == attest::kBundleType          ? AttachmentKind::bundle
                                  : layer.media_type == attest::kSimpleSigningType ? AttachmentKind::simple_signing
                                                                                   : AttachmentKind::envelope;
      found.push_back({kind, subject, descriptor, layer, *store::fetch(source, layer, kMaxAttachmentBytes)});
    }
  };
  const auto referrers = source.referrers(subject);
  for (const auto& referrer : *referrers) add(referrer);
  for (const char* suffix : {".sig", ".att"}) {
    if (const auto tagged = source.resolve({.tag = kTag + suffix, .digest = std::nullopt})) add(*tagged);
  }
  return found;
}

TEST_CASE("what is signed in either form verifies, with every kind of key") {
  for (const KeyType type :
       {KeyType::ecdsa_p256, KeyType::ecdsa_p384, KeyType::ecdsa_p521, KeyType::ed25519, KeyType::rsa}) {
    INFO(crypto::to_string(type));
    MemoryStore store;
    REQUIRE(sign_image(store, by(key_of(type)), image(), {{"release", "1.0"}}, {SignatureFormat::bundle, kNow}));
    REQUIRE(sign_image(store, by(key_of(type)), image(), {{"release", "1.0"}}, {SignatureFormat::legacy, kNow}));
    REQUIRE(attest_image(store, by(key_of(type)), image(), attest::kSpdxType, "{ \"a\": 1e2 }\n",
                         {SignatureFormat::bundle, kNow}));
    REQUIRE(attest_image(store, by(key_of(type)), image(), attest::kSpdxType, "{ \"a\": 1e2 }\n",
                         {SignatureFormat::legacy, kNow}));
    const verify::SubjectClaims outcome =
        testing::image(trusting(key_of(type)), image().descriptor.digest, attached(store));
    CHECK(outcome.refused.empty());
    REQUIRE(outcome.signatures.size() == 2);
    for (const auto& signature : supply::testing::some(outcome.signatures)) {
      CHECK(signature.claim().annotations == Annotations{{"release", "1.0"}});
      // The schemes that cosign reads.
      CHECK(std::set<std::string>{"ecdsa-sha256", "ed25519", "rsa-pkcs1-sha256"}.contains(signature.signer().scheme));
    }
    REQUIRE(outcome.statements.size() == 2);
    for (const auto& statement : supply::testing::some(outcome.statements))
      CHECK(statement.claim().predicate == "{ \"a\": 1e2 }");
  }
}

TEST_CASE("a signature stands as cosign v3 writes it") {
  MemoryStore store;
  const auto digest = sign_image(store, by(key()), image(), {}, {SignatureFormat::bundle, kNow});
  REQUIRE(digest);
  const oci::Manifest manifest = store.manifest(*digest);
  const Digest layer = manifest.layers.at(0).digest;
  // testdata/peers/layout-bundle/blobs/sha256/4bf23cf4977c… with its digests and time replaced.
  CHECK(
      store.bytes(*digest) ==
      R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":)"
      R"({"mediaType":"application/vnd.oci.empty.v1+json","size":2,"digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","artifactType":"application/vnd.dev.sigstore.bundle.v0.3+json"},)"
      R"("layers":[{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","size":)" +
          std::to_string(store.bytes(layer).size()) + R"(,"digest":")" + layer.to_string() +
          R"("}],"annotations":{"dev.sigstore.bundle.content":"dsse-envelope","dev.sigstore.bundle.predicateType":"https://sigstore.dev/cosign/sign/v1","org.opencontainers.image.created":"2026-11-24T11:18:57Z"},)"
          R"("subject":{"mediaType":"application/vnd.oci.image.manifest.v1+json","size":555,"digest":"sha256:b755d60101971f7c529d00937b7a8f10259d6ba1156b810dad2a23aa74e0afd1"},"artifactType":"application/vnd.dev.sigstore.bundle.v0.3+json"})");
  const auto bundle = attest::Bundle::parse(store.bytes(layer));
  REQUIRE(bundle);
  CHECK(bundle->key_hint == to_base64(key().public_key().fingerprint()));
  CHECK(
      std::get<attest::Envelope>(bundle->content).payload ==
      R"({"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha256":"b755d60101971f7c529d00937b7a8f10259d6ba1156b810dad2a23aa74e0afd1"},"annotations":{}}],"predicateType":"https://sigstore.dev/cosign/sign/v1","predicate":{}})");
  const auto listed = store.referrers(image().descriptor.digest);
  CHECK(listed->at(0).artifact_type == attest::kBundleType);
  CHECK(listed->at(0).annotations == manifest.annotations);
}

TEST_CASE("a legacy signature stands as cosign v2 writes it") {
  MemoryStore store;
  const auto digest = sign_image(store, by(key()), image(), {}, {SignatureFormat::legacy, kNow});
  REQUIRE(digest);
  CHECK(store.resolve({.tag = kTag + ".sig", .digest = std::nullopt})->digest == *digest);
  const oci::Manifest manifest = store.manifest(*digest);
  const oci::Descriptor& layer = manifest.layers.at(0);
  CHECK(
      store.bytes(layer.digest) ==
      R"({"critical":{"identity":{"docker-reference":"registry.example/app"},"image":{"docker-manifest-digest":"sha256:b755d60101971f7c529d00937b7a8f10259d6ba1156b810dad2a23aa74e0afd1"},"type":"cosign container image signature"},"optional":null})");
  const std::string config =
      R"({"architecture":"","created":"0001-01-01T00:00:00Z","history":[{"created":"0001-01-01T00:00:00Z"}],"os":"","rootfs":{"type":"layers","diff_ids":[")" +
      layer.digest.to_string() + R"("]},"config":{}})";
  CHECK(store.bytes(manifest.config.digest) == config);
  CHECK(
      store.bytes(*digest) ==
      R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","size":233,"digest":")" +
          crypto::sha256(config).to_string() +
          R"("},"layers":[{"mediaType":"application/vnd.dev.cosign.simplesigning.v1+json","size":)" +
          std::to_string(layer.size) + R"(,"digest":")" + layer.digest.to_string() +
          R"(","annotations":{"dev.cosignproject.cosign/signature":")" +
          layer.annotations.at("dev.cosignproject.cosign/signature") + R"("}}]})");
}

TEST_CASE("signing again with the same key and annotations adds nothing") {
  for (const SignatureFormat format : {SignatureFormat::bundle, SignatureFormat::legacy}) {
    MemoryStore store;
    const auto first = sign_image(store, by(key()), image(), {{"a", "b"}}, {format, kNow});
    const std::size_t blobs = store.blobs();
    const auto again = sign_image(store, by(key()), image(), {{"a", "b"}}, {format, kNow + std::chrono::hours(1)});
    REQUIRE(again);
    CHECK(*again == *first);
    CHECK(store.blobs() == blobs);
    // Other annotations, or another key, are another signature.
    REQUIRE(sign_image(store, by(key()), image(), {}, {format, kNow}));
    REQUIRE(sign_image(store, by(key_of(KeyType::ed25519)), image(), {{"a", "b"}}, {format, kNow}));
    CHECK(attached(store).size() == 3);
    CHECK(testing::image(trusting(key()), image().descriptor.digest, attached(store)).signatures.size() == 2);
  }
}

TEST_CASE("attesting the same again adds nothing, something else adds") {
  for (const SignatureFormat format : {SignatureFormat::bundle, SignatureFormat::legacy}) {
    MemoryStore store;
    const auto first = attest_image(store, by(key()), image(), "https://example.org/t", "{\"n\":1}", {format, kNow});
    REQUIRE(first);
    CHECK(*attest_image(store, by(key()), image(), "https://example.org/t", "{\"n\":1}\n", {format, kNow}) == *first);
    CHECK(*attest_image(store, by(key()), image(), "https://example.org/t", "{\"n\": 1}", {format, kNow}) != *first);
    CHECK(*attest_image(store, by(key()), image(), "https://example.org/u", "{\"n\":1}", {format, kNow}) != *first);
    CHECK(attached(store).size() == 3);
    // An attestation is no signature, so signing still adds one.
    REQUIRE(sign_image(store, by(key()), image(), {}, {SignatureFormat::bundle, kNow}));
    CHECK(testing::image(trusting(key()), image().descriptor.digest, attached(store)).signatures.size() == 1);
  }
}

TEST_CASE("a legacy attestation stands as cosign v2 writes it") {
  MemoryStore store;
  const auto digest =
      attest_image(store, by(key()), image(), attest::kProvenanceV1Type, "{}", {SignatureFormat::legacy, kNow});
  REQUIRE(digest);
  const oci::Descriptor layer = store.manifest(*digest).layers.at(0);
  CHECK(layer.media_type == "application/vnd.dsse.envelope.v1+json");
  CHECK(layer.annotations ==
        Annotations{{"dev.cosignproject.cosign/signature", ""}, {"predicateType", "https://slsa.dev/provenance/v1"}});
  const auto envelope = attest::Envelope::parse(store.bytes(layer.digest));
  REQUIRE(envelope);
  CHECK(
      envelope->payload ==
      R"({"_type":"https://in-toto.io/Statement/v0.1","subject":[{"name":"registry.example/app","digest":{"sha256":"b755d60101971f7c529d00937b7a8f10259d6ba1156b810dad2a23aa74e0afd1"}}],"predicateType":"https://slsa.dev/provenance/v1","predicate":{}})");
}

TEST_CASE("a damaged attachment is not taken for one's own signature") {
  MemoryStore store;
  const auto first = sign_image(store, by(key()), image(), {}, {SignatureFormat::bundle, kNow});
  const Digest layer = store.manifest(*first).layers.at(0).digest;
  std::string bytes = store.bytes(layer);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  store.set(layer, bytes);
  const auto again = sign_image(store, by(key()), image(), {}, {SignatureFormat::bundle, kNow});
  REQUIRE(again);
  CHECK(*again != *first);
}

TEST_CASE("not knowing what is attached is an error, not a second signature") {
  MemoryStore store;
  store.referrers_fail = true;
  const auto result = sign_image(store, by(key()), image(), {}, {SignatureFormat::bundle, kNow});
  REQUIRE_FALSE(result);
  CHECK(result.error().code() == ErrorCode::unavailable);
  CHECK(store.blobs() == 0);
}

TEST_CASE("eight keys that sign at once lose nothing, in either form") {
  std::vector<PrivateKey> keys;
  for (int i = 0; i < 8; ++i) keys.push_back(*PrivateKey::generate(KeyType::ed25519));
  const auto all_sign = [&](const std::function<std::unique_ptr<store::ContentStore>()>& open, SignatureFormat format) {
    REQUIRE(parallel_for(8, 8, [&](std::size_t i) -> Status {
      const auto store = open();
      const auto result = sign_image(*store, by(keys[i]), image(), {}, {format, kNow});
      if (!result) return result.error();
      return {};
    }));
  };
  const supply::testing::TempDirectory directory;
  supply::testing::copy_directory(supply::testing::testdata("peers/layout-apk"), directory / "layout");
  const auto open = [&]() -> std::unique_ptr<store::ContentStore> {
    return *layout::Layout::open(directory / "layout");
  };
  all_sign(open, SignatureFormat::legacy);
  all_sign(open, SignatureFormat::bundle);
  const auto store = open();
  const std::vector<Attachment> evidence = attached(*store);
  CHECK(evidence.size() == 16);
  for (const PrivateKey& each : keys) {
    CHECK(testing::image(trusting(each), image().descriptor.digest, evidence).signatures.size() == 2);
  }
  // And again: nothing is added.
  all_sign(open, SignatureFormat::legacy);
  all_sign(open, SignatureFormat::bundle);
  CHECK(attached(*store).size() == 16);
}

TEST_CASE("a tag that another writer has changed is not replaced") {
  const supply::testing::TempDirectory directory;
  const auto made = layout::Layout::create(directory / "layout");
  REQUIRE(made);
  REQUIRE(sign_image(**made, by(key()), image(), {}, {SignatureFormat::legacy, kNow}));
  const oci::Descriptor stands = *(*made)->resolve({.tag = kTag + ".sig", .digest = std::nullopt});
  const std::string bytes = *store::fetch(**made, stands, kMaxManifestBytes);
  const Digest other = crypto::sha256("other");
  for (const std::optional<Digest>& expected : {std::optional<Digest>(), std::optional(other)}) {
    const Status status = (*made)->replace_manifest(stands, bytes, kTag + ".sig", expected);
    REQUIRE_FALSE(status);
    CHECK(status.error().code() == ErrorCode::unavailable);
  }
  CHECK_FALSE((*made)->replace_manifest(stands, bytes, "new", stands.digest));
  CHECK((*made)->replace_manifest(stands, bytes, "new", std::nullopt));
  CHECK((*made)->replace_manifest(stands, bytes, kTag + ".sig", stands.digest));
}

TEST_CASE("what cannot be signed is refused") {
  MemoryStore store;
  CHECK(attest_image(store, by(key()), image(), "t", "[]", {}).error().code() == ErrorCode::malformed);
  CHECK(attest_image(store, by(key()), image(), "t", "{\"a\":1,\"a\":2}", {SignatureFormat::legacy, kNow})
            .error()
            .code() == ErrorCode::malformed);
  CHECK(sign_image(store, by(key()), image(), {{"a", "\xff"}}, {SignatureFormat::bundle, kNow}).error().code() ==
        ErrorCode::usage);
  ImageToSign other = image();
  other.descriptor.digest = *Digest::parse("blake3:" + std::string(64, '0'));
  CHECK(sign_image(store, by(key()), other, {}, {SignatureFormat::legacy, kNow}).error().code() ==
        ErrorCode::unsupported);
  CHECK(store.blobs() == 0);
  CHECK(sign_statement(by(key()), "{}").error().code() == ErrorCode::malformed);
  CHECK(sign_statement(by(key()), "").error().code() == ErrorCode::malformed);
}

TEST_CASE("a release file's bundle has cosign's members and verifies") {
  const std::string blob = supply::testing::read(supply::testing::testdata("peers/release.bin"));
  for (const KeyType type : {KeyType::ecdsa_p256, KeyType::ecdsa_p384, KeyType::ed25519, KeyType::rsa}) {
    const auto bundle = sign_blob(by(key_of(type)), SigningInput::of_message(blob));
    REQUIRE(bundle);
    const auto parsed = attest::Bundle::parse(*bundle);
    REQUIRE(parsed);
    const auto& message = std::get<attest::MessageSignature>(parsed->content);
    CHECK(message.digest_algorithm == "SHA2_256");
    CHECK(to_base64(message.digest) == "WapLZqZtJbZ3LujBS8vmtD66ZRtYox+KgGDHwZbcnOU=");  // as cosign wrote it
    CHECK(trusting(key_of(type)).blob(blob, *bundle));
    CHECK_FALSE(trusting(key_of(KeyType::ecdsa_p521)).blob(blob, *bundle));
  }
  const std::string statement = *attest::make_statement(
      {"release.bin", {{"sha256", std::string(crypto::sha256(blob).encoded())}}, {}}, attest::kProvenanceV1Type, "{}");
  const auto attestation = sign_statement(by(key()), statement);
  REQUIRE(attestation);
  CHECK(testing::blob_attestation(trusting(key()), crypto::sha256(blob), *attestation));
}

TEST_CASE("a signature in the form of a statement is no attestation of a release file") {
  MemoryStore store;
  const auto digest = sign_image(store, by(key()), image(), {}, {SignatureFormat::bundle, kNow});
  REQUIRE(digest);
  const std::string bundle = store.bytes(store.manifest(*digest).layers.at(0).digest);
  const auto found = testing::blob_attestation(trusting(key()), image().descriptor.digest, bundle);
  REQUIRE_FALSE(found);
  CHECK(found.error().code() == ErrorCode::mismatch);
  CHECK(found.error().message().find("no attestation") != std::string::npos);
}

TEST_CASE("openssl dgst verifies the signature over the pre-authentication bytes") {
  const supply::testing::TempDirectory directory;
  for (const KeyType type : {KeyType::ecdsa_p256, KeyType::ecdsa_p384, KeyType::ecdsa_p521, KeyType::rsa}) {
    INFO(crypto::to_string(type));
    MemoryStore store;
    const auto digest = sign_image(store, by(key_of(type)), image(), {}, {SignatureFormat::bundle, kNow});
    REQUIRE(digest);
    // Taken apart here without our own readers.
    const auto bundle = nlohmann::json::parse(store.bytes(store.manifest(*digest).layers.at(0).digest));
    const auto& envelope = bundle.at("dsseEnvelope");
    const std::string payload = *from_base64(envelope.at("payload").get<std::string>());
    supply::testing::write(directory / "pae",
                           "DSSEv1 28 application/vnd.in-toto+json " + std::to_string(payload.size()) + ' ' + payload);
    supply::testing::write(directory / "signature",
                           *from_base64(envelope.at("signatures").at(0).at("sig").get<std::string>()));
    supply::testing::write(directory / "key.pub", key_of(type).public_key().to_pem());
    const std::string command = "openssl dgst -sha256 -verify " + (directory / "key.pub").string() + " -signature " +
                                (directory / "signature").string() + ' ' + (directory / "pae").string() + " >/dev/null";
    CHECK(std::system(command.c_str()) == 0);
  }
}

}  // namespace
}  // namespace supply::sign
