
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/io/staging.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/image/layout/layout.hpp"
#include "libsupply/image/oci/manifest.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/testing/artifact.hpp"
#include "libsupply/testing/child.hpp"
#include "libsupply/testing/result.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using layout::Layout;
using nlohmann::json;
using testing::code_of;
using testing::describe;
namespace fs = std::filesystem;

namespace {

const Digest kImage = *Digest::parse("sha256:b755d60101971f7c529d00937b7a8f10259d6ba1156b810dad2a23aa74e0afd1");
constexpr const char* kBundle = "application/vnd.dev.sigstore.bundle.v0.3+json";

Result<Digest> attach(Layout& layout, const oci::Descriptor& subject, const std::string& content) {
  return testing::attach(layout, subject, content, kBundle, {{"dev.sigstore.bundle.content", "dsse-envelope"}});
}

class Copy {
 public:
  explicit Copy(const std::string& name) { testing::copy_directory(testing::testdata("peers/layout-" + name), path()); }
  fs::path path() const { return directory_ / "l"; }
  fs::path blob(const Digest& digest) const { return path() / "blobs/sha256" / digest.encoded(); }
  std::unique_ptr<Layout> open() const { return *Layout::open(path()); }
  json index() const { return json::parse(testing::read(path() / "index.json")); }

 private:
  testing::TempDirectory directory_;
};

const json* entry_named(const json& index, const std::string& name) {
  for (const json& entry : index["manifests"])
    if (entry.value("annotations", json::object()).value("org.opencontainers.image.ref.name", "") == name)
      return &entry;
  return nullptr;
}

}  // namespace

TEST_CASE("a new layout is empty and valid, and is opened when it is there already") {
  const testing::TempDirectory directory;
  REQUIRE(Layout::create(directory / "a/b"));
  CHECK(testing::read(directory / "a/b/oci-layout") == R"({"imageLayoutVersion":"1.0.0"})");
  CHECK(json::parse(testing::read(directory / "a/b/index.json"))["manifests"] == json::array());
  CHECK(fs::is_directory(directory / "a/b/blobs"));
  CHECK(*io::list_directory(directory / "a/b") == std::vector<std::string>{"blobs", "index.json", "oci-layout"});
  CHECK(code_of((*Layout::create(directory / "a/b"))->resolve({})) == ErrorCode::not_found);
}

TEST_CASE("a directory with something else in it is not made into a layout") {
  const testing::TempDirectory directory;
  testing::write(directory / "precious", "x");
  CHECK(code_of(Layout::create(directory.path())) == ErrorCode::usage);
  CHECK(*io::list_directory(directory.path()) == std::vector<std::string>{"precious"});
  CHECK(!Layout::create(directory / "precious"));
}

TEST_CASE("a blob goes in once, and only if it is what its descriptor says") {
  const testing::TempDirectory directory;
  const auto layout = *Layout::create(directory.path());
  const auto descriptor = *store::put_bytes(*layout, "content", "application/x");
  CHECK(*store::fetch(*layout, descriptor, 10) == "content");
  CHECK(store::put_bytes(*layout, "content", "application/x"));
  oci::Descriptor other = describe("other", "application/x");
  for (const char* wrong : {"othex", "othe", "other2", ""}) {
    const auto source = io::from_string(wrong);
    CHECK(code_of(layout->put_blob(other, *source)) == ErrorCode::mismatch);
  }
  CHECK(code_of(layout->open(other)) == ErrorCode::not_found);
  CHECK(io::list_directory(directory.path() / "blobs/sha256")->size() == 1);
  REQUIRE(layout->commit());
  CHECK(!io::exists(directory / ".supply-staging"));
  other.digest = *Digest::parse("blake3:" + std::string(64, 'a'));
  const auto source = io::from_string("other");
  CHECK(code_of(layout->put_blob(other, *source)) == ErrorCode::unsupported);
}

TEST_CASE("a damaged, truncated or linked blob is replaced by the right one") {
  const testing::TempDirectory directory;
  const auto layout = *Layout::create(directory.path());
  const auto descriptor = *store::put_bytes(*layout, "the right content", "application/x");
  const fs::path blob = directory.path() / "blobs/sha256" / descriptor.digest.encoded();
  for (const char* damage : {"the right", "the wrong content", "", "the right content and more"}) {
    testing::write(blob, damage);
    CHECK(store::put_bytes(*layout, "the right content", "application/x"));
    CHECK(testing::read(blob) == "the right content");
  }
  fs::remove(blob);
  testing::write(directory / "elsewhere", "the right content");
  fs::create_symlink(directory / "elsewhere", blob);
  CHECK(store::put_bytes(*layout, "the right content", "application/x"));
  CHECK(!fs::is_symlink(blob));
  CHECK(testing::read(directory / "elsewhere") == "the right content");
}

