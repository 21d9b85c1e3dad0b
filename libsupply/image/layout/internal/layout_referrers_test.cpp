#include <atomic>
#include <catch2/catch.hpp>
#include <map>
#include <mutex>
#include <set>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/image/layout/internal/directory_storage.hpp"
#include "libsupply/image/layout/layout.hpp"
#include "libsupply/image/oci/manifest.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/image/store/copy.hpp"
#include "libsupply/testing/result.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using layout::Layout;
using testing::code_of;
namespace fs = std::filesystem;

namespace {

const Digest kImage = *Digest::parse("sha256:b755d60101971f7c529d00937b7a8f10259d6ba1156b810dad2a23aa74e0afd1");
const Digest kMulti = *Digest::parse("sha256:a38494ed823240c10e9e50920311be538e762c8c9eaf5409815a6c27a60ca0c6");
const Digest kArm64 = *Digest::parse("sha256:cfd855e19610a2e810b9026ae4d51b2c095ba85e969fb08ec47960cab75bb457");
constexpr const char* kBundle = "application/vnd.dev.sigstore.bundle.v0.3+json";

// A writable copy of a peer's layout.
class Copy {
 public:
  explicit Copy(const std::string& name) { testing::copy_directory(testing::testdata("peers/layout-" + name), path()); }
  fs::path path() const { return directory_ / "l"; }
  fs::path blob(const Digest& digest) const { return path() / "blobs/sha256" / digest.encoded(); }
  Result<std::vector<oci::Descriptor>> referrers(const Digest& subject) const {
    return (*Layout::open(path()))->referrers(subject);
  }
  void flip(const Digest& digest, std::size_t at) const {
    std::string bytes = testing::read(blob(digest));
    bytes.at(at) ^= 1;
    testing::write(blob(digest), bytes);
  }
  Digest add(std::string_view bytes) const {
    const Digest digest = crypto::sha256(bytes);
    testing::write(blob(digest), bytes);
    return digest;
  }

 private:
  testing::TempDirectory directory_;
};

// A layout's files, and how often they were listed and each blob opened.
class Counted : public layout::DirectoryStorage {
 public:
  using DirectoryStorage::DirectoryStorage;
  Result<std::unique_ptr<io::Source>> open_blob(const Digest& digest, std::uint64_t offset) const override {
    const std::scoped_lock lock(mutex_);
    ++opened[digest];
    return DirectoryStorage::open_blob(digest, offset);
  }
  Result<std::vector<std::string>> blob_names(std::string_view algorithm) const override {
    if (algorithm == "sha256") ++searches;
    return DirectoryStorage::blob_names(algorithm);
  }
  mutable std::map<Digest, int> opened;
  mutable std::atomic<int> searches = 0;

 private:
  mutable std::mutex mutex_;
};

struct CountedLayout {
  explicit CountedLayout(const fs::path& path) {
    auto counted = std::make_unique<Counted>(path);
    files = counted.get();
    store = *layout::layout_in(std::move(counted));
  }
  Counted* files;
  std::unique_ptr<Layout> store;
};

std::size_t count(const std::string& layout, const Digest& subject) {
  const auto found = (*Layout::open(testing::testdata("peers/layout-" + layout)))->referrers(subject);
  REQUIRE(found);
  for (std::size_t i = 1; i < found->size(); ++i) CHECK((*found)[i - 1].digest < (*found)[i].digest);
  return found->size();
}

}  // namespace

TEST_CASE("referrers are found wherever cosign, regctl and oras leave them") {
  // The numbers were counted over the blobs with Python (objects with schemaVersion and subject.digest).
  CHECK(count("bundle", kImage) == 8);  // an index under the tag sha256-<hex>
  CHECK(count("bundle", kMulti) == 1);
  CHECK(count("bundle", kArm64) == 1);
  CHECK(count("cosign-save", kImage) == 8);  // blobs that no index lists
  CHECK(count("oras", kImage) == 2);         // entries of index.json
  CHECK(count("ed25519", kImage) == 1);
  CHECK(count("legacy", kImage) == 0);  // its tags are looked up by the caller
  CHECK(count("apk", kImage) == 0);
}

TEST_CASE("the referrers of several manifests are found in one search, as they are for each") {
  const Digest none = crypto::sha256("nothing refers to it");
  const std::vector<Digest> subjects{kImage, none, kMulti, kArm64, kImage};
  for (const char* name : {"bundle", "cosign-save", "oras", "ed25519", "legacy"}) {
    const CountedLayout layout(testing::testdata(std::string("peers/layout-") + name));
    const auto all = layout.store->referrers_of(subjects);
    REQUIRE(all);
    CHECK(layout.files->searches == 1);
    REQUIRE(all->size() == subjects.size());
    // Once by an entry, once among all blobs; one that is listed under a tag too is in index.json besides.
    for (const auto& [digest, times] : supply::testing::some(layout.files->opened)) CHECK(times <= 3);
    for (std::size_t i = 0; i < subjects.size(); ++i) {
      const auto alone = layout.store->referrers(subjects[i]);
      REQUIRE(alone);
      REQUIRE(alone->size() == (*all)[i].size());
      for (std::size_t j = 0; j < alone->size(); ++j) {
        CHECK((*alone)[j].digest == (*all)[i][j].digest);
        CHECK((*alone)[j].annotations == (*all)[i][j].annotations);
      }
    }
  }
  CHECK((*Layout::open(testing::testdata("peers/layout-bundle")))->referrers_of({})->empty());
}

