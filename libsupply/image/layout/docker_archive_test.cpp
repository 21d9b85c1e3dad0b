#include "libsupply/image/layout/docker_archive.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/image/layout/internal/docker_manifest_json.hpp"
#include "libsupply/image/layout/internal/tar_file.hpp"
#include "libsupply/image/layout/oci_archive.hpp"
#include "libsupply/image/oci/manifest.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/image/store/image.hpp"
#include "libsupply/testing/artifact.hpp"
#include "libsupply/testing/images.hpp"
#include "libsupply/testing/result.hpp"
#include "libsupply/testing/tar.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using layout::create_docker_archive;
using layout::open_docker_archive;
using nlohmann::json;
using testing::budget;
using testing::code_of;
using testing::tar_entry;
namespace fs = std::filesystem;

namespace {

bool run(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()) == 0; }

std::string hex(std::string_view bytes) { return std::string(crypto::sha256(bytes).encoded()); }

std::string config_of(const std::vector<std::string>& layers) {
  json diff_ids = json::array();
  for (const std::string& layer : layers) diff_ids.push_back("sha256:" + hex(layer));
  return json{{"architecture", "amd64"}, {"os", "linux"}, {"rootfs", {{"type", "layers"}, {"diff_ids", diff_ids}}}}
      .dump();
}

std::string list_entry(const json& list) {
  static std::string text;
  text = list.dump();
  return tar_entry({.path = "manifest.json", .content = text});
}

std::string file_entry(const std::string& path, const std::string& content) {
  return tar_entry({.path = path, .content = content});
}

std::string link_entry(const std::string& path, const std::string& link, char type = '2') {
  return tar_entry({.path = path, .link = link, .type = type});
}

Result<std::unique_ptr<store::ImageSource>> read_bytes(const std::string& bytes) {
  const testing::TempDirectory spool;
  const auto stream = io::from_string(bytes);
  return layout::read_docker_archive(*stream, budget(), spool.path());
}

// A layer's bytes: what matters here is that they are a tar's.
std::string layer_of(const std::string& content) { return file_entry("file", content) + testing::tar_end(); }

// One image of two layers in the old form.
std::string old_form() {
  const std::string one = layer_of("one"), two = layer_of("two"), config = config_of({one, two, one});
  return list_entry({{{"Config", hex(config) + ".json"},
                      {"RepoTags", {"app:1.0", "localhost:5000/app:2.0"}},
                      {"Layers", {"a/layer.tar", "b/layer.tar", "c/layer.tar"}}}}) +
         link_entry("c/layer.tar", "../a/layer.tar") + file_entry("b/layer.tar", two) + file_entry("a/layer.tar", one) +
         file_entry(hex(config) + ".json", config) + testing::tar_end();
}

}  // namespace

TEST_CASE("an archive of the old form is presented as an image, its entries in any order, its links followed") {
  const std::string one = layer_of("one"), two = layer_of("two"), config = config_of({one, two, one});
  const auto archive = read_bytes(old_form());
  REQUIRE(archive);
  CHECK(*(*archive)->tags() == std::vector<std::string>{"app:1.0", "localhost:5000/app:2.0"});
  const auto root = (*archive)->resolve({});
  REQUIRE(root);
  CHECK(root->media_type == oci::kManifestType);
  const auto images = testing::images(**archive, *root, {});
  REQUIRE(images);
  const auto& image = images->front();
  CHECK(image.manifest.config.digest.encoded() == hex(config));
  CHECK(image.manifest.config.media_type == oci::kConfigType);
  REQUIRE(image.manifest.layers.size() == 3);
  CHECK(image.manifest.layers[0].digest == crypto::sha256(one));
  CHECK(image.manifest.layers[2].digest == crypto::sha256(one));
  for (const auto& layer : supply::testing::some(image.manifest.layers)) CHECK(layer.media_type == oci::kLayerType);
  CHECK(*store::fetch(**archive, image.manifest.layers[1], kMiB) == two);
  CHECK(*store::fetch(**archive, image.manifest.layers[2], kMiB) == one);
  CHECK(*store::fetch(**archive, image.manifest.config, kMiB) == config);
  const auto rest = (*archive)->open_raw(image.manifest.layers[1], 100);
  REQUIRE(rest);
  CHECK(*io::read_all(**rest, kMiB) == two.substr(100));
  CHECK((*archive)->referrers(root->digest)->empty());
  CHECK((*read_bytes(old_form()))->resolve({})->digest == root->digest);
  CHECK(code_of((*archive)->open({.media_type = {}, .digest = crypto::sha256("none"), .size = 4})) ==
        ErrorCode::not_found);
}

