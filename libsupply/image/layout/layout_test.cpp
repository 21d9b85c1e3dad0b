#include "libsupply/image/layout/layout.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/testing/result.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using layout::Layout;
using testing::code_of;
namespace fs = std::filesystem;

namespace {

const std::string kImage = "sha256:b755d60101971f7c529d00937b7a8f10259d6ba1156b810dad2a23aa74e0afd1";
const std::string kMulti = "sha256:a38494ed823240c10e9e50920311be538e762c8c9eaf5409815a6c27a60ca0c6";
const std::string kEmpty = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

std::unique_ptr<Layout> peer(const std::string& name) {
  return *Layout::open(testing::testdata("peers/layout-" + name));
}

// A layout whose index.json has these entries; nothing is among the blobs.
class Handmade {
 public:
  explicit Handmade(std::string_view entries, std::string_view version = "1.0.0") {
    testing::write(directory_ / "oci-layout", R"({"imageLayoutVersion":")" + std::string(version) + "\"}");
    testing::write(directory_ / "index.json", R"({"schemaVersion":2,"manifests":[)" + std::string(entries) + "]}");
  }
  Result<oci::Descriptor> resolve(const oci::Selector& selector) {
    SUPPLY_TRY(const auto opened, Layout::open(directory_.path()));
    return opened->resolve(selector);
  }
  std::string add(std::string_view bytes) {
    const Digest digest = crypto::sha256(bytes);
    testing::write(directory_.path() / "blobs/sha256" / digest.encoded(), bytes);
    return digest.to_string();
  }
  void set_entries(std::string_view entries) {
    testing::write(directory_ / "index.json", R"({"schemaVersion":2,"manifests":[)" + std::string(entries) + "]}");
  }
  const fs::path& path() const { return directory_.path(); }

 private:
  testing::TempDirectory directory_;
};

std::string entry(char digit, std::string_view annotations = "", std::string_view type = oci::kManifestType,
                  std::string_view more = "") {
  return R"({"mediaType":")" + std::string(type) + R"(","digest":"sha256:)" + std::string(64, digit) +
         R"(","size":2,"annotations":{)" + std::string(annotations) + "}" + std::string(more) + "}";
}

std::string named(std::string_view name) {
  return R"("org.opencontainers.image.ref.name":")" + std::string(name) + '"';
}

oci::Selector tag(std::string_view name) { return {.tag = std::string(name), .digest = {}}; }
oci::Selector at(std::string_view digest) { return {.tag = {}, .digest = *Digest::parse(digest)}; }
std::string of(char digit) { return "sha256:" + std::string(64, digit); }

}  // namespace

TEST_CASE("layouts of other tools open, and their images are found by tag, digest or alone") {
  CHECK(peer("bundle")->resolve(tag("1.0"))->digest.to_string() == kImage);
  CHECK(peer("bundle")->resolve(tag("multi"))->digest.to_string() == kMulti);
  CHECK(peer("bundle")->resolve(at(kMulti))->media_type == oci::kIndexType);
  CHECK(peer("ed25519")->resolve(tag("legacy"))->digest.to_string() == kImage);
  for (const char* name : {"cosign-save", "legacy", "oras", "ed25519"})
    CHECK(peer(name)->resolve({})->digest.to_string() == kImage);
  const auto two = peer("bundle")->resolve({});
  CHECK(code_of(two) == ErrorCode::usage);
  CHECK(two.error().message().find("\"1.0\", \"multi\"") != std::string::npos);
  CHECK(two.error().message().find("sha256-") == std::string::npos);
}

TEST_CASE("a digest decides over a tag, and finds parts of an index and unlisted manifests") {
  const auto layout = peer("bundle");
  oci::Selector both = tag("multi");
  both.digest = *Digest::parse(kImage);
  CHECK(layout->resolve(both)->digest.to_string() == kImage);
  // arm64 is listed by the index alone
  const auto arm64 = layout->resolve(at("sha256:cfd855e19610a2e810b9026ae4d51b2c095ba85e969fb08ec47960cab75bb457"));
  REQUIRE(arm64);
  CHECK(arm64->media_type == oci::kManifestType);
  CHECK(arm64->size == fs::file_size(testing::testdata("peers/layout-bundle/blobs/sha256") / arm64->digest.encoded()));
  CHECK(code_of(layout->resolve(at(of('0')))) == ErrorCode::not_found);
  // a blob that is neither manifest nor index
  CHECK(code_of(layout->resolve(at(kEmpty))) == ErrorCode::malformed);
}

