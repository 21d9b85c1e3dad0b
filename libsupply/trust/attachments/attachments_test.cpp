#include "libsupply/trust/attachments/attachments.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/image/layout/layout.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/testing/judged.hpp"
#include "libsupply/testing/memory_store.hpp"
#include "libsupply/testing/testing.hpp"
#include "libsupply/trust/attachments/unverified_statement.hpp"
#include "libsupply/trust/attest/sigstore_bundle.hpp"
#include "libsupply/trust/attest/simple_signing.hpp"

using namespace supply;
using attachments::AttachmentKind;
using attachments::Attachments;
using layout::Layout;
namespace fs = std::filesystem;

namespace {

const Digest kImage = *Digest::parse("sha256:b755d60101971f7c529d00937b7a8f10259d6ba1156b810dad2a23aa74e0afd1");
const Digest kMulti = *Digest::parse("sha256:a38494ed823240c10e9e50920311be538e762c8c9eaf5409815a6c27a60ca0c6");
const std::string kSigTag = "sha256-" + std::string(kImage.encoded()) + ".sig";
constexpr const char* kInToto = "application/vnd.in-toto+json";

Result<Attachments> collect_from(const fs::path& path, const Digest& subject) {
  SUPPLY_TRY(const auto layout, Layout::open(path));
  SUPPLY_TRY(const auto descriptor, layout->resolve({.tag = {}, .digest = subject}));
  return testing::collect(*layout, descriptor);
}

Attachments of_peer(const std::string& name, const Digest& subject = kImage) {
  auto found = collect_from(testing::testdata("peers/layout-" + name), subject);
  if (!found) FAIL(found.error().message());
  return *std::move(found);
}

std::map<AttachmentKind, int> kinds(const Attachments& attached) {
  std::map<AttachmentKind, int> count;
  for (const auto& item : attached.evidence) ++count[item.kind];
  return count;
}

using Kinds = std::map<AttachmentKind, int>;

// A layout that notes the threads on which it is asked.
class Threads : public store::BasicSource {
 public:
  Threads(const std::string& path, std::size_t at_once)
      : layout_(*Layout::open(testing::testdata(path))), at_once_(at_once) {}

  std::string name() const override { return layout_->name(); }
  Result<oci::Descriptor> resolve(const oci::Selector& selector) override { return note(layout_->resolve(selector)); }
  Result<std::unique_ptr<io::Source>> open(const oci::Descriptor& descriptor) override {
    return note(layout_->open(descriptor));
  }
  Result<std::vector<oci::Descriptor>> referrers(const Digest& subject) override {
    return note(layout_->referrers(subject));
  }
  Result<std::vector<std::string>> tags() override { return layout_->tags(); }
  std::size_t requests_at_once() const override { return at_once_; }

  std::set<std::thread::id> seen;

 private:
  template <class T>
  T note(T answer) {
    const std::scoped_lock lock(mutex_);
    seen.insert(std::this_thread::get_id());
    return answer;
  }

  std::unique_ptr<Layout> layout_;
  std::size_t at_once_;
  std::mutex mutex_;
};

// An image, and what tests attach to it.
struct Attaching {
  testing::MemoryStore store;
  oci::Descriptor image = store.put(oci::Manifest{.media_type = std::string(oci::kManifestType),
                                                  .config = *store::put_bytes(store, "{}", oci::kConfigType)});