TEST_CASE("nothing is written or removed through a linked directory of a layout, and what is there is read") {
  for (const char* linked : {"blobs", "blobs/sha256"}) {
    INFO(linked);
    const testing::TempDirectory directory;
    const auto layout = *Layout::create(directory / "l");
    const auto there = *store::put_bytes(*layout, "there", "application/x");
    const auto image = describe("{}", oci::kManifestType);
    REQUIRE(layout->put_manifest(image, "{}", "t"));
    const auto referrer = attach(*layout, image, "a note");
    REQUIRE(referrer);
    fs::rename(directory / "l" / linked, directory / "elsewhere");
    fs::create_directory_symlink(directory / "elsewhere", directory / "l" / linked);
    const auto files = [&] {
      std::set<std::string> names;
      for (const auto& entry : fs::recursive_directory_iterator(directory / "elsewhere")) names.insert(entry.path());
      return names;
    };
    const auto before = files();
    const std::string index = testing::read(directory / "l/index.json");
    CHECK(*store::fetch(*layout, there, 10) == "there");
    CHECK(store::put_bytes(*layout, "there", "application/x"));  // it is there already
    CHECK(code_of(store::put_bytes(*layout, "new", "application/x")) == ErrorCode::malformed);
    CHECK(code_of(layout->put_manifest(describe("{ }", oci::kManifestType), "{ }", "u")) == ErrorCode::malformed);
    CHECK(code_of(attach(*layout, image, "another")) == ErrorCode::malformed);
    CHECK(code_of(layout->remove({{}, *referrer})) == ErrorCode::malformed);
    CHECK(files() == before);
    CHECK(testing::read(directory / "l/index.json") == index);
    CHECK(Layout::create(directory / "l"));
  }
  // Nor are the directories of a new one made through a link.
  const testing::TempDirectory directory;
  fs::create_directories(directory / "elsewhere");
  fs::create_directories(directory / "new");
  fs::create_directory_symlink(directory / "elsewhere", directory / "new/blobs");
  CHECK(code_of(Layout::create(directory / "new")) == ErrorCode::malformed);
  CHECK(fs::is_empty(directory / "elsewhere"));
  // A link in the place of index.json is not what a layout has, and its target stays as it is.
  const auto layout = *Layout::create(directory / "l");
  fs::rename(directory / "l/index.json", directory / "index");
  fs::create_symlink("../index", directory / "l/index.json");
  const std::string index = testing::read(directory / "index");
  CHECK(code_of(layout->put_manifest(describe("{}", oci::kManifestType), "{}", "t")) == ErrorCode::malformed);
  CHECK(testing::read(directory / "index") == index);
}

TEST_CASE("sha512 goes in and out") {
  const testing::TempDirectory directory;
  const auto layout = *Layout::create(directory.path());
  crypto::Hasher hasher(crypto::HashAlgorithm::sha512);
  hasher.update("content");
  const oci::Descriptor descriptor{.media_type = "application/x", .digest = hasher.finish_digest(), .size = 7};
  const auto source = io::from_string("content");
  REQUIRE(layout->put_blob(descriptor, *source));
  CHECK(*store::fetch(*layout, descriptor, 10) == "content");
}

TEST_CASE("a manifest gets the entry that its tag asks for") {
  const testing::TempDirectory directory;
  const auto layout = *Layout::create(directory.path());
  const auto put = [&](const std::string& config, const std::optional<std::string>& tag) {
    oci::Manifest manifest{.media_type = std::string(oci::kManifestType),
                           .config = *store::put_bytes(*layout, config, oci::kConfigType)};
    const std::string bytes = oci::to_bytes(manifest);
    const auto descriptor = describe(bytes, oci::kManifestType);
    REQUIRE(layout->put_manifest(descriptor, bytes, tag));
    return descriptor.digest;
  };
  const auto entries = [&] { return json::parse(testing::read(directory / "index.json"))["manifests"].size(); };
  const Digest part = put("{\"a\":1}", std::nullopt);
  CHECK(entries() == 0);
  CHECK(layout->resolve({.tag = {}, .digest = part})->media_type == oci::kManifestType);
  const Digest nameless = put("{\"a\":2}", "");
  CHECK(entries() == 1);
  put("{\"a\":2}", "");
  CHECK(entries() == 1);
  CHECK(layout->resolve({})->digest == nameless);
  put("{\"a\":3}", "v1");
  const Digest newer = put("{\"a\":4}", "v1");
  CHECK(entries() == 2);
  CHECK(layout->resolve({.tag = "v1", .digest = {}})->digest == newer);
  put("{\"a\":4}", "v2");
  CHECK(entries() == 3);
  CHECK(*layout->tags() == std::vector<std::string>{"v1", "v2"});
}