TEST_CASE("a tag that is not there is not found, and the message lists those that are") {
  const auto missing = peer("bundle")->resolve(tag("2.0"));
  CHECK(code_of(missing) == ErrorCode::not_found);
  CHECK(missing.error().message().find("\"1.0\", \"multi\"") != std::string::npos);
}

TEST_CASE("tags come sorted and once each") {
  CHECK(*peer("ed25519")->tags() ==
        std::vector<std::string>{"bundle", "legacy",
                                 "sha256-b755d60101971f7c529d00937b7a8f10259d6ba1156b810dad2a23aa74e0afd1",
                                 "sha256-b755d60101971f7c529d00937b7a8f10259d6ba1156b810dad2a23aa74e0afd1.sig"});
  CHECK(peer("cosign-save")->tags()->empty());
}

TEST_CASE("an exact name comes before one with the tag in a full reference") {
  Handmade made(entry('1', named("registry.example:5000/app:1.0")) + "," + entry('2', named("1.0")) + "," +
                entry('3', R"("io.containerd.image.name":"docker.io/library/x:3")") + "," +
                entry('4', named("registry.example:5000/app:4@" + of('4'))) + "," + entry('5', named("localhost:5")) +
                "," + entry('6', named("registry.example:7/app")));
  CHECK(made.resolve(tag("1.0"))->digest.to_string() == of('2'));
  CHECK(made.resolve(tag("3"))->digest.to_string() == of('3'));
  CHECK(made.resolve(tag("docker.io/library/x:3"))->digest.to_string() == of('3'));
  CHECK(made.resolve(tag("4"))->digest.to_string() == of('4'));
  CHECK(made.resolve(tag("5"))->digest.to_string() == of('5'));
  CHECK(code_of(made.resolve(tag("7/app"))) == ErrorCode::not_found);
  CHECK(code_of(made.resolve(tag("7"))) == ErrorCode::not_found);
}

TEST_CASE("a tag on two digests is refused, on two entries of one digest it is one") {
  Handmade made(entry('1', named("a")) + "," + entry('2', named("a")) + "," + entry('3', named("b")) + "," +
                entry('3', named("b")) + "," + entry('4', named("x/y:c")) + "," + entry('5', named("z/y:c")) + "," +
                entry('6', named("x/y:d")) + "," + entry('7', named("x/y:d")));
  CHECK(code_of(made.resolve(tag("a"))) == ErrorCode::malformed);
  CHECK(made.resolve(tag("b"))->digest.to_string() == of('3'));
  // Two whole names that end alike are told apart by more of the name.
  const auto alike = made.resolve(tag("c"));
  CHECK(code_of(alike) == ErrorCode::usage);
  CHECK(alike.error().message().find("\"x/y:c\", \"z/y:c\"") != std::string::npos);
  CHECK(made.resolve(tag("z/y:c"))->digest.to_string() == of('5'));
  CHECK(code_of(made.resolve(tag("d"))) == ErrorCode::malformed);
}

TEST_CASE("signatures that cosign 2 saved beside its one image are found under the tags they had") {
  const std::string image = entry('1', R"("kind":"dev.cosignproject.cosign/image")");
  const std::string saved = "," + entry('2', R"("kind":"dev.cosignproject.cosign/sigs")") + "," +
                            entry('3', R"("kind":"dev.cosignproject.cosign/atts")");
  const std::string of_image = "sha256-" + std::string(64, '1'), of_other = "sha256-" + std::string(64, '4');
  Handmade made(image + saved);
  CHECK(made.resolve(tag(of_image + ".sig"))->digest.to_string() == of('2'));
  CHECK(made.resolve(tag(of_image + ".att"))->digest.to_string() == of('3'));
  CHECK(code_of(made.resolve(tag(of_image + ".sbom"))) == ErrorCode::not_found);
  CHECK(code_of(made.resolve(tag(of_other + ".sig"))) == ErrorCode::not_found);
  // With a second image nothing says whose they are.
  made.set_entries(image + saved + "," + entry('4', R"("kind":"dev.cosignproject.cosign/image")"));
  CHECK(code_of(made.resolve(tag(of_image + ".sig"))) == ErrorCode::not_found);
}