TEST_CASE("what is written between two searches is found, and what is taken away is not") {
  const Copy copy("cosign-save");
  const auto layout = *Layout::open(copy.path());
  const auto before = layout->referrers(kImage);
  fs::rename(copy.blob(before->front().digest), copy.path() / "away");
  CHECK(layout->referrers(kImage)->size() == 7);
  fs::rename(copy.path() / "away", copy.blob(before->front().digest));
  CHECK(layout->referrers_of({kImage, kMulti})->front().size() == 8);
}

TEST_CASE("a copy searches a layout once for all that it copies") {
  const testing::TempDirectory directory;
  REQUIRE(Layout::create(directory / "to"));
  const CountedLayout from(testing::testdata("peers/layout-cosign-save")), to(directory / "to");
  const auto root = from.store->resolve({.tag = {}, .digest = kImage});
  REQUIRE(root);
  const auto copied = store::copy(*from.store, *root, *to.store, "x", {});
  REQUIRE(copied);
  CHECK(copied->referrers == 8);
  CHECK(from.files->searches == 1);
  CHECK(to.files->searches == 1);  // whether all is there
  const CountedLayout many(testing::testdata("peers/layout-bundle"));
  REQUIRE(store::copy(*many.store, *many.store->resolve({.tag = {}, .digest = kMulti}), *to.store, "y", {}));
  CHECK(many.files->searches <= 4);  // the index, its platforms, what refers to them, what refers to that
}

TEST_CASE("artifact type and annotations come from the manifest when the list lacks them") {
  for (const char* name : {"bundle", "cosign-save", "oras"}) {
    const auto found = *(*Layout::open(testing::testdata(std::string("peers/layout-") + name)))->referrers(kImage);
    for (const auto& referrer : supply::testing::some(found)) {
      CHECK(referrer.artifact_type == kBundle);
      CHECK(referrer.media_type == oci::kManifestType);
      CHECK(referrer.annotations.contains("dev.sigstore.bundle.predicateType"));
      CHECK(!referrer.annotations.contains("org.opencontainers.image.ref.name"));
    }
  }
}

TEST_CASE("one place does not hide another") {
  // oras' entries, cosign's loose blobs and regctl's index in one layout: each referrer once.
  const Copy copy("bundle");
  for (const char* other : {"cosign-save", "oras"})
    for (const auto& file :
         fs::directory_iterator(testing::testdata(std::string("peers/layout-") + other + "/blobs/sha256")))
      fs::copy_file(file, copy.path() / "blobs/sha256" / file.path().filename(), fs::copy_options::overwrite_existing);
  const auto all = copy.referrers(kImage);
  REQUIRE(all);
  std::set<Digest> digests;
  for (const char* name : {"bundle", "cosign-save", "oras"}) {
    const auto found = *(*Layout::open(testing::testdata(std::string("peers/layout-") + name)))->referrers(kImage);
    for (const auto& referrer : found) digests.insert(referrer.digest);
  }
  CHECK(all->size() == digests.size());
}

TEST_CASE("the swapped manifest is a mismatch") {
  const auto layout = *Layout::open(testing::testdata("peers/layout-swapped"));
  CHECK(code_of(layout->resolve({})) == ErrorCode::mismatch);
  CHECK(code_of(layout->referrers(kImage)) == ErrorCode::mismatch);
  const auto descriptor = layout->resolve({.tag = {}, .digest = kImage});
  CHECK(code_of(store::fetch(*layout, *descriptor, kMaxManifestBytes)) == ErrorCode::mismatch);
}

TEST_CASE("a referrer with any byte flipped is a mismatch, listed or not") {
  for (const char* name : {"bundle", "cosign-save", "oras"}) {
    const Copy copy(name);
    const auto victim = copy.referrers(kImage)->front();
    // Every 13th byte, the subject's digest among them. Byte 0 of an unlisted blob decides what it is.
    for (std::size_t at = 1; at < victim.size; at += 13) {
      copy.flip(victim.digest, at);
      INFO(name << " byte " << at);
      CHECK(code_of(copy.referrers(kImage)) == ErrorCode::mismatch);
      copy.flip(victim.digest, at);
    }
    const Copy truncated(name);
    fs::resize_file(truncated.blob(victim.digest), victim.size - 1);
    CHECK(code_of(truncated.referrers(kImage)) == ErrorCode::mismatch);
  }
}