TEST_CASE("an image is named by its full reference, its tag, its ID or the manifest made for it") {
  const auto archive = *read_bytes(old_form());
  const auto root = *archive->resolve({});
  const std::string one = layer_of("one"), two = layer_of("two");
  const Digest id = crypto::sha256(config_of({one, two, one}));
  for (const char* tag : {"app:1.0", "docker.io/library/app:1.0", "1.0", "2.0", "localhost:5000/app:2.0"})
    CHECK(archive->resolve({tag, {}})->digest == root.digest);
  CHECK(archive->resolve({{}, id})->digest == root.digest);
  CHECK(archive->resolve({{}, root.digest})->digest == root.digest);
  CHECK(code_of(archive->resolve({"3.0", {}})) == ErrorCode::not_found);
  CHECK(code_of(archive->resolve({"other:1.0", {}})) == ErrorCode::not_found);
  CHECK(code_of(archive->resolve({{}, crypto::sha256("none")})) == ErrorCode::not_found);
}

TEST_CASE("of several images one has to be named, by more than a tag that two have") {
  const std::string one = layer_of("one"), two = layer_of("two");
  const std::string first = config_of({one}), second = config_of({two});
  const auto archive =
      read_bytes(list_entry({{{"Config", hex(first) + ".json"}, {"RepoTags", {"a:1"}}, {"Layers", {"1.tar"}}},
                             {{"Config", hex(second) + ".json"}, {"RepoTags", {"b:1", "b"}}, {"Layers", {"2.tar"}}}}) +
                 file_entry("1.tar", one) + file_entry("2.tar", two) + file_entry(hex(first) + ".json", first) +
                 file_entry(hex(second) + ".json", second));
  REQUIRE(archive);
  const auto none = (*archive)->resolve({});
  CHECK(code_of(none) == ErrorCode::usage);
  CHECK(none.error().message().find("\"a:1\", \"b:1\"") != std::string::npos);
  CHECK(code_of((*archive)->resolve({"1", {}})) == ErrorCode::usage);
  CHECK((*archive)->resolve({"b:1", {}})->digest == (*archive)->resolve({"b:latest", {}})->digest);
  CHECK((*archive)->resolve({"a:1", {}})->digest != (*archive)->resolve({"b:1", {}})->digest);
  const auto empty = read_bytes(list_entry(json::array()));
  REQUIRE(empty);
  CHECK(code_of((*empty)->resolve({})) == ErrorCode::not_found);
}

TEST_CASE("compressed layers are told by their bytes and have their own digests") {
  const testing::TempDirectory directory;
  const std::string layer = layer_of("content"), config = config_of({layer, layer, layer});
  testing::write(directory / "l", layer);
  REQUIRE(run("gzip -nk " + (directory / "l").string() + " && zstd -q " + (directory / "l").string()));
  const std::string gzip = testing::read(directory / "l.gz"), zstd = testing::read(directory / "l.zst");
  const auto archive = read_bytes(list_entry({{{"Config", "blobs/sha256/" + hex(config)},
                                               {"RepoTags", nullptr},
                                               {"Layers", {"blobs/sha256/" + hex(gzip), "z/layer.tar", "plain.tar"}},
                                               {"LayerSources", json::object()}}}) +
                                  file_entry("blobs/sha256/" + hex(gzip), gzip) + file_entry("z/layer.tar", zstd) +
                                  file_entry("plain.tar", layer) + file_entry("blobs/sha256/" + hex(config), config));
  REQUIRE(archive);
  const auto images = testing::images(**archive, *(*archive)->resolve({}), {});
  REQUIRE(images);
  const auto& layers = images->front().manifest.layers;
  CHECK(layers[0].media_type == oci::kLayerGzipType);
  CHECK(layers[1].media_type == oci::kLayerZstdType);
  CHECK(layers[2].media_type == oci::kLayerType);
  CHECK(*store::fetch(**archive, layers[0], kMiB) == gzip);
  CHECK(*store::fetch(**archive, layers[1], kMiB) == zstd);
  CHECK(*store::fetch(**archive, layers[2], kMiB) == layer);
}