  oci::Manifest manifest(std::string_view artifact_type, std::vector<oci::Descriptor> layers) {
    oci::Manifest made{.media_type = std::string(oci::kManifestType),
                       .artifact_type = std::string(artifact_type),
                       .config = *store::put_bytes(store, "{}", oci::kEmptyType)};
    made.layers = std::move(layers);
    return made;
  }
  oci::Descriptor layer(std::string_view type, std::string_view bytes = "{\"a\":1}") {
    return *store::put_bytes(store, bytes, type);
  }
  oci::Descriptor refer(oci::Manifest made, const std::optional<oci::Descriptor>& list_says = {}) {
    made.subject = image;
    const oci::Descriptor descriptor = store.put(made);
    store.referrer_list[image.digest].insert_or_assign(descriptor.digest, list_says.value_or(descriptor));
    return descriptor;
  }
  std::string tag(std::string_view ending) const {
    return "sha256-" + std::string(image.digest.encoded()) + std::string(ending);
  }
  Attachments collected() {
    auto found = testing::collect(store, image);
    if (!found) FAIL(found.error().message());
    return *std::move(found);
  }
  ErrorCode failure() {
    const auto found = testing::collect(store, image);
    REQUIRE(!found);
    return found.error().code();
  }
};

}  // namespace

// Source: in-toto/attestation, spec/v1/envelope.md; docker/attest, attestation/referrers.go; Artifact Registry's
// attachments.
TEST_CASE("an envelope may be of in-toto's own types") {
  for (const char* type : {"application/vnd.dsse.envelope.v1+json", "application/vnd.in-toto.provenance+dsse",
                           "application/vnd.in-toto.spdx+dsse", "application/vnd.in-toto.vsa+dsse"}) {
    Attaching a;
    a.refer(a.manifest(type, {a.layer(type)}));
    CHECK(kinds(a.collected()) == Kinds{{AttachmentKind::envelope, 1}});
  }
  for (const char* type :
       {"application/vnd.in-toto+dsse.x", "application/vnd.in-totoprovenance+dsse", "application/x+dsse"}) {
    Attaching a;
    a.refer(a.manifest(type, {a.layer(type)}));
    CHECK(kinds(a.collected()).empty());
  }
}

TEST_CASE("a store of which one question at a time is worth while is asked by this thread alone") {
  CHECK((*Layout::open(testing::testdata("peers/layout-bundle")))->requests_at_once() == 1);
  Threads store("peers/layout-bundle", 1);
  const auto image = store.resolve({.tag = {}, .digest = kImage});
  REQUIRE(image);
  CHECK(testing::collect(store, *image)->evidence.size() == of_peer("bundle").evidence.size());
  CHECK(store.seen == std::set{std::this_thread::get_id()});
}

TEST_CASE("everything that cosign, regctl and oras attached is found, whatever its form and place") {
  CHECK(kinds(of_peer("bundle")) == Kinds{{AttachmentKind::bundle, 8}});
  CHECK(kinds(of_peer("bundle", kMulti)) == Kinds{{AttachmentKind::bundle, 1}});
  CHECK(kinds(of_peer("cosign-save")) == Kinds{{AttachmentKind::bundle, 8}});
  CHECK(kinds(of_peer("oras")) == Kinds{{AttachmentKind::bundle, 2}});
  // Two keys signed (layers of one manifest), one attested. Source: testdata/peers/ORIGIN.md
  CHECK(kinds(of_peer("legacy")) == Kinds{{AttachmentKind::simple_signing, 2}, {AttachmentKind::envelope, 1}});
  CHECK(kinds(of_peer("ed25519")) == Kinds{{AttachmentKind::bundle, 1}, {AttachmentKind::simple_signing, 1}});
  CHECK(of_peer("bundle").others.empty());
}

TEST_CASE("evidence is sorted by kind, manifest and place, and its bytes are those of its layer") {
  for (const char* name : {"bundle", "legacy", "ed25519"}) {
    const Attachments attached = of_peer(name);
    CHECK(std::is_sorted(attached.evidence.begin(), attached.evidence.end(), [](const auto& a, const auto& b) {
      return std::tie(a.kind, a.manifest.digest) < std::tie(b.kind, b.manifest.digest);
    }));
    for (const auto& item : supply::testing::some(attached.evidence)) {
      CHECK(crypto::sha256(item.bytes.view()) == item.blob.digest);
      CHECK(item.subject == kImage);
    }
  }
  const Attachments legacy = of_peer("legacy");
  CHECK(legacy.evidence[0].blob.annotations.at(std::string(attest::kSignatureAnnotation)) !=
        legacy.evidence[1].blob.annotations.at(std::string(attest::kSignatureAnnotation)));
}

