// Other programs and Supply on the same layout. Run where skopeo and umoci are installed, as ci/setup does.
#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <cstdlib>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/image/layout/docker_archive.hpp"
#include "libsupply/image/layout/layout.hpp"
#include "libsupply/image/layout/oci_archive.hpp"
#include "libsupply/image/oci/manifest.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/image/store/image.hpp"
#include "libsupply/testing/artifact.hpp"
#include "libsupply/testing/images.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using layout::Layout;
using testing::attach;
using testing::budget;
namespace fs = std::filesystem;

namespace {

bool run(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()) == 0; }

bool installed(const char* program) {
  if (run(std::string("command -v ") + program)) return true;
  WARN(program << " is not installed: nothing was compared with it");
  return false;
}

}  // namespace

TEST_CASE("skopeo inspects and copies a layout that Supply has written to, and Supply reads its copy") {
  if (!installed("skopeo")) return;
  const testing::TempDirectory directory;
  testing::copy_directory(testing::testdata("peers/layout-bundle"), directory / "l");
  const auto layout = *Layout::open(directory / "l");
  const auto image = *layout->resolve({.tag = "1.0", .digest = {}});
  REQUIRE(attach(*layout, image, "a note"));
  const std::string source = "oci:" + (directory / "l").string() + ":1.0";
  CHECK(run("skopeo inspect " + source));
  CHECK(run("skopeo copy " + source + " oci:" + (directory / "copy").string() + ":2"));
  const auto copied = *Layout::open(directory / "copy");
  CHECK(copied->resolve({.tag = "2", .digest = {}})->digest == image.digest);
  CHECK(testing::images(*copied, *copied->resolve({}), {})->size() == 1);
  // and on into the same layout
  CHECK(run("skopeo copy " + source + " oci:" + (directory / "l").string() + ":again"));
  CHECK(layout->resolve({.tag = "again", .digest = {}})->digest == image.digest);
  CHECK(layout->referrers(image.digest)->size() == 9);
}

TEST_CASE("an image that Supply has put into a new layout is one to skopeo") {
  if (!installed("skopeo")) return;
  const testing::TempDirectory directory;
  const auto from = *Layout::open(testing::testdata("peers/layout-legacy"));
  const auto to = *Layout::create(directory / "l");
  const auto image = *from->resolve({.tag = "1.0", .digest = {}});
  const std::string bytes = *store::fetch(*from, image, kMaxManifestBytes);
  const auto manifest = *oci::Manifest::parse(bytes, image.media_type);
  std::vector<oci::Descriptor> parts = manifest.layers;
  parts.push_back(manifest.config);
  for (const auto& part : parts) {
    const auto source = *from->open(part);
    REQUIRE(to->put_blob(part, *source));
  }
  REQUIRE(to->put_manifest({.media_type = image.media_type, .digest = image.digest, .size = image.size}, bytes, "new"));
  CHECK(run("skopeo inspect oci:" + (directory / "l").string()));
  CHECK(run("skopeo inspect oci:" + (directory / "l").string() + ":new"));
  CHECK(run("skopeo copy oci:" + (directory / "l").string() + ":new docker-archive:" + (directory / "a.tar").string()));
}

TEST_CASE("umoci makes a layout that Supply reads and attaches to, and goes on with it") {
  if (!installed("umoci")) return;
  const testing::TempDirectory directory;
  const std::string path = (directory / "l").string();
  REQUIRE(run("umoci init --layout " + path));
  REQUIRE(run("umoci new --image " + path + ":1"));
  REQUIRE(run("umoci config --image " + path + ":1 --config.user 1000"));
  const auto layout = *Layout::open(path);
  const auto image = *layout->resolve({});
  const auto images = testing::images(*layout, image, {});
  REQUIRE(images);
  CHECK(images->front().config.user == "1000");
  REQUIRE(attach(*layout, image, "a note"));
  CHECK(run("umoci stat --image " + path + ":1"));
  CHECK(run("umoci tag --image " + path + ":1 2"));
  CHECK(layout->resolve({.tag = "2", .digest = {}})->digest == image.digest);
  CHECK(layout->referrers(image.digest)->size() == 1);
  CHECK(layout->resolve({})->digest == image.digest);
}