TEST_CASE("a referrer that a list names and that is not there is an error, not an absence") {
  for (const char* name : {"bundle", "oras"}) {
    const Copy copy(name);
    fs::remove(copy.blob(copy.referrers(kImage)->front().digest));
    CHECK(code_of(copy.referrers(kImage)) == ErrorCode::not_found);
  }
}

TEST_CASE("a damaged or missing index of referrers is an error") {
  const Digest list = *Digest::parse("sha256:b311c8d09005685b64cc781e33472d66c579cf5a646dfd285a0d0ac4ef0dd782");
  const Copy flipped("bundle");
  flipped.flip(list, 50);
  CHECK(code_of(flipped.referrers(kImage)) == ErrorCode::mismatch);
  const Copy missing("bundle");
  fs::remove(missing.blob(list));
  CHECK(code_of(missing.referrers(kImage)) == ErrorCode::not_found);
}

TEST_CASE("an image that a sparse layout lacks does not keep the others from being read") {
  const Copy copy("bundle");
  fs::remove(copy.blob(kMulti));
  CHECK(copy.referrers(kImage)->size() == 8);
}

TEST_CASE("an image that itself stands under the tag made from its digest is not taken for a list") {
  const Copy copy("cosign-save");
  const std::string index = testing::read(copy.path() / "index.json");
  std::string tagged = index;
  const std::string kind = "\"kind\": \"dev.cosignproject.cosign/image\"";
  const std::size_t at = tagged.find(kind);
  REQUIRE(at != std::string::npos);
  tagged.replace(at, kind.size(),
                 "\"org.opencontainers.image.ref.name\": \"sha256-" + std::string(kImage.encoded()) + "\"");
  testing::write(copy.path() / "index.json", tagged);
  CHECK(copy.referrers(kImage)->size() == 8);
}

TEST_CASE("other blobs, whatever they hold, are not the search's business") {
  const Copy copy("cosign-save");
  testing::write(copy.path() / "blobs/sha256/oci-put-blob123", "{\"subject\":1}");
  testing::write(copy.path() / "blobs/sha256" / std::string(64, 'a'), "{\"damaged\":\"but irrelevant\"}");
  testing::write(copy.path() / "blobs/sha256" / std::string(64, 'b'), "");
  fs::create_directory(copy.path() / "blobs/sha256" / std::string(64, 'c'));
  copy.add("{\"subject\":[{\"digest\":{\"sha256\":\"" + std::string(kImage.encoded()) + "\"}}]}");
  copy.add("{\"note\":\"" + kImage.to_string() + "\"}");
  copy.add("{ \"subject\" " + kImage.to_string());
  CHECK(copy.referrers(kImage)->size() == 8);
}

TEST_CASE("a loose blob that names the digest and is not what its name says is a mismatch") {
  const Copy copy("cosign-save");
  testing::write(copy.path() / "blobs/sha256" / std::string(64, 'a'), "{\"x\":\"" + kImage.to_string() + "\"}");
  CHECK(code_of(copy.referrers(kImage)) == ErrorCode::mismatch);
}

TEST_CASE("a loose blob that is a link is refused") {
  const Copy copy("cosign-save");
  const Digest victim = copy.referrers(kImage)->front().digest;
  fs::rename(copy.blob(victim), copy.path() / "moved");
  fs::create_symlink("../../moved", copy.blob(victim));
  CHECK(code_of(copy.referrers(kImage)) == ErrorCode::malformed);
}

TEST_CASE("a manifest that claims the subject and could be read as an index too is malformed, not left out") {
  const Copy copy("cosign-save");
  copy.add(
      R"({"schemaVersion":2,"manifests":[],"config":{},"subject":{"mediaType":"application/vnd.oci.image.manifest.v1+json","size":555,"digest":")" +
      kImage.to_string() + R"("}})");
  CHECK(code_of(copy.referrers(kImage)) == ErrorCode::malformed);
}

TEST_CASE("an index with a subject is a referrer too, and the number of referrers is bounded") {
  const Copy copy("cosign-save");
  const auto index_with = [](int salt) {
    return R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","artifactType":"application/vnd.example","annotations":{"salt":")" +
           std::to_string(salt) +
           R"("},"manifests":[],"subject":{"mediaType":"application/vnd.oci.image.manifest.v1+json","size":555,"digest":")" +
           kArm64.to_string() + R"("}})";
  };
  copy.add(index_with(0));
  const auto found = copy.referrers(kArm64);
  REQUIRE(found);
  REQUIRE(found->size() == 1);
  CHECK(found->front().media_type == oci::kIndexType);
  CHECK(found->front().artifact_type == "application/vnd.example");
  for (std::size_t i = 1; i < kMaxReferrers; ++i) copy.add(index_with(static_cast<int>(i)));
  copy.add(index_with(-1));
  CHECK(code_of(copy.referrers(kArm64)) == ErrorCode::limit_exceeded);
  CHECK(code_of((*Layout::open(copy.path()))->referrers_of({kImage, kArm64})) == ErrorCode::limit_exceeded);
}