TEST_CASE("of a swapped image nothing is collected") {
  const auto found = collect_from(testing::testdata("peers/layout-swapped"), kImage);
  REQUIRE(!found);
  CHECK(found.error().code() == ErrorCode::mismatch);
}

TEST_CASE("evidence that is damaged or gone is an error, wherever it stands") {
  for (const char* name : {"bundle", "cosign-save", "oras", "legacy", "ed25519"}) {
    for (const auto& item : of_peer(name).evidence)
      for (const oci::Descriptor& part : {item.manifest, item.blob}) {
        const testing::TempDirectory directory;
        testing::copy_directory(testing::testdata(std::string("peers/layout-") + name), directory / "l");
        const fs::path blob = directory / "l" / "blobs/sha256" / part.digest.encoded();
        std::string bytes = testing::read(blob);
        bytes[bytes.size() / 2] ^= 1;
        testing::write(blob, bytes);
        const auto damaged = collect_from(directory / "l", kImage);
        INFO(name << " " << part.media_type);
        REQUIRE(!damaged);
        CHECK(damaged.error().code() == ErrorCode::mismatch);
        // A loose manifest that is gone leaves no trace; everything else is missed.
        const bool loose = std::string(name) == "cosign-save" && part.digest == item.manifest.digest;
        fs::remove(blob);
        const auto missing = collect_from(directory / "l", kImage);
        CHECK(static_cast<bool>(missing) == loose);
        if (!missing) CHECK(missing.error().code() == ErrorCode::not_found);
      }
  }
}

TEST_CASE("an image to which nothing is attached has nothing") {
  Attaching a;
  CHECK(a.collected().evidence.empty());
  CHECK(a.collected().others.empty());
  CHECK(of_peer("apk", *Digest::parse("sha256:" +
                                      std::string("3ac652f7cfa01b808133d071bb75940aaa515f058cf9254e3a97fd0a0b9fd623")))
            .evidence.empty());
}

TEST_CASE("a tag that could not be looked up is not taken for none") {
  for (const char* ending : {".sig", ".att", ".sbom"}) {
    Attaching a;
    a.store.failing_tag = a.tag(ending);
    CHECK(a.failure() == ErrorCode::unavailable);
  }
}

TEST_CASE("a bundle is told by the manifest, not by the list") {
  Attaching a;
  const auto made = a.manifest(attest::kBundleType, {a.layer(attest::kBundleType)});
  oci::Manifest with_subject = made;
  with_subject.subject = a.image;
  oci::Descriptor bare = a.store.put(with_subject);
  bare.artifact_type = "application/vnd.oci.empty.v1+json";  // go-containerregistry's registry answers so
  a.refer(made, bare);
  CHECK(kinds(a.collected()) == Kinds{{AttachmentKind::bundle, 1}});
  CHECK(a.collected().others.empty());
}

TEST_CASE("a bundle needs the artifact type and the layer's media type; what has one of them is something else") {
  Attaching a;
  const auto other_layer = a.refer(a.manifest(attest::kBundleType, {a.layer("application/json")}));
  const auto other_type = a.refer(a.manifest("application/vnd.example", {a.layer(attest::kBundleType)}));
  const auto foreign = a.refer(a.manifest("application/vnd.cncf.notary.signature", {a.layer("application/jose+json")}));
  const Attachments found = a.collected();
  CHECK(found.evidence.empty());
  REQUIRE(found.others.size() == 3);
  std::vector<Digest> digests{other_layer.digest, other_type.digest, foreign.digest};
  std::sort(digests.begin(), digests.end());
  for (std::size_t i = 0; i < 3; ++i) CHECK(found.others[i].manifest.digest == digests[i]);
}