TEST_CASE("a config or a layer that is not what its name or diff_id says is damage") {
  const std::string layer = layer_of("one"), config = config_of({layer});
  const auto archive_of = [&](const std::string& name, const std::string& stored, const std::string& stored_layer) {
    return *read_bytes(list_entry({{{"Config", name}, {"Layers", {"l.tar"}}}}) + file_entry(name, stored) +
                       file_entry("l.tar", stored_layer));
  };
  for (const std::string& name : {hex(config) + ".json", "blobs/sha256/" + hex(config)}) {
    CHECK(code_of(archive_of(name, config + " ", layer)->resolve({})) == ErrorCode::mismatch);
    const auto archive = archive_of(name, config, layer_of("two"));
    const auto images = testing::images(*archive, *archive->resolve({}), {});
    REQUIRE(images);
    CHECK(code_of(store::fetch(*archive, images->front().manifest.layers[0], kMiB)) == ErrorCode::mismatch);
  }
  CHECK(code_of(archive_of("config.json", "{", layer)->resolve({})) == ErrorCode::malformed);
  CHECK(code_of(archive_of("config.json", config_of({layer, layer}), layer)->resolve({})) == ErrorCode::malformed);
  CHECK(archive_of("config.json", config, layer)->resolve({}));
  CHECK(code_of(archive_of("config.json", std::string(kMaxConfigBytes + 1, ' '), layer)->resolve({})) ==
        ErrorCode::limit_exceeded);
  CHECK(code_of(archive_of("config.json", config, "\xfd" + std::string("7zXZ\0", 5))->resolve({})) ==
        ErrorCode::unsupported);
}

TEST_CASE("links are followed in the archive only, and not for ever") {
  const std::string layer = layer_of("one"), config = config_of({layer});
  const auto resolved = [&](const std::string& entries) {
    const auto archive = read_bytes(list_entry({{{"Config", "c.json"}, {"Layers", {"x/y/layer.tar"}}}}) +
                                    file_entry("c.json", config) + file_entry("z/l.tar", layer) + entries);
    REQUIRE(archive);
    return (*archive)->resolve({});
  };
  CHECK(resolved(link_entry("x/y/layer.tar", "../../z/l.tar")));
  CHECK(resolved(link_entry("x/y/layer.tar", "z/l.tar", '1')));
  CHECK(resolved(link_entry("x/y/layer.tar", "../other") + link_entry("x/other", "./../z//l.tar")));
  CHECK(code_of(resolved("")) == ErrorCode::not_found);
  for (const char* outside : {"/etc/passwd", "../../../z/l.tar", "../../../../etc/passwd", "../../none", ""})
    CHECK(code_of(resolved(link_entry("x/y/layer.tar", outside))) == ErrorCode::not_found);
  CHECK(code_of(resolved(link_entry("x/y/layer.tar", "layer.tar"))) == ErrorCode::malformed);
  CHECK(code_of(resolved(link_entry("x/y/layer.tar", "b") + link_entry("x/y/b", "layer.tar"))) == ErrorCode::malformed);
  CHECK(code_of(resolved(tar_entry({.path = "x/y/layer.tar", .type = '3'}))) == ErrorCode::malformed);
  CHECK(code_of(resolved(tar_entry({.path = "x/y/layer.tar", .type = '5'}))) == ErrorCode::malformed);
}

// skopeo and podman read the first manifest.json, docker load the last.
TEST_CASE("a list, a config or a layer that is there twice is refused") {
  const std::string good = layer_of("good"), evil = layer_of("evil");
  const std::string one = list_entry({{{"Config", "g.json"}, {"Layers", {"g/layer.tar"}}}});
  const std::string two = list_entry({{{"Config", "e.json"}, {"Layers", {"e/layer.tar"}}}});
  const std::string rest = file_entry("g.json", config_of({good})) + file_entry("g/layer.tar", good) +
                           file_entry("e.json", config_of({evil})) + file_entry("e/layer.tar", evil);
  CHECK(code_of(read_bytes(one + rest + two + testing::tar_end())) == ErrorCode::malformed);
  CHECK(code_of(read_bytes(one + one + rest + testing::tar_end())) == ErrorCode::malformed);
  const auto fetched = [&](const std::string& entries) -> ErrorCode {
    const auto archive = read_bytes(one + rest + entries + testing::tar_end());
    REQUIRE(archive);
    const auto root = (*archive)->resolve({});
    if (!root) return root.error().code();
    const auto image = testing::images(**archive, *root, std::nullopt);
    if (!image) return image.error().code();
    return code_of((*archive)->open(image->front().manifest.layers.front()));
  };
  CHECK(fetched(file_entry("g.json", config_of({evil}))) == ErrorCode::malformed);
  CHECK(fetched(file_entry("./g/layer.tar", evil)) == ErrorCode::malformed);
}