TEST_CASE("without a tag, what refers to an image is no image") {
  Handmade made("");
  const std::string image = made.add(
      R"({"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.image.config.v1+json","size":2,"digest":")" +
      kEmpty + R"("},"layers":[]})");
  const std::string referrer = made.add(
      R"({"schemaVersion":2,"config":{"mediaType":"application/vnd.oci.empty.v1+json","size":2,"digest":")" + kEmpty +
      R"("},"layers":[],"subject":{"mediaType":"application/vnd.oci.image.manifest.v1+json","size":2,"digest":")" +
      image + R"("}})");
  const auto of_file = [&](const std::string& digest, std::string_view annotations = "") {
    return R"({"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":")" + digest + R"(","size":)" +
           std::to_string(fs::file_size(made.path() / "blobs/sha256" / digest.substr(7))) + R"(,"annotations":{)" +
           std::string(annotations) + "}}";
  };
  const std::string hex = image.substr(7);
  const std::string others[] = {
      of_file(referrer),
      of_file(referrer, named("named")),
      entry('1', named("sha256-" + hex), oci::kIndexType),
      entry('2', named("sha256-" + hex + ".sig")),
      entry('3', named("sha256-" + hex + ".att")),
      entry('4', named("sha256-" + hex + ".sbom")),
      entry('5', R"("kind":"dev.cosignproject.cosign/sigs")"),
      entry('6', "", oci::kManifestType, R"(,"platform":{"os":"unknown","architecture":"unknown"})"),
      entry('7', "", "application/vnd.example+json"),
      entry('8', "", oci::kManifestType, R"(,"artifactType":"application/vnd.example")"),
  };
  std::string all;
  for (const std::string& other : others) all += other + ",";
  made.set_entries(all + of_file(image, named("a")) + "," + of_file(image, named("b")));
  CHECK(made.resolve({})->digest.to_string() == image);
  all.pop_back();
  made.set_entries(all);
  CHECK(code_of(made.resolve({})) == ErrorCode::not_found);
  // One that is not there may be an image all the same.
  made.set_entries(of_file(image) + "," + entry('9'));
  CHECK(code_of(made.resolve({})) == ErrorCode::usage);
  made.set_entries(entry('9'));
  CHECK(made.resolve({})->digest.to_string() == of('9'));
  testing::write(made.path() / "blobs/sha256" / hex, "damaged");
  made.set_entries(of_file(image));
  CHECK(code_of(made.resolve({})) == ErrorCode::mismatch);
}

TEST_CASE("what is no layout is told apart from what is a broken one") {
  const testing::TempDirectory directory;
  CHECK(code_of(Layout::open(directory / "none")) == ErrorCode::not_found);
  CHECK(code_of(Layout::open(directory.path())) == ErrorCode::not_found);
  CHECK(Layout::open(Handmade("", "1.0.1").path()));
  CHECK(code_of(Layout::open(Handmade("", "2.0.0").path())) == ErrorCode::unsupported);
  for (const char* text : {"{}", "[]", "", R"({"imageLayoutVersion":1})"}) {
    testing::write(directory / "oci-layout", text);
    CHECK(code_of(Layout::open(directory.path())) == ErrorCode::malformed);
  }
  const std::string version = R"({"imageLayoutVersion":"1.0.0"})";
  testing::write(directory / "oci-layout", version + std::string(kMaxLayoutFileBytes - version.size(), ' '));
  CHECK(Layout::open(directory.path()));
  testing::write(directory / "oci-layout", version + std::string(kMaxLayoutFileBytes - version.size() + 1, ' '));
  CHECK(code_of(Layout::open(directory.path())) == ErrorCode::limit_exceeded);
  testing::write(directory / "oci-layout", R"({"imageLayoutVersion":"1.0.0"})");
  CHECK(code_of((*Layout::open(directory.path()))->resolve({})) == ErrorCode::not_found);
  testing::write(directory / "index.json", "{");
  CHECK(code_of((*Layout::open(directory.path()))->resolve({})) == ErrorCode::malformed);
  testing::write(directory / "index.json", std::string(kMaxManifestBytes + 1, ' '));
  CHECK(code_of((*Layout::open(directory.path()))->resolve({})) == ErrorCode::limit_exceeded);
}