TEST_CASE("a manifest in the list that has another subject is not evidence for this one") {
  Attaching a;
  oci::Manifest made = a.manifest(attest::kBundleType, {a.layer(attest::kBundleType)});
  made.subject = a.image;
  made.subject->digest = crypto::sha256("another image");
  const oci::Descriptor descriptor = a.store.put(made);
  a.store.referrer_list[a.image.digest].insert_or_assign(descriptor.digest, descriptor);
  CHECK(a.collected().evidence.empty());
  CHECK(a.collected().others.size() == 1);
}

TEST_CASE("every layer under .sig and .att is evidence, without an annotation and of any media type too") {
  Attaching a;
  oci::Descriptor with = a.layer(attest::kSimpleSigningType, "payload");
  with.annotations[std::string(attest::kSignatureAnnotation)] = "c2ln";
  const oci::Descriptor without = a.layer("text/plain", "payload");
  a.store.put(a.manifest("", {with, without}), a.tag(".sig"));
  a.store.put(a.manifest("", {a.layer("text/plain", "envelope")}), a.tag(".att"));
  const Attachments found = a.collected();
  CHECK(kinds(found) == Kinds{{AttachmentKind::simple_signing, 2}, {AttachmentKind::envelope, 1}});
  CHECK(found.evidence[0].blob.annotations.size() == 1);
  CHECK(found.evidence[1].blob.annotations.empty());
}

TEST_CASE("a signature with a tag and a subject is there once, and one with a subject alone is found") {
  Attaching a;
  constexpr const char* kType = "application/vnd.dev.cosign.artifact.sig.v1+json";
  oci::Manifest both = a.manifest(kType, {a.layer(attest::kSimpleSigningType)});
  const oci::Descriptor descriptor = a.refer(both);
  CHECK(kinds(a.collected()) == Kinds{{AttachmentKind::simple_signing, 1}});
  a.store.tag_list.insert_or_assign(a.tag(".sig"), descriptor);
  CHECK(kinds(a.collected()) == Kinds{{AttachmentKind::simple_signing, 1}});
}

TEST_CASE("places that are read one after the other give what all give at once") {
  Attaching a;
  const oci::Descriptor both = a.refer(a.manifest("application/vnd.dev.cosign.artifact.sig.v1+json",
                                                  {a.layer(attest::kSimpleSigningType), a.layer("text/plain", "2nd")}));
  a.refer(a.manifest(attest::kBundleType, {a.layer(attest::kBundleType)}));
  a.refer(a.manifest("application/vnd.example", {a.layer("text/plain")}));
  a.store.tag_list.insert_or_assign(a.tag(".sig"), both);
  a.store.put(a.manifest("", {a.layer("text/plain", "envelope")}), a.tag(".att"));
  a.store.put(a.manifest("", {a.layer("text/spdx+json")}), a.tag(".sbom"));
  a.store.failing_tag = a.tag(".sig");
  const auto referrers = testing::collect(a.store, a.image, {.places = attachments::Places::referrers});
  REQUIRE(referrers);
  CHECK(kinds(*referrers) == Kinds{{AttachmentKind::bundle, 1}, {AttachmentKind::simple_signing, 1}});
  CHECK(referrers->others.size() == 1);
  a.store.failing_tag.reset();
  a.store.failing_referrers = a.image.digest;
  a.store.opened.clear();
  const auto after = testing::collect(a.store, a.image, {.places = attachments::Places::tags}, *referrers);
  REQUIRE(after);
  CHECK(kinds(*after) ==
        Kinds{{AttachmentKind::bundle, 1}, {AttachmentKind::simple_signing, 2}, {AttachmentKind::envelope, 1}});
  CHECK(a.store.opened.size() == 4);  // two manifests, and the layers that are new
  a.store.failing_referrers.reset();
  const Attachments at_once = a.collected();
  REQUIRE(at_once.evidence.size() == after->evidence.size());
  for (std::size_t i = 0; i < at_once.evidence.size(); ++i) {
    CHECK(at_once.evidence[i].blob.digest == after->evidence[i].blob.digest);
    CHECK(at_once.evidence[i].place == after->evidence[i].place);
    CHECK(at_once.evidence[i].bytes.view() == after->evidence[i].bytes.view());
  }
  CHECK(after->others.size() == at_once.others.size());
}