// skopeo follows the link of a member whose mode calls it one, whatever its header says; docker load does not.
TEST_CASE("a list, a config or a layer whose mode says another type than its header is refused") {
  const std::string good = layer_of("good"), evil = layer_of("evil"), config = config_of({good});
  const std::string one = json::array({{{"Config", "g.json"}, {"Layers", {"g/layer.tar"}}}}).dump();
  const std::string two = json::array({{{"Config", "e.json"}, {"Layers", {"e/layer.tar"}}}}).dump();
  const auto archive = [&](unsigned list_mode, unsigned config_mode, unsigned layer_mode) {
    return tar_entry({.path = "manifest.json", .content = one, .link = "other.json", .mode = list_mode}) +
           tar_entry({.path = "g.json", .content = config, .link = "e.json", .mode = config_mode}) +
           tar_entry({.path = "g/layer.tar", .content = good, .link = "../e/layer.tar", .mode = layer_mode}) +
           file_entry("other.json", two) + file_entry("e.json", config_of({evil})) + file_entry("e/layer.tar", evil) +
           testing::tar_end();
  };
  CHECK(read_bytes(archive(0644, 0644, 0644)));
  CHECK(read_bytes(archive(0100644, 0100644, 0100644)));  // as Go's writer did until 1.9
  for (const unsigned mode : {0120777U, 040755U, 010644U}) {
    CHECK(code_of(read_bytes(archive(mode, 0644, 0644))) == ErrorCode::malformed);
    CHECK(code_of(read_bytes(archive(0644, mode, 0644))) == ErrorCode::malformed);
    CHECK(code_of(read_bytes(archive(0644, 0644, mode))) == ErrorCode::malformed);
  }
}

TEST_CASE("a member of the list in another case, which Docker would take, is refused") {
  for (const char* twin : {"config", "CONFIG", "layers", "repotags", "layer\u017f"}) {
    const std::string layer = layer_of("one"), config = config_of({layer});
    const json item = {
        {"Config", hex(config) + ".json"}, {"Layers", {"l.tar"}}, {"RepoTags", {"a:1"}}, {twin, nullptr}};
    const auto opened = read_bytes(list_entry({item}) + file_entry("l.tar", layer) +
                                   file_entry(hex(config) + ".json", config) + testing::tar_end());
    INFO(twin);
    CHECK(code_of(opened) == ErrorCode::malformed);
  }
}

TEST_CASE("what is no archive of docker save is said to be none, and its list has limits") {
  CHECK(code_of(read_bytes(std::string(1000, 'x'))) == ErrorCode::malformed);
  CHECK(code_of(read_bytes(file_entry("x", "y"))) == ErrorCode::not_found);
  const auto layout = read_bytes(file_entry("oci-layout", R"({"imageLayoutVersion":"1.0.0"})"));
  CHECK(code_of(layout) == ErrorCode::not_found);
  CHECK(layout.error().message().find("oci-archive:") != std::string::npos);
  for (const char* list : {"{}", "[", "[1]", R"([{"Layers":[]}])", R"([{"Config":"c","Layers":["a",1]}])",
                           R"([{"Config":"c","RepoTags":"a"}])"})
    CHECK(code_of(layout::parse_docker_manifest_json(list)) == ErrorCode::malformed);
  json images = json::array();
  for (std::size_t i = 0; i < kMaxArchiveImages; ++i) images.push_back({{"Config", "c"}});
  CHECK(layout::parse_docker_manifest_json(images.dump())->size() == kMaxArchiveImages);
  images.push_back({{"Config", "c"}});
  CHECK(code_of(layout::parse_docker_manifest_json(images.dump())) == ErrorCode::limit_exceeded);
  json layers = json::array();
  for (std::size_t i = 0; i < kMaxLayers; ++i) layers.push_back("l");
  CHECK(layout::parse_docker_manifest_json(json{{{"Config", "c"}, {"Layers", layers}}}.dump()));
  layers.push_back("l");
  CHECK(code_of(layout::parse_docker_manifest_json(json{{{"Config", "c"}, {"Layers", layers}}}.dump())) ==
        ErrorCode::limit_exceeded);
  CHECK(layout::parse_docker_manifest_json("[]" + std::string(kMaxArchiveListBytes - 2, ' ')));
  CHECK(code_of(layout::parse_docker_manifest_json("[]" + std::string(kMaxArchiveListBytes - 1, ' '))) ==
        ErrorCode::limit_exceeded);
  CHECK(code_of(read_bytes(file_entry("manifest.json", "[]" + std::string(kMaxArchiveListBytes - 1, ' ')))) ==
        ErrorCode::limit_exceeded);
}

