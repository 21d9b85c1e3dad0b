#include "libsupply/trust/evidence/evidence.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/image/layout/layout.hpp"
#include "libsupply/testing/images.hpp"
#include "libsupply/testing/testing.hpp"
#include "libsupply/trust/evidence/render.hpp"

namespace supply::evidence {
namespace {

Budget budget;  // of all tests here

namespace fs = std::filesystem;

verify::Verifier verifier(const std::vector<std::string>& names) {
  std::vector<verify::TrustedKey> keys;
  for (const std::string& name : names)
    keys.push_back({name, *crypto::PublicKey::from_pem(testing::read(testing::testdata("peers/" + name + ".pub")))});
  return verify::Verifier(std::move(keys));
}

Result<ImageEvidence> attached_to(const fs::path& layout, const char* tag, const std::vector<std::string>& keys,
                                  const Request& request = {}) {
  auto store = layout::Layout::open(layout);
  REQUIRE(store);
  const std::optional<std::string> wanted = tag == nullptr ? std::nullopt : std::optional<std::string>(tag);
  auto root = (*store)->resolve({wanted, std::nullopt});
  REQUIRE(root);
  return read(**store, *root, verifier(keys), request, budget);
}

const fs::path kBundles = testing::testdata("peers/layout-bundle");

// A layout, and which tags somebody asked it for.
class Watched : public store::BasicSource {
 public:
  explicit Watched(const char* layout) : layout_(*layout::Layout::open(testing::testdata(layout))) {}

  std::string name() const override { return layout_->name(); }
  Result<oci::Descriptor> resolve(const oci::Selector& selector) override {
    const std::scoped_lock lock(mutex_);
    if (selector.tag) asked.insert(selector.tag->substr(selector.tag->find_last_of('.') + 1));
    if (cosign_tags_fail && selector.tag) return Error(ErrorCode::unavailable, "cut");
    return layout_->resolve(selector);
  }
  Result<std::unique_ptr<io::Source>> open(const oci::Descriptor& descriptor) override {
    const std::scoped_lock lock(mutex_);
    opened.push_back(descriptor.digest);
    return layout_->open(descriptor);
  }
  Result<std::vector<oci::Descriptor>> referrers(const Digest& subject) override {
    const std::scoped_lock lock(mutex_);
    listed.push_back(subject);
    if (referrers_fail) return Error(ErrorCode::forbidden, "refused");
    return layout_->referrers(subject);
  }
  Result<std::vector<std::string>> tags() override { return layout_->tags(); }

  std::multiset<std::string> asked;  // the tags' endings
  std::vector<Digest> listed, opened;
  bool cosign_tags_fail = false, referrers_fail = false;