TEST_CASE("a tag is replaced only while it stands where the writer saw it") {
  const testing::TempDirectory directory;
  const auto layout = *Layout::create(directory.path());
  const auto first = describe("{\"a\":1}", oci::kManifestType), second = describe("{\"a\":2}", oci::kManifestType);
  REQUIRE(layout->replace_manifest(first, "{\"a\":1}", "t", std::nullopt));
  CHECK(code_of(layout->replace_manifest(second, "{\"a\":2}", "t", std::nullopt)) == ErrorCode::unavailable);
  CHECK(code_of(layout->replace_manifest(second, "{\"a\":2}", "t", second.digest)) == ErrorCode::unavailable);
  CHECK(layout->resolve({.tag = "t", .digest = {}})->digest == first.digest);
  REQUIRE(layout->replace_manifest(second, "{\"a\":2}", "t", first.digest));
  CHECK(layout->resolve({.tag = "t", .digest = {}})->digest == second.digest);
}

TEST_CASE("a manifest that is not what its descriptor says, or too large, is not stored") {
  const testing::TempDirectory directory;
  const auto layout = *Layout::create(directory.path());
  CHECK(code_of(layout->put_manifest(describe("{}", oci::kManifestType), "{ }", "t")) == ErrorCode::mismatch);
  const std::string large(kMaxManifestBytes + 1, ' ');
  CHECK(code_of(layout->put_manifest(describe(large, oci::kManifestType), large, "t")) == ErrorCode::limit_exceeded);
  CHECK(layout->tags()->empty());
}

TEST_CASE("what is attached stands as an entry and under the tag, and an untagged layout still has one image") {
  const Copy copy("oras");  // no index of referrers yet
  const auto layout = copy.open();
  const auto subject = *layout->resolve({});
  const Digest attached = *attach(*layout, subject, "signature");
  CHECK(layout->resolve({})->digest == subject.digest);
  CHECK(layout->referrers(subject.digest)->size() == 3);
  const json index = copy.index();
  int entries = 0;
  for (const json& entry : supply::testing::some(index["manifests"]))
    if (entry["digest"] == attached.to_string()) {
      ++entries;
      CHECK(entry["artifactType"] == kBundle);
      CHECK(entry["annotations"] == json{{"dev.sigstore.bundle.content", "dsse-envelope"}});
      CHECK(!entry.contains("subject"));
    }
  CHECK(entries == 1);
  const json* list = entry_named(index, "sha256-" + std::string(kImage.encoded()));
  REQUIRE(list != nullptr);
  CHECK((*list)["mediaType"] == oci::kIndexType);
  const json listed = json::parse(testing::read(copy.blob(*Digest::parse((*list)["digest"].get<std::string>()))));
  REQUIRE(listed["manifests"].size() == 1);
  CHECK(listed["manifests"][0]["digest"] == attached.to_string());
  CHECK(listed["manifests"][0]["artifactType"] == kBundle);
  CHECK(listed["manifests"][0]["annotations"] == json{{"dev.sigstore.bundle.content", "dsse-envelope"}});
  // Again: the same state.
  const std::string before = testing::read(copy.path() / "index.json");
  CHECK(*attach(*layout, subject, "signature") == attached);
  CHECK(testing::read(copy.path() / "index.json") == before);
}

TEST_CASE("an index of referrers that regctl made is extended: its entries stay, sorted by digest") {
  const Copy copy("bundle");
  const auto layout = copy.open();
  const auto subject = *layout->resolve({.tag = "1.0", .digest = {}});
  std::set<std::string> expected;
  const std::string tag = "sha256-" + std::string(kImage.encoded());
  const auto read_list = [&] {
    const json index = copy.index();
    const std::string digest = (*entry_named(index, tag))["digest"];
    return json::parse(testing::read(copy.blob(*Digest::parse(digest))))["manifests"];
  };
  const json before = read_list();
  const Digest attached = *attach(*layout, subject, "signature");
  const json after = read_list();
  CHECK(after.size() == before.size() + 1);
  for (const json& entry : supply::testing::some(before))
    CHECK(std::find(after.begin(), after.end(), entry) != after.end());
  CHECK(std::is_sorted(after.begin(), after.end(),
                       [](const json& a, const json& b) { return a["digest"] < b["digest"]; }));
  CHECK(layout->referrers(kImage)->size() == 9);
  CHECK(layout->resolve({.tag = "multi", .digest = {}}));
}