TEST_CASE("skopeo reads an archive that Supply has written to, and Supply one of skopeo") {
  if (!installed("skopeo")) return;
  const testing::TempDirectory directory;
  const std::string path = directory.path().string();
  const std::string source = "oci:" + testing::testdata("peers/layout-bundle").string() + ":1.0";
  REQUIRE(run("skopeo copy " + source + " oci-archive:" + path + "/s.tar:1.0"));
  const auto archive = *layout::open_archive(directory / "s.tar", budget());
  const auto image = *archive->resolve({.tag = "1.0", .digest = {}});
  CHECK(image.digest == archive->resolve({})->digest);
  REQUIRE(attach(*archive, image, "a note"));
  REQUIRE(archive->commit());
  CHECK(archive->referrers(image.digest)->size() == 1);
  CHECK(run("skopeo inspect oci-archive:" + path + "/s.tar:1.0"));
  REQUIRE(run("skopeo copy oci-archive:" + path + "/s.tar:1.0 oci:" + path + "/copy:2"));
  CHECK((*Layout::open(directory / "copy"))->resolve({.tag = "2", .digest = {}})->digest == image.digest);
  // and one that Supply has made
  const auto made = *layout::create_archive(directory / "m.tar");
  const auto manifest = *oci::Manifest::parse(*store::fetch(*archive, image, kMaxManifestBytes), image.media_type);
  std::vector<oci::Descriptor> parts = manifest.layers;
  parts.push_back(manifest.config);
  for (const auto& part : parts)
    REQUIRE(made->upload_blob(part, [&](std::uint64_t offset) { return archive->open_raw(part, offset); }));
  REQUIRE(made->put_manifest(image, *store::fetch(*archive, image, kMaxManifestBytes), "v"));
  REQUIRE(made->commit());
  CHECK(run("skopeo inspect oci-archive:" + path + "/m.tar"));
  REQUIRE(run("skopeo copy oci-archive:" + path + "/m.tar:v oci-archive:" + path + "/again.tar:w"));
  const auto back = *layout::open_archive(directory / "again.tar", budget());
  CHECK(back->resolve({.tag = "w", .digest = {}})->digest == image.digest);
}

TEST_CASE("Supply reads archives that buildah writes") {
  if (!installed("buildah")) return;
  const testing::TempDirectory directory;
  const std::string path = directory.path().string();
  const std::string buildah = "buildah --storage-driver vfs --root " + path + "/r --runroot " + path + "/rr ";
  const std::string source = "oci:" + testing::testdata("peers/layout-legacy").string() + ":1.0";
  if (!run(buildah + "pull " + source)) {
    WARN("buildah cannot pull here: nothing was compared with it");
    return;
  }
  const std::string id = "$(" + buildah + "images -q | head -1)";
  REQUIRE(run(buildah + "push " + id + " oci-archive:" + path + "/o.tar:x"));
  REQUIRE(run(buildah + "push " + id + " docker-archive:" + path + "/d.tar:a/b:2"));
  const auto oci = *layout::open_archive(directory / "o.tar", budget());
  const auto docker = *layout::open_docker_archive(directory / "d.tar", budget());
  const auto first = testing::images(*oci, *oci->resolve({.tag = "x", .digest = {}}), {});
  const auto second = testing::images(*docker, *docker->resolve({.tag = "a/b:2", .digest = {}}), {});
  REQUIRE(first);
  REQUIRE(second);
  CHECK(first->front().config.diff_ids == second->front().config.diff_ids);
  for (const auto& layer : supply::testing::some(second->front().manifest.layers))
    CHECK(store::fetch(*docker, layer, kMiB));
}