TEST_CASE("what the list says of a referrer decides what is read first, and leaves nothing out") {
  for (const char* said : {"", "https://type.example/other", "https://sigstore.dev/cosign/sign/v1"}) {
    Attaching a;
    oci::Descriptor listed = a.refer(a.manifest(attest::kBundleType, {a.layer(attest::kBundleType)}));
    oci::Descriptor foreign = a.refer(a.manifest(attest::kBundleType, {a.layer(attest::kBundleType, "{ }")}));
    listed.annotations[std::string(attest::kPredicateTypeAnnotation)] = said;
    foreign.artifact_type = "application/vnd.example";
    auto& list = a.store.referrer_list[a.image.digest];
    list.insert_or_assign(listed.digest, listed);
    list.insert_or_assign(foreign.digest, foreign);
    attachments::Query query{.signatures = said == std::string_view(), .predicate_type = "p", .unsigned_too = false};
    CHECK(kinds(*testing::collect(a.store, a.image, query)) == Kinds{{AttachmentKind::bundle, 2}});

    query.places = attachments::Places::likely_referrers;
    const auto first = testing::collect(a.store, a.image, query);
    REQUIRE(first);
    CHECK(first->evidence.empty());
    CHECK(first->passed_over.size() == 2);
    query.places = attachments::Places::passed_over;
    const auto after = testing::collect(a.store, a.image, query, *first);
    REQUIRE(after);
    CHECK(kinds(*after) == Kinds{{AttachmentKind::bundle, 2}});
    CHECK(after->passed_over.empty());

    // What is listed as something else and cannot be read makes no yes unknown, and no unknown a no.
    a.store.blobs.erase(foreign.digest);
    const auto without = testing::collect(a.store, a.image, query, *first);
    REQUIRE(without);
    CHECK(without->evidence.size() == 1);
    REQUIRE(without->unread);
    CHECK(without->unread->code() == ErrorCode::not_found);
    a.store.blobs.erase(listed.digest);
    CHECK(testing::collect(a.store, a.image, query, *first).error().code() == ErrorCode::not_found);
  }
}

TEST_CASE("a bundle that somebody puts under the tag .sig as well is a bundle nevertheless") {
  Attaching a;
  const oci::Descriptor bundle = a.refer(a.manifest(attest::kBundleType, {a.layer(attest::kBundleType)}));
  a.store.tag_list.insert_or_assign(a.tag(".sig"), bundle);
  CHECK(kinds(a.collected()) == Kinds{{AttachmentKind::bundle, 1}, {AttachmentKind::simple_signing, 1}});
}

TEST_CASE("an attached index, and an SBOM under its tag, are shown as others") {
  Attaching a;
  oci::Index index{.media_type = std::string(oci::kIndexType)};
  index.subject = a.image;
  const oci::Descriptor descriptor = a.store.put(index);
  a.store.referrer_list[a.image.digest].insert_or_assign(descriptor.digest, descriptor);
  a.store.put(a.manifest("", {a.layer("text/spdx+json")}), a.tag(".sbom"));
  const Attachments found = a.collected();
  CHECK(found.evidence.empty());
  CHECK(found.others.size() == 2);
}