TEST_CASE("members that Supply does not know survive a change of index.json and of the list") {
  const Copy copy("oras");
  json index = copy.index();
  index["org.example.unknown"] = {{"a", 1.5}, {"b", nullptr}};
  index["annotations"] = {{"k", "v"}};
  for (json& entry : index["manifests"]) entry["org.example.more"] = {1, 2};
  testing::write(copy.path() / "index.json", index.dump());
  const auto layout = copy.open();
  REQUIRE(attach(*layout, *layout->resolve({}), "signature"));
  json changed = copy.index();
  CHECK(changed["manifests"].size() == index["manifests"].size() + 2);
  for (const json& entry : index["manifests"])
    CHECK(std::find(changed["manifests"].begin(), changed["manifests"].end(), entry) != changed["manifests"].end());
  changed.erase("manifests");
  index.erase("manifests");
  CHECK(changed == index);
}

TEST_CASE("a list of referrers that is damaged, missing or none is not written over") {
  for (const int how : {0, 1, 2}) {
    const Copy copy("bundle");
    const auto layout = copy.open();
    const auto subject = *layout->resolve({.tag = "1.0", .digest = {}});
    json index = copy.index();
    const std::string tag = "sha256-" + std::string(kImage.encoded());
    const fs::path list = copy.blob(*Digest::parse((*entry_named(index, tag))["digest"].get<std::string>()));
    if (how == 0) fs::resize_file(list, 100);
    if (how == 1) fs::remove(list);
    if (how == 2) {
      for (json& entry : index["manifests"])
        if (entry["annotations"]["org.opencontainers.image.ref.name"] == tag) {
          entry["mediaType"] = oci::kManifestType;
          entry["digest"] = kImage.to_string();
          entry["size"] = 555;
        }
      testing::write(copy.path() / "index.json", index.dump());
    }
    const std::string before = testing::read(copy.path() / "index.json");
    const ErrorCode expected[] = {ErrorCode::mismatch, ErrorCode::not_found, ErrorCode::unsupported};
    CHECK(code_of(attach(*layout, subject, "signature")) == expected[how]);
    CHECK(testing::read(copy.path() / "index.json") == before);
  }
}

TEST_CASE("a referrer of something else is refused") {
  const Copy copy("oras");
  const auto layout = copy.open();
  oci::Manifest manifest{.media_type = std::string(oci::kManifestType), .config = oci::empty_descriptor()};
  const std::string bytes = oci::to_bytes(manifest);
  CHECK(code_of(layout->put_referrer(describe(bytes, oci::kManifestType), bytes, kImage)) == ErrorCode::malformed);
}

TEST_CASE("eight writers at once, threads and processes, lose nothing") {
  for (int round = 0; round < 50; ++round) {
    const testing::TempDirectory directory;
    const fs::path path = directory / "l";
    // Made by the first writer.
    const auto work = [&](int writer) {
      auto layout = Layout::create(path);
      if (!layout) return false;
      const oci::Descriptor subject = describe("the image", oci::kManifestType);
      return static_cast<bool>(attach(**layout, subject, "signature " + std::to_string(writer))) &&
             static_cast<bool>(
                 (*layout)->put_manifest(describe("{}", oci::kManifestType), "{}", "tag" + std::to_string(writer)));
    };
    REQUIRE(testing::failures_of_eight(work) == 0);
    const auto layout = *Layout::open(path);
    REQUIRE(layout->referrers(crypto::sha256("the image"))->size() == 8);
    const json index = json::parse(testing::read(path / "index.json"));
    REQUIRE(index["manifests"].size() == 8 + 8 + 1);  // entries, tags, the list
    const json* list = entry_named(index, store::referrers_tag(crypto::sha256("the image")));
    REQUIRE(list != nullptr);
    const Digest digest = *Digest::parse((*list)["digest"].get<std::string>());
    REQUIRE(json::parse(testing::read(path / "blobs/sha256" / digest.encoded()))["manifests"].size() == 8);
    REQUIRE(*io::list_directory(path) == std::vector<std::string>{"blobs", "index.json", "oci-layout"});
  }
}