TEST_CASE("a blob is what its digest says or an error") {
  const testing::TempDirectory directory;
  testing::copy_directory(testing::testdata("peers/layout-legacy"), directory / "l");
  const auto layout = *Layout::open(directory / "l");
  const auto descriptor = *layout->resolve(tag("1.0"));
  const fs::path blob = directory / "l" / "blobs/sha256" / descriptor.digest.encoded();
  const std::string bytes = testing::read(blob);
  CHECK(*store::fetch(*layout, descriptor, kMaxManifestBytes) == bytes);
  std::string flipped = bytes;
  flipped[100] ^= 4;
  for (const std::string& bad : {flipped, bytes + " ", bytes.substr(1), std::string()}) {
    testing::write(blob, bad);
    CHECK(code_of(store::fetch(*layout, descriptor, kMaxManifestBytes)) == ErrorCode::mismatch);
  }
  fs::remove(blob);
  CHECK(code_of(store::fetch(*layout, descriptor, kMaxManifestBytes)) == ErrorCode::not_found);
}

TEST_CASE("a blob that is a symbolic link, a directory or a pipe is refused, and an unknown algorithm too") {
  Handmade made("");
  const std::string digest = made.add("secret");
  const fs::path blob = made.path() / "blobs/sha256" / digest.substr(7);
  fs::rename(blob, made.path() / "elsewhere");
  fs::create_symlink("../../elsewhere", blob);
  const auto layout = *Layout::open(made.path());
  oci::Descriptor descriptor{.media_type = "application/x", .digest = *Digest::parse(digest), .size = 6};
  CHECK(code_of(layout->open(descriptor)) == ErrorCode::malformed);
  fs::remove(blob);
  fs::create_directory(blob);
  CHECK(code_of(layout->open(descriptor)) == ErrorCode::malformed);
  descriptor.digest = *Digest::parse("blake3:" + std::string(64, 'a'));
  CHECK(code_of(layout->open(descriptor)) == ErrorCode::unsupported);
}

TEST_CASE("an index.json or oci-layout that is no plain file is damage at once, whatever it leads to") {
  for (const char* name : {"index.json", "oci-layout"}) {
    INFO(name);
    Handmade made("");
    const fs::path path = made.path() / name;
    const auto opened = [&]() -> ErrorCode {
      const auto layout = Layout::open(made.path());
      return layout ? code_of((*layout)->resolve({})) : layout.error().code();
    };
    const std::string bytes = testing::read(path);
    testing::write(made.path() / "other", bytes);
    fs::remove(path);
    fs::create_symlink("other", path);
    CHECK(opened() == ErrorCode::malformed);
    fs::remove(path);
    fs::create_symlink("/dev/zero", path);
    CHECK(opened() == ErrorCode::malformed);
    fs::remove(path);
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    CHECK(opened() == ErrorCode::malformed);
    fs::remove(path);
    fs::create_directory(path);
    CHECK(opened() == ErrorCode::malformed);
    fs::remove(path);
    testing::write(path, bytes);
    fs::resize_file(path, 100 * kGiB);  // a hole
    CHECK(opened() == ErrorCode::limit_exceeded);
    // The layout itself may be named by a link.
    testing::write(path, bytes);
    const testing::TempDirectory directory;
    fs::create_directory_symlink(made.path(), directory / "link");
    CHECK(code_of((*Layout::open(directory / "link"))->resolve({})) == ErrorCode::not_found);
  }
}

TEST_CASE("sha512 is read as well") {
  Handmade made("");
  crypto::Hasher hasher(crypto::HashAlgorithm::sha512);
  hasher.update("content");
  const Digest digest = hasher.finish_digest();
  testing::write(made.path() / "blobs/sha512" / digest.encoded(), "content");
  const auto layout = *Layout::open(made.path());
  CHECK(*store::fetch(*layout, {.media_type = "application/x", .digest = digest, .size = 7}, 10) == "content");
}