namespace {

// One image of Supply's making in a store.
Result<oci::Descriptor> put_image(store::ContentStore& to, const std::string& content,
                                  const std::optional<std::string>& tag) {
  const std::string layer = layer_of(content);
  oci::Manifest manifest{.media_type = std::string(oci::kManifestType), .config = oci::empty_descriptor()};
  SUPPLY_TRY(manifest.config, store::put_bytes(to, config_of({layer}), oci::kConfigType));
  SUPPLY_TRY(oci::Descriptor stored, store::put_bytes(to, layer, oci::kLayerType));
  manifest.layers.push_back(stored);
  const std::string bytes = oci::to_bytes(manifest);
  const oci::Descriptor descriptor{
      .media_type = manifest.media_type, .digest = crypto::sha256(bytes), .size = bytes.size()};
  SUPPLY_TRY(to.put_manifest(descriptor, bytes, tag));
  return descriptor;
}

json list_in(const fs::path& file) {
  return json::parse(*(*layout::TarFile::open(file, {}, budget()))->read("manifest.json", kMiB));
}

}  // namespace

TEST_CASE("what is written is a layout and an archive of docker save in one") {
  const testing::TempDirectory directory;
  const fs::path file = directory / "app.tar";
  const auto to = *create_docker_archive(file);
  const auto first = *put_image(*to, "one", "1.0"), second = *put_image(*to, "two", "other/app:2");
  REQUIRE(put_image(*to, "part", std::nullopt));
  CHECK(!fs::exists(file));
  REQUIRE(to->commit());
  CHECK(*io::list_directory(directory.path()) == std::vector<std::string>{"app.tar"});
  const json list = list_in(file);
  REQUIRE(list.size() == 2);
  CHECK(list[0]["RepoTags"] == json{"app:1.0"});
  CHECK(list[0]["Layers"] == json{"blobs/sha256/" + hex(layer_of("one"))});
  CHECK(list[0]["Config"] == "blobs/sha256/" + hex(config_of({layer_of("one")})));
  CHECK(list[1]["RepoTags"] == json{"other/app:2"});
  const auto docker = *open_docker_archive(file, budget());
  CHECK(*docker->tags() == std::vector<std::string>{"app:1.0", "other/app:2"});
  CHECK(docker->resolve({"1.0", {}}));
  const auto oci = *layout::open_archive(file, budget());
  CHECK(oci->resolve({"1.0", {}})->digest == first.digest);
  CHECK(oci->resolve({"2", {}})->digest == second.digest);
  const json index = json::parse(*(*layout::TarFile::open(file, {}, budget()))->read("index.json", kMiB));
  CHECK(index["manifests"][0]["annotations"]["io.containerd.image.name"] == "docker.io/library/app:1.0");
}

TEST_CASE("a tag that moves or goes is moved and goes in the list too") {
  const testing::TempDirectory directory;
  const fs::path file = directory / "app.tar";
  {
    const auto to = *create_docker_archive(file);
    REQUIRE(put_image(*to, "one", "1.0"));
    REQUIRE(put_image(*to, "one", "latest"));
    REQUIRE(to->commit());
  }
  CHECK(list_in(file).size() == 1);
  CHECK(list_in(file)[0]["RepoTags"] == json{"app:1.0", "app:latest"});
  {
    const auto to = *create_docker_archive(file);
    REQUIRE(put_image(*to, "two", "latest"));
    REQUIRE(to->commit());
  }
  REQUIRE(list_in(file).size() == 2);
  CHECK(list_in(file)[0]["RepoTags"] == json{"app:1.0"});
  CHECK(list_in(file)[1]["RepoTags"] == json{"app:latest"});
  {
    const auto to = *create_docker_archive(file);
    REQUIRE(to->remove({"1.0", {}}));
    CHECK(code_of(to->remove({"1.0", {}})) == ErrorCode::not_found);
    REQUIRE(to->commit());
  }
  CHECK(list_in(file).size() == 1);
  {
    const auto to = *create_docker_archive(file);
    REQUIRE(to->remove({{}, to->resolve({"latest", {}})->digest}));
    REQUIRE(to->commit());
  }
  CHECK(list_in(file).empty());
}

