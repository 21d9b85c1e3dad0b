// An archive has two lists of its images, and each reader goes by one of them.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/io/file.hpp"
#include "libsupply/base/limits/limits.hpp"
#include "libsupply/image/layout/docker_archive.hpp"
#include "libsupply/image/layout/internal/tar_file.hpp"
#include "libsupply/image/layout/oci_archive.hpp"
#include "libsupply/image/oci/manifest.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/testing/artifact.hpp"
#include "libsupply/testing/tar.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using nlohmann::json;
using testing::budget;
using testing::tar_entry;
namespace fs = std::filesystem;

namespace {

constexpr int kGood = 0;  // what a reader says that takes the archive

int said(const Error& error) { return error.code() == ErrorCode::malformed ? 4 : static_cast<int>(error.code()) + 100; }

std::string blob(std::string_view bytes) { return "blobs/sha256/" + std::string(crypto::sha256(bytes).encoded()); }

std::string file_entry(const std::string& path, const std::string& content) {
  return tar_entry({.path = path, .content = content});
}

struct Image {
  std::string layer, config, manifest;
  explicit Image(const std::string& name) : layer(file_entry("file", name) + testing::tar_end()) {
    config = json{{"architecture", "amd64"},
                  {"os", "linux"},
                  {"rootfs", {{"type", "layers"}, {"diff_ids", {crypto::sha256(layer).to_string()}}}}}
                 .dump();
    oci::Manifest written{.media_type = std::string(oci::kManifestType), .config = described(config, oci::kConfigType)};
    written.layers.push_back(described(layer, oci::kLayerType));
    manifest = oci::to_bytes(written);
  }
  static oci::Descriptor described(std::string_view bytes, std::string_view type) {
    return {.media_type = std::string(type), .digest = crypto::sha256(bytes), .size = bytes.size()};
  }
  std::string entries() const {
    return file_entry(blob(layer), layer) + file_entry(blob(config), config) + file_entry(blob(manifest), manifest);
  }
  json item(const std::vector<std::string>& tags) const {
    return {{"Config", blob(config)}, {"RepoTags", tags}, {"Layers", {blob(layer)}}};
  }
  // Of index.json, as `docker save` 25 writes it: the annotation of containerd, and the tag.
  json entry(const std::string& full, const std::string& tag) const {
    return entry_of(manifest, oci::kManifestType, full, tag);
  }
  static json entry_of(const std::string& bytes, std::string_view type, const std::string& full,
                       const std::string& tag) {
    oci::Descriptor descriptor = described(bytes, type);
    if (!full.empty()) descriptor.annotations["io.containerd.image.name"] = full;
    if (!tag.empty()) descriptor.annotations["org.opencontainers.image.ref.name"] = tag;
    return descriptor.to_json();
  }
};

const Image& good() {
  static const Image image("good");
  return image;
}
const Image& evil() {
  static const Image image("evil");
  return image;
}

std::string index_entry(const std::vector<json>& entries) {
  return file_entry("oci-layout", R"({"imageLayoutVersion":"1.0.0"})") +
         file_entry("index.json", json{{"schemaVersion", 2}, {"manifests", entries}}.dump());
}
std::string list_entry(const std::vector<json>& items) { return file_entry("manifest.json", json(items).dump()); }

// What reading it as either kind says, which is the same.
int read_as_both(const std::string& entries) {
  const testing::TempDirectory directory;
  const std::string bytes = entries + good().entries() + evil().entries() + testing::tar_end();
  REQUIRE(io::write_file(directory / "a.tar", bytes));
  const auto oci = layout::open_archive(directory / "a.tar", budget());
  const auto docker = layout::open_docker_archive(directory / "a.tar", budget());
  const int first = oci ? kGood : said(oci.error()), second = docker ? kGood : said(docker.error());
  CHECK(first == second);
  return first;
}

const std::string kApp = "docker.io/library/app:1", kOther = "docker.io/library/app:2";

}  // namespace

TEST_CASE("what docker save, containerd and buildkit write is right, with several images and names") {
  const json one = good().entry(kApp, "1"), two = evil().entry(kOther, "2");
  CHECK(read_as_both(index_entry({one}) + list_entry({good().item({"app:1"})})) == kGood);
  CHECK(read_as_both(index_entry({one, two}) + list_entry({good().item({"app:1"}), evil().item({"app:2"})})) == kGood);
  // One image with two names has two entries and one item; one without a name has one of each.
  CHECK(read_as_both(index_entry({one, good().entry("localhost:5000/app:1", "1")}) +
                     list_entry({good().item({"app:1", "localhost:5000/app:1"})})) == kGood);
  CHECK(read_as_both(
            index_entry({good().entry("", "")}) +
            list_entry({{{"Config", blob(good().config)}, {"RepoTags", nullptr}, {"Layers", {blob(good().layer)}}}})) ==
        kGood);
  // Source: moby daemon/internal/image/tarexport/save.go, manifestDescriptors.
  CHECK(read_as_both(index_entry({one}) + list_entry({good().item({"app:1"}), evil().item({})})) == kGood);
  CHECK(read_as_both(index_entry({good().entry("", "")}) + list_entry({good().item({}), evil().item({})})) == 4);
  // Two repositories may have one tag for different images.
  CHECK(read_as_both(index_entry({one, evil().entry("docker.io/library/b:1", "1")}) +
                     list_entry({good().item({"app:1"}), evil().item({"b:1"})})) == kGood);
  // The older list is there too, and does not count beside manifest.json.
  CHECK(read_as_both(index_entry({one}) + list_entry({good().item({"app:1"})}) +
                     file_entry("repositories", R"({"app":{"1":"00"}})")) == kGood);
}