TEST_CASE("BuildKit's statements stand in the index, unsigned, each about its platform") {
  Attaching a;
  const auto attestation = [&](std::optional<oci::Descriptor> subject, const std::string& statement) {
    oci::Manifest made = a.manifest(subject ? "application/vnd.docker.attestation.manifest.v1+json" : "",
                                    {a.layer(kInToto, statement), a.layer("application/x", "no statement")});
    made.subject = std::move(subject);
    oci::Descriptor entry = a.store.put(made);
    entry.platform = *oci::Platform::parse("unknown/unknown");
    entry.annotations = {{"vnd.docker.reference.type", "attestation-manifest"},
                         {"vnd.docker.reference.digest", a.image.digest.to_string()}};
    return entry;
  };
  const std::string statement =
      R"({"_type":"https://in-toto.io/Statement/v0.1","subject":[{"name":"_","digest":{"sha256":")" +
      std::string(a.image.digest.encoded()) + R"("}}],"predicateType":"https://spdx.dev/Document","predicate":{}})";
  const oci::Descriptor classic = attestation(std::nullopt, statement);
  oci::Index index{.media_type = std::string(oci::kIndexType), .manifests = {a.image, classic}};
  const auto root = a.store.put(index);
  const auto found = testing::collect(a.store, root);
  REQUIRE(found);
  REQUIRE(found->evidence.size() == 1);
  CHECK(found->evidence[0].kind == AttachmentKind::unsigned_statement);
  CHECK(found->evidence[0].subject == a.image.digest);
  CHECK((*attachments::unverified_statement(found->evidence[0]))->predicate_type == "https://spdx.dev/Document");
  CHECK(a.collected().evidence.empty());

  // The newer form is a referrer of the platform besides, where the registry lists those: it is there once.
  const oci::Descriptor newer = attestation(a.image, statement + " ");
  a.store.referrer_list[a.image.digest].insert_or_assign(newer.digest, newer);
  const auto again = a.store.put(oci::Index{.media_type = std::string(oci::kIndexType), .manifests = {a.image, newer}});
  CHECK(testing::collect(a.store, again)->evidence.size() == 1);
  CHECK(kinds(a.collected()) == Kinds{{AttachmentKind::unsigned_statement, 1}});
  const auto together = [&] { return *attachments::collect(a.store, {again, a.image}); };
  CHECK(together().at(again.digest).evidence.empty());
  CHECK(kinds(together().at(a.image.digest)) == Kinds{{AttachmentKind::unsigned_statement, 1}});
  a.store.referrer_list.clear();
  CHECK(together().at(again.digest).evidence.empty());
  CHECK(kinds(together().at(a.image.digest)) == Kinds{{AttachmentKind::unsigned_statement, 1}});

  a.store.blobs.erase(classic.digest);
  CHECK(testing::collect(a.store, root).error().code() == ErrorCode::not_found);
}

TEST_CASE("a blob that is listed many times is one piece of evidence") {
  Attaching many;
  const oci::Descriptor bundle = many.layer(attest::kBundleType);
  many.refer(many.manifest(attest::kBundleType, std::vector<oci::Descriptor>(900, bundle)));
  many.refer(many.manifest(attest::kBundleType, {bundle, bundle}));
  CHECK(many.collected().evidence.size() == 1);
  // Of a signature that is beside its payload, each is one.
  Attaching beside;
  oci::Descriptor payload = beside.layer(attest::kSimpleSigningType);
  std::vector<oci::Descriptor> layers;
  for (const char* signature : {"one", "two", "one"}) {
    payload.annotations[std::string(attest::kSignatureAnnotation)] = signature;
    layers.push_back(payload);
  }
  beside.store.put(beside.manifest("", layers), beside.tag(".sig"));
  CHECK(beside.collected().evidence.size() == 2);
  // An envelope has its signature, and beside it who logged it: one that was logged later is another piece.
  Attaching logged;
  oci::Descriptor envelope = logged.layer("application/vnd.dsse.envelope.v1+json");
  layers.clear();
  for (const char* entry : {"", "one", "two", "one"}) {
    envelope.annotations = {{"predicateType", std::to_string(layers.size())}};
    if (*entry != '\0') envelope.annotations["dev.sigstore.cosign/bundle"] = entry;
    layers.push_back(envelope);
  }
  logged.store.put(logged.manifest("", layers), logged.tag(".att"));
  CHECK(logged.collected().evidence.size() == 3);
}