TEST_CASE("an index under a tag has no place in docker's form; an archive of the old form is not written to") {
  const testing::TempDirectory directory;
  const auto to = *create_docker_archive(directory / "app.tar");
  const std::string index = R"({"schemaVersion":2,"manifests":[]})";
  const oci::Descriptor descriptor{
      .media_type = std::string(oci::kIndexType), .digest = crypto::sha256(index), .size = index.size()};
  const auto refused = to->put_manifest(descriptor, index, "1.0");
  CHECK(code_of(refused) == ErrorCode::usage);
  CHECK(refused.error().message().find("--platform") != std::string::npos);
  CHECK(to->put_manifest(descriptor, index, std::nullopt));
  CHECK(to->put_manifest(descriptor, index, "sha256-" + std::string(64, 'a')));
  testing::write(directory / "old.tar", old_form());
  CHECK(code_of(create_docker_archive(directory / "old.tar")) == ErrorCode::unsupported);
}

TEST_CASE("skopeo reads what Supply writes, and Supply what skopeo writes, images and their IDs alike") {
  if (!run("command -v skopeo")) {
    WARN("skopeo is not installed: nothing was compared with it");
    return;
  }
  const testing::TempDirectory directory;
  const std::string path = directory.path().string();
  const std::string source = "oci:" + testing::testdata("peers/layout-legacy").string() + ":1.0";
  REQUIRE(run("skopeo copy " + source + " docker-archive:" + path + "/s.tar:example.com/app:1.0"));
  const auto old_form = *open_docker_archive(directory / "s.tar", budget());
  CHECK(*old_form->tags() == std::vector<std::string>{"example.com/app:1.0"});
  const auto image = testing::images(*old_form, *old_form->resolve({}), {});
  REQUIRE(image);
  const Digest id = image->front().manifest.config.digest;
  CHECK(id.encoded() == "82bd10746fe118fd636b937b0f1a4a98ea00bc3fa6de248733cd76ece002419c");
  for (const auto& layer : supply::testing::some(image->front().manifest.layers))
    CHECK(store::fetch(*old_form, layer, kMiB));
  // into a new archive, and from there back to skopeo
  const auto to = *create_docker_archive(directory / "app.tar");
  for (const auto& layer : supply::testing::some(image->front().manifest.layers)) {
    const auto bytes = *old_form->open(layer);
    REQUIRE(to->put_blob(layer, *bytes));
  }
  const auto config = *old_form->open(image->front().manifest.config);
  REQUIRE(to->put_blob(image->front().manifest.config, *config));
  const auto root = *old_form->resolve({});
  REQUIRE(to->put_manifest(root, *store::fetch(*old_form, root, kMiB), "1.0"));
  REQUIRE(to->commit());
  CHECK(run("skopeo inspect docker-archive:" + path + "/app.tar"));
  CHECK(run("skopeo inspect docker-archive:" + path + "/app.tar:app:1.0"));
  CHECK(run("skopeo inspect oci-archive:" + path + "/app.tar:1.0"));
  REQUIRE(run("skopeo copy docker-archive:" + path + "/app.tar:app:1.0 docker-archive:" + path + "/again.tar:a/b:1"));
  const auto again = *open_docker_archive(directory / "again.tar", budget());
  CHECK(again->resolve({"a/b:1", {}})->digest == root.digest);
}

TEST_CASE("an item of docker's list without layers is kept, and is not the one that is put") {
  const auto changed =
      layout::change_docker_manifest_json(R"([{"Config":"other"}])", {"app:1.0"}, {{"c", {"app:1.0"}, {"l"}}});
  REQUIRE(changed);
  CHECK(layout::parse_docker_manifest_json(*changed)->size() == 2);
}