TEST_CASE("of an index of platforms docker's list has one, and attestations are no images of it") {
  const std::string artifact = oci::to_bytes({.media_type = std::string(oci::kManifestType),
                                              .artifact_type = "application/vnd.example",
                                              .config = oci::empty_descriptor(),
                                              .subject = Image::described(good().manifest, oci::kManifestType)});
  json part = good().entry("", "");
  part["platform"] = {{"os", "linux"}, {"architecture", "amd64"}};
  const std::string index = json{{"schemaVersion", 2}, {"mediaType", oci::kIndexType}, {"manifests", {part}}}.dump();
  const std::string rest = file_entry(blob(index), index) + file_entry(blob(artifact), artifact);
  const json entry = Image::entry_of(index, oci::kIndexType, kApp, "1");
  json attached = Image::entry_of(artifact, oci::kManifestType, "", "");
  CHECK(read_as_both(rest + index_entry({entry, attached}) + list_entry({good().item({"app:1"})})) == kGood);
  CHECK(read_as_both(rest + index_entry({entry}) + list_entry({evil().item({"app:1"})})) == 4);
  CHECK(read_as_both(rest + index_entry({entry, evil().entry(kOther, "2")}) +
                     list_entry({good().item({"app:2"}), evil().item({"app:1"})})) == 4);
}

TEST_CASE("an image that only one of the lists has, or another under one name, is malformed") {
  const json one = good().entry(kApp, "1"), two = evil().entry(kOther, "2");
  CHECK(read_as_both(index_entry({one}) + list_entry({evil().item({"app:1"})})) == 4);
  CHECK(read_as_both(index_entry({one}) + list_entry({evil().item({"x:y"})})) == 4);
  CHECK(read_as_both(index_entry({one}) + list_entry({good().item({"app:1"}), evil().item({"app:2"})})) == 4);
  CHECK(read_as_both(index_entry({one, two}) + list_entry({good().item({"app:1"})})) == 4);
  // Names exchanged, also where one list has only tags or another spelling.
  const std::string swapped = list_entry({good().item({"app:2"}), evil().item({"docker.io/app:1"})});
  CHECK(read_as_both(index_entry({one, two}) + swapped) == 4);
  CHECK(read_as_both(index_entry({good().entry("", "1"), evil().entry("", "2")}) + swapped) == 4);
  CHECK(read_as_both(index_entry({good().entry("", "app:1"), evil().entry("", "app:2")}) + swapped) == 4);
  // The same config with other layers.
  json mixed = good().item({"app:1"});
  mixed["Layers"] = {blob(evil().layer)};
  CHECK(read_as_both(index_entry({one}) + list_entry({mixed})) == 4);
  // The older names of files are compared with the blobs by their bytes.
  json older = good().item({"app:1"});
  older["Config"] = "c.json";
  older["Layers"] = {"l/layer.tar"};
  const std::string list = list_entry({older}), layer = file_entry("l/layer.tar", good().layer);
  CHECK(read_as_both(index_entry({one}) + list + layer + file_entry("c.json", good().config)) == kGood);
  CHECK(read_as_both(index_entry({one}) + list + layer + file_entry("c.json", evil().config)) == 4);
}

TEST_CASE("docker's list beside a layout has clean names and no copies, for it is not held against digests") {
  const json one = good().entry(kApp, "1");
  const std::string list = list_entry({good().item({"app:1"})});
  CHECK(read_as_both(index_entry({one}) + list + file_entry(blob(good().config), evil().config)) == 4);
  json unclean = good().item({"app:1"});
  for (const std::string before : {"./", "/", "x/../", "blobs/../"}) {
    unclean["Config"] = before + blob(good().config);
    CHECK(read_as_both(index_entry({one}) + list_entry({unclean})) == 4);
  }
}

TEST_CASE("the older file repositories alone beside an index.json is malformed") {
  const std::string entries = index_entry({good().entry(kApp, "1")}) + file_entry("repositories", "{}");
  const testing::TempDirectory directory;
  REQUIRE(io::write_file(directory / "a.tar", entries + good().entries() + testing::tar_end()));
  const auto archive = layout::open_archive(directory / "a.tar", budget());
  REQUIRE(!archive);
  CHECK(archive.error().code() == ErrorCode::malformed);
}