TEST_CASE("a blob that is attached to several subjects is fetched once") {
  Attaching a;
  const oci::Descriptor second = a.store.put(oci::Manifest{
      .media_type = std::string(oci::kManifestType), .config = *store::put_bytes(a.store, "{ }", oci::kConfigType)});
  const oci::Manifest signature = a.manifest(attest::kBundleType, {a.layer(attest::kBundleType)});
  const oci::Descriptor first = a.refer(signature);
  oci::Manifest other = signature;
  other.subject = second;
  const oci::Descriptor twin = a.store.put(other);
  a.store.referrer_list[second.digest].insert_or_assign(twin.digest, twin);
  a.store.referrer_list[second.digest].insert_or_assign(first.digest,
                                                        first);  // the list is wrong: it is not its subject
  a.store.opened.clear();
  const auto found = attachments::collect(a.store, {a.image, second, a.image});
  REQUIRE(found);
  REQUIRE(found->size() == 2);
  CHECK(found->at(a.image.digest).evidence.size() == 1);
  CHECK(found->at(second.digest).evidence.size() == 1);
  CHECK(found->at(second.digest).others.size() == 1);
  CHECK(a.store.opened.size() == 3);  // two manifests and one blob
}

TEST_CASE("what is attached is bounded in size and number") {
  Attaching large;
  oci::Descriptor huge = large.layer(attest::kBundleType);
  huge.size = kMaxAttachmentBytes + 1;
  large.refer(large.manifest(attest::kBundleType, {huge}));
  CHECK(large.failure() == ErrorCode::limit_exceeded);

  Attaching sum;
  std::vector<oci::Descriptor> parts;
  for (std::size_t i = 0; i <= kMaxEvidenceBytes / kMaxAttachmentBytes; ++i) {
    parts.push_back(sum.layer(attest::kBundleType, "{\"part\":" + std::to_string(i) + "}"));
    parts.back().size = kMaxAttachmentBytes;  // what it says counts, before anything is fetched
  }
  sum.refer(sum.manifest(attest::kBundleType, parts));
  CHECK(sum.failure() == ErrorCode::limit_exceeded);

  Attaching known;  // what was found before counts as well
  Attachments before;
  before.evidence.push_back({AttachmentKind::bundle, known.image.digest, known.image, known.layer("x"), {}, 0});
  before.evidence[0].blob.size = kMaxEvidenceBytes - 1;
  known.store.put(known.manifest("", {known.layer("text/plain", "1")}), known.tag(".sig"));
  CHECK(testing::collect(known.store, known.image, {.places = attachments::Places::tags}, before));
  known.store.put(known.manifest("", {known.layer("text/plain", "12")}), known.tag(".sig"));
  CHECK(testing::collect(known.store, known.image, {.places = attachments::Places::tags}, before).error().code() ==
        ErrorCode::limit_exceeded);

  Attaching many;
  const std::vector<oci::Descriptor> thousand(kMaxLayers, many.layer(attest::kBundleType));
  for (std::size_t i = 0; i <= kMaxReferrers / kMaxLayers; ++i) {
    oci::Manifest made = many.manifest(attest::kBundleType, thousand);
    made.annotations["salt"] = std::to_string(i);
    many.refer(made);
  }
  CHECK(many.failure() == ErrorCode::limit_exceeded);
}

TEST_CASE("a manifest under .sig that is no manifest is malformed, not absent") {
  Attaching a;
  a.store.put_document("{}", oci::kManifestType, a.tag(".sig"));
  CHECK(a.failure() == ErrorCode::malformed);
}