 private:
  std::unique_ptr<layout::Layout> layout_;
  std::mutex mutex_;
};

const Digest kImage = *Digest::parse("sha256:b755d60101971f7c529d00937b7a8f10259d6ba1156b810dad2a23aa74e0afd1");

Request question(bool signatures, std::string_view type = "") {
  Request request;
  request.layers = CheckLayers::no;
  request.query = {.signatures = signatures, .statements = !signatures, .unsigned_too = false};
  request.enough = [=](const ImageEvidence& attached) {
    return signatures ? satisfied(signed_by(attached)) : satisfied(attested(attached, type));
  };
  return request;
}

Result<ImageEvidence> of_image(Watched& store, const std::vector<std::string>& keys, const Request& request) {
  const auto root = store.resolve({std::nullopt, kImage});
  REQUIRE(root);
  return read(store, *root, verifier(keys), request, budget);
}

}  // namespace

TEST_CASE("an index is signed only when every platform of it is, or the index itself") {
  const auto amd64_alone = attached_to(kBundles, "multi", {"ecdsa-p256"});
  REQUIRE(amd64_alone);
  REQUIRE(amd64_alone->targets.size() == 2);
  const auto answers = signed_by(*amd64_alone);
  CHECK_FALSE(answers[0].claims.empty());
  CHECK(answers[1].claims.empty());
  CHECK_FALSE(satisfied(answers));
  const auto both = attached_to(kBundles, "multi", {"ecdsa-p256-other"});
  REQUIRE(both);
  CHECK(satisfied(signed_by(*both)));
}

TEST_CASE("with a platform only that one is asked about") {
  Request request;
  request.platform = *oci::Platform::parse("linux/amd64");
  CHECK(satisfied(signed_by(*attached_to(kBundles, "multi", {"ecdsa-p256"}, request))));
  request.platform = *oci::Platform::parse("linux/arm64");
  CHECK_FALSE(satisfied(signed_by(*attached_to(kBundles, "multi", {"ecdsa-p256"}, request))));
  request.platform = *oci::Platform::parse("linux/s390x");
  CHECK(attached_to(kBundles, "multi", {"ecdsa-p256"}, request).error().code() == ErrorCode::not_found);
}

TEST_CASE("an attestation is no signature, and a signature no attestation") {
  const auto attested_only = attached_to(kBundles, "1.0", {"attest-only"});
  REQUIRE(attested_only);
  CHECK_FALSE(satisfied(signed_by(*attested_only)));
  CHECK(satisfied(attested(*attested_only, attest::kCycloneDxType)));
  CHECK_FALSE(satisfied(attested(*attested_only, attest::kSpdxType)));
  CHECK_FALSE(satisfied(attested(*attached_to(kBundles, "1.0", {"rsa"}), attest::kCosignSignType)));
}

TEST_CASE("a signature that does not say what was asked for does not count, and the answer says why") {
  Request request;
  request.annotations = {{"release", "1.0"}};
  CHECK(satisfied(signed_by(*attached_to(kBundles, "1.0", {"ecdsa-p256"}, request))));
  request.annotations = {{"release", "2.0"}};
  const auto other = attached_to(kBundles, "1.0", {"ecdsa-p256"}, request);
  REQUIRE(other);
  CHECK_FALSE(satisfied(signed_by(*other)));
  CHECK(to_text({"image"}, *other, signed_by(*other), {}).find("annotation \"release\" is \"1.0\"") !=
        std::string::npos);
  CHECK(to_json(*other, signed_by(*other))["satisfied"] == false);
}

TEST_CASE("a manifest that an index lists for several platforms is named with all of them") {
  auto evidence = attached_to(kBundles, "1.0", {"ecdsa-p256"});
  REQUIRE(evidence);
  const std::vector<store::PlatformManifest> listed{
      {evidence->root,
       *oci::Platform::parse("linux/amd64"),
       {},
       {*oci::Platform::parse("linux/386"), *oci::Platform::parse("linux/arm")}}};
  evidence->targets = required(listed);
  const auto answers = signed_by(*evidence);
  CHECK(to_text({"image"}, *evidence, answers, {}).find("\nlinux/amd64, linux/386, linux/arm ") != std::string::npos);
  const auto record = to_json(*evidence, answers);
  CHECK(record["targets"][0]["platform"] == "linux/amd64");
  CHECK(record["targets"][0]["alsoFor"] == nlohmann::json{"linux/386", "linux/arm"});
}

TEST_CASE("the answer says first what was asked, and what was refused only where the answer is not yes") {
  Request request;
  request.annotations = {{"release", "1.0"}};
  request.platform = *oci::Platform::parse("linux/amd64");
  const auto good = attached_to(kBundles, "1.0", {"ecdsa-p256"}, request);
  REQUIRE(good);
  const Question asked{"app@sha256:ab", {"a.pub", "b.pub"}, request.annotations, std::nullopt, request.platform};
  const std::string text = to_text(asked, *good, signed_by(*good), {});
  CHECK(text.starts_with(
      "app@sha256:ab\n  asked: signed by a.pub or b.pub; annotations release=1.0; platform linux/amd64\n"));
  CHECK(text.find("signed by ecdsa-p256 ") != std::string::npos);
  CHECK(text.find("others refused: --verbose lists them\n") != std::string::npos);
  CHECK(text.find("  refused: ") == std::string::npos);
  CHECK(text.find('\x1b') == std::string::npos);
  const std::string all = to_text(asked, *good, signed_by(*good), {.color = true, .verbose = true});
  CHECK(all.find("\x1b[33mrefused\x1b[0m: ") != std::string::npos);
  CHECK(all.find("--verbose") == std::string::npos);
  const auto bad = attached_to(kBundles, "1.0", {"attest-only"});
  REQUIRE(bad);
  const std::string no = to_text({"app"}, *bad, signed_by(*bad), {});
  CHECK(no.find("  not signed by any who was asked for\n") != std::string::npos);
  CHECK(no.find("  refused: ") != std::string::npos);
  CHECK(to_text({"app", {"a.pub"}, {}, "https://type.example"}, *bad, attested(*bad, attest::kCycloneDxType), {})
            .starts_with("app\n  asked: attested by a.pub; type https://type.example\n"));
}

// The image of layout-ed25519 is signed by one key in both forms, that of layout-legacy under cosign's tags alone, that
// of layout-bundle by referrers alone. Source: testdata/peers/ORIGIN.md
TEST_CASE("cosign's tags are looked at only where the referrers do not answer the question") {
  SECTION("a signature among the referrers is enough") {
    Watched store("peers/layout-ed25519");
    const auto attached = of_image(store, {"ed25519"}, question(true));
    CHECK(signed_by(*attached)[0].claims.size() == 1);
    CHECK(store.asked.empty());
    store.cosign_tags_fail = true;
    CHECK(satisfied(signed_by(*of_image(store, {"ed25519"}, question(true)))));
  }
  SECTION("without a question everything is read") {
    Watched store("peers/layout-ed25519");
    Request request = question(true);
    request.enough = {};
    CHECK(signed_by(*of_image(store, {"ed25519"}, request))[0].claims.size() == 2);
    CHECK(store.asked.count("sig") == 1);
  }
  SECTION("a signature that lacks an annotation is not") {
    Watched store("peers/layout-ed25519");
    Request request = question(true);
    request.annotations = {{"release", "2.0"}};
    const auto attached = of_image(store, {"ed25519"}, request);
    CHECK_FALSE(satisfied(signed_by(*attached)));
    CHECK(store.asked == std::multiset<std::string>{"sig"});
    CHECK(attached->judged.outcomes.at(kImage).refused.size() == 2);  // those of both steps
    CHECK(attached->attachments.at(kImage).evidence.size() == 2);
    std::sort(store.opened.begin(), store.opened.end());
    CHECK(std::adjacent_find(store.opened.begin(), store.opened.end()) == store.opened.end());
  }
  SECTION("a signature that only the tag has counts") {
    Watched store("peers/layout-legacy");
    CHECK(satisfied(signed_by(*of_image(store, {"ecdsa-p256"}, question(true)))));
    CHECK(store.asked == std::multiset<std::string>{"sig"});
  }
  SECTION("so does an attestation") {
    Watched store("peers/layout-legacy");
    const auto found = of_image(store, {"ecdsa-p256"}, question(false, attest::kProvenanceV1Type));
    CHECK(satisfied(attested(*found, attest::kProvenanceV1Type)));
    CHECK(store.asked == std::multiset<std::string>{"att"});
  }
  SECTION("an attestation of another type is not enough") {
    Watched store("peers/layout-bundle");
    CHECK(satisfied(
        attested(*of_image(store, {"attest-only"}, question(false, attest::kCycloneDxType)), attest::kCycloneDxType)));
    CHECK(store.asked.empty());
    CHECK_FALSE(
        satisfied(attested(*of_image(store, {"attest-only"}, question(false, attest::kSpdxType)), attest::kSpdxType)));
    CHECK(store.asked == std::multiset<std::string>{"att"});
  }
  SECTION("nor are signatures of some platforms") {
    Watched store("peers/layout-bundle");
    const auto root = store.resolve({"multi", std::nullopt});
    store.asked.clear();
    CHECK_FALSE(satisfied(signed_by(*read(store, *root, verifier({"ecdsa-p256"}), question(true), budget))));
    CHECK(store.asked.count("sig") == 3);  // of the index and its two platforms
    CHECK(store.listed.size() == 3);
  }
  SECTION("the signature of an index is enough for all platforms") {
    Watched store("peers/layout-bundle");
    const auto root = store.resolve({"multi", std::nullopt});
    store.asked.clear();
    CHECK(satisfied(signed_by(*read(store, *root, verifier({"ecdsa-p256-other"}), question(true), budget))));
    CHECK(store.asked.empty());
    CHECK(store.listed == std::vector<Digest>{root->digest});
    Request arm = question(true);
    arm.platform = *oci::Platform::parse("linux/arm64");
    CHECK(satisfied(signed_by(*read(store, *root, verifier({"ecdsa-p256-other"}), arm, budget))));
    CHECK(store.listed == std::vector<Digest>(2, root->digest));
  }
  SECTION("the signature of a platform is looked for where the index has none") {
    Watched store("peers/layout-bundle");
    const auto root = store.resolve({"multi", std::nullopt});
    store.asked.clear();
    Request amd = question(true);
    amd.platform = *oci::Platform::parse("linux/amd64");
    CHECK(satisfied(signed_by(*read(store, *root, verifier({"ecdsa-p256"}), amd, budget))));
    CHECK(store.listed.size() == 2);
    CHECK(store.asked.empty());
  }
}

TEST_CASE("a no needs both steps, and what fails in one is made good by no other") {
  Watched store("peers/layout-legacy");
  store.cosign_tags_fail = true;
  CHECK(of_image(store, {"ecdsa-p256"}, question(true)).error().code() == ErrorCode::unavailable);
  store.cosign_tags_fail = false;
  store.asked.clear();
  store.referrers_fail = true;
  CHECK(of_image(store, {"ecdsa-p256"}, question(true)).error().code() == ErrorCode::forbidden);
  CHECK(store.asked.empty());
}

TEST_CASE("a damaged layer is never vouched for, and a missing one leaves the question open") {
  const testing::TempDirectory directory;
  testing::copy_directory(kBundles, directory / "layout");
  auto store = layout::Layout::open(directory / "layout");
  REQUIRE(store);
  const auto root = (*store)->resolve({"1.0", std::nullopt});
  REQUIRE(root);
  const auto images = testing::images(**store, *root, std::nullopt);
  REQUIRE(images);
  const Digest layer = images->front().manifest.layers.front().digest;
  const fs::path blob = directory / "layout" / "blobs" / "sha256" / std::string(layer.encoded());
  std::string bytes = testing::read(blob);
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  testing::write(blob, bytes);
  const auto damaged = attached_to(directory / "layout", "1.0", {"ecdsa-p256"});
  REQUIRE_FALSE(damaged);
  CHECK(damaged.error().code() == ErrorCode::mismatch);
  CHECK(damaged.error().message().find(layer.to_string()) != std::string::npos);
  Request without;
  without.layers = CheckLayers::no;
  CHECK(satisfied(signed_by(*attached_to(directory / "layout", "1.0", {"ecdsa-p256"}, without))));
  fs::remove(blob);
  CHECK(attached_to(directory / "layout", "1.0", {"ecdsa-p256"}).error().code() == ErrorCode::not_found);
}

TEST_CASE("a manifest that was swapped under its old name is damage") {
  auto store = layout::Layout::open(testing::testdata("peers/layout-swapped"));
  REQUIRE(store);
  const auto root = (*store)->resolve({});
  CHECK(root.error().code() == ErrorCode::mismatch);
}

}  // namespace supply::evidence