TEST_CASE("an index.json of which nothing is there is nobody's list") {
  const std::string bytes = index_entry({evil().entry(kApp, "1")}) + list_entry({good().item({"app:1"})}) +
                            file_entry(blob(good().config), good().config) +
                            file_entry(blob(good().layer), good().layer) + testing::tar_end();
  const testing::TempDirectory directory;
  REQUIRE(io::write_file(directory / "a.tar", bytes));
  CHECK(layout::open_docker_archive(directory / "a.tar", budget()));
}

TEST_CASE("the lists of a layout in a directory are compared too, and images are not put beside docker's") {
  const testing::TempDirectory directory;
  const auto layout = *layout::Layout::create(directory / "l");
  const auto put = [&](const Image& image, layout::Layout& to, const std::optional<std::string>& tag) -> Status {
    SUPPLY_TRY(store::put_bytes(to, image.layer, oci::kLayerType));
    SUPPLY_TRY(store::put_bytes(to, image.config, oci::kConfigType));
    return to.put_manifest(Image::described(image.manifest, oci::kManifestType), image.manifest, tag);
  };
  REQUIRE(put(good(), *layout, "1"));
  REQUIRE(io::write_file(directory / "l/manifest.json", json::array({good().item({"app:1"})}).dump()));
  const auto opened = layout::Layout::open(directory / "l");
  REQUIRE(opened);
  const Status refused = put(evil(), **opened, "2");
  REQUIRE(!refused);
  CHECK(refused.error().code() == ErrorCode::unsupported);
  CHECK((*opened)->remove({"1", {}}).error().code() == ErrorCode::unsupported);
  CHECK(put(evil(), **opened, std::nullopt));
  REQUIRE(io::write_file(directory / "l/manifest.json", json::array({evil().item({"app:1"})}).dump()));
  CHECK(layout::Layout::open(directory / "l").error().code() == ErrorCode::malformed);
}

TEST_CASE("what is put into docker's archive as a layout, or moves a tag of it, leaves both lists alike") {
  const testing::TempDirectory directory;
  const fs::path file = directory / "a.tar";
  REQUIRE(io::write_file(file, index_entry({good().entry("docker.io/library/b:1", "1")}) +
                                   list_entry({good().item({"b:1"})}) + good().entries() + testing::tar_end()));
  const auto put = [&](store::ContentStore& to, const std::string& tag) -> Status {
    SUPPLY_TRY(store::put_bytes(to, evil().layer, oci::kLayerType));
    SUPPLY_TRY(store::put_bytes(to, evil().config, oci::kConfigType));
    SUPPLY_TRY(to.put_manifest(Image::described(evil().manifest, oci::kManifestType), evil().manifest, tag));
    return to.commit();
  };
  const auto list = [&] {
    return json::parse(*(*layout::TarFile::open(file, {}, budget()))->read("manifest.json", kMiB));
  };
  REQUIRE(put(**layout::create_archive(file), "2"));
  CHECK(list() == json{good().item({"b:1"}), evil().item({"a:2"})});
  REQUIRE(layout::open_archive(file, budget()));
  // "1" was the tag of another repository: the entry is gone, and so is the item.
  REQUIRE(put(**layout::create_docker_archive(file), "1"));
  CHECK(list() == json::array({evil().item({"a:2", "a:1"})}));
  const auto layout = layout::open_archive(file, budget());
  REQUIRE(layout);
  REQUIRE((*layout)->remove({"2", {}}));
  REQUIRE((*layout)->commit());
  CHECK(list() == json::array({evil().item({"a:1"})}));
  CHECK(layout::open_docker_archive(file, budget()));
}

TEST_CASE("a full name on two images, by whichever annotation, is malformed") {
  const auto resolved = [](const std::vector<json>& entries, const std::string& tag) {
    const testing::TempDirectory directory;
    REQUIRE(io::write_file(directory / "a.tar",
                           index_entry(entries) + good().entries() + evil().entries() + testing::tar_end()));
    const auto archive = layout::open_archive(directory / "a.tar", budget());
    REQUIRE(archive);
    const auto found = (*archive)->resolve({tag, {}});
    return found ? kGood : said(found.error());
  };
  CHECK(resolved({good().entry("", kApp), evil().entry(kApp, "x")}, kApp) == 4);
  CHECK(resolved({good().entry("", "app:1"), evil().entry(kApp, "x")}, "app:1") == 4);
  CHECK(resolved({good().entry(kApp, "1"), evil().entry(kApp, "")}, "1") == 4);
  CHECK(resolved({good().entry("", "1"), evil().entry(kApp, "")}, "1") == 4);
  CHECK(resolved({good().entry(kApp, "1"), evil().entry(kOther, "2")}, "1") == kGood);
  CHECK(resolved({good().entry(kApp, "1"), good().entry(kApp, "1")}, "1") == kGood);
  CHECK(resolved({good().entry("", kApp), evil().entry(kApp, "x")}, "x") == 4);
}
