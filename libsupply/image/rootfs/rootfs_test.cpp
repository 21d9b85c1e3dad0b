#include "libsupply/image/rootfs/rootfs.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <mutex>

#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/testing/tar.hpp"

namespace supply::rootfs {
namespace {

Budget budget;  // of all tests here

using testing::tar_end;
using testing::tar_entry;

// Blobs in memory, and a list of what was opened.
class Memory : public store::BasicSource {
 public:
  oci::Descriptor add(const std::string& bytes) {
    const Digest digest = crypto::sha256(bytes);
    blobs[digest] = bytes;
    return oci::Descriptor{std::string(oci::kLayerType), digest, bytes.size(), "", {}, {}, {}, {}};
  }
  std::string name() const override { return "memory"; }
  Result<oci::Descriptor> resolve(const oci::Selector&) override { return Error(ErrorCode::not_found, "nothing"); }
  Result<std::unique_ptr<io::Source>> open(const oci::Descriptor& descriptor) override {
    const std::lock_guard lock(mutex);
    opened.push_back(descriptor.digest);
    const auto blob = blobs.find(descriptor.digest);
    if (blob == blobs.end()) return Error(ErrorCode::not_found, "blob");
    return store::verified(io::from_string(blob->second), descriptor);
  }
  Result<std::vector<oci::Descriptor>> referrers(const Digest&) override { return std::vector<oci::Descriptor>(); }
  Result<std::vector<std::string>> tags() override { return std::vector<std::string>(); }

  std::map<Digest, std::string> blobs;
  std::vector<Digest> opened;
  std::mutex mutex;
};

store::PlatformImage image_of(Memory& memory, const std::vector<std::string>& tars) {
  std::string all;
  for (const std::string& tar : tars) all += tar;
  store::PlatformImage image{.descriptor = memory.add("manifest of " + all),
                             .manifest = {"", "", memory.add("config"), {}, {}, {}},
                             .config = {},
                             .platform = {},
                             .ancestors = {}};
  for (const std::string& tar : tars) {
    image.manifest.layers.push_back(memory.add(tar));
    image.config.diff_ids.push_back(crypto::sha256(tar));
  }
  return image;
}

// As the reader of a package database: one path, and a directory of them.
class Database final : public Collector {
 public:
  std::string_view name() const override { return "database"; }
  int version() const override { return 1; }
  std::unique_ptr<FileSink> open(const FileHeader& file, std::string_view) const override {
    const bool wanted = file.path == "var/lib/status" || file.path.ends_with("/METADATA");
    return wanted ? keep_whole(100) : nullptr;
  }
  std::span<const std::string_view> well_known_paths() const override {
    static constexpr std::string_view kPaths[] = {"var/lib/status"};
    return kPaths;
  }
};

std::string collected(const Layers& layers, const store::PlatformImage& image) {
  Result<FileTree> tree = layers.tree(image);
  REQUIRE(tree);
  std::string text;
  for (const CollectedFile& file : tree->collected("database"))
    text += (text.empty() ? "" : " ") + file.file.path + "=" + std::string(file.content);
  return text;
}

}  // namespace

TEST_CASE("every distinct layer is read once, the largest first") {
  Memory memory;
  const std::string small = tar_entry({.path = "a"}) + tar_end(),
                    large = tar_entry({.path = "b", .content = std::string(5000, 'x')}) + tar_end();
  const std::vector<store::PlatformImage> images = {image_of(memory, {small, large}), image_of(memory, {small, small})};
  const Result<Layers> layers = Layers::read(memory, images, {}, budget, 1);
  REQUIRE(layers);
  CHECK(memory.opened == std::vector<Digest>{crypto::sha256(large), crypto::sha256(small)});
  CHECK(layers->of(images[0])[0]->entries[0].path == "a");
  CHECK(layers->of(images[0])[1]->entries[0].path == "b");
  CHECK(layers->of(images[1])[0] == layers->of(images[1])[1]);
  CHECK(layers->tree(images[0])->find("b"));
  CHECK(!layers->tree(images[1])->find("b"));
}

TEST_CASE("a diff_id that is not the config's is a mismatch") {
  Memory memory;
  const std::string tar = tar_entry({.path = "a"}) + tar_end();
  store::PlatformImage image = image_of(memory, {tar});
  CHECK(Layers::read(memory, {image}, {}, budget));
  image.config.diff_ids[0] = crypto::sha256("other");
  const Result<Layers> layers = Layers::read(memory, {image}, {}, budget);
  REQUIRE(!layers);
  CHECK(layers.error().code() == ErrorCode::mismatch);
  CHECK(layers.error().message() == "layer " + crypto::sha256(tar).to_string() + ": diff_id is " +
                                        crypto::sha256(tar).to_string() + ", config says " +
                                        crypto::sha256("other").to_string());
  CHECK(Layers::read(memory, {image}, {.diff_id = WithDiffId::no}, budget));
  CHECK(Layers::read(memory, {image_of(memory, {tar}), image}, {}, budget).error().code() == ErrorCode::mismatch);
  image.config.diff_ids[0] = *Digest::from_bytes("sha512", crypto::hash(crypto::HashAlgorithm::sha512, tar));
  CHECK(Layers::read(memory, {image}, {}, budget));
  CHECK(Layers::read(memory, {image_of(memory, {tar}), image}, {}, budget).error().code() == ErrorCode::unsupported);
  image.config.diff_ids[0] = *Digest::parse("blake3:" + std::string(64, '0'));
  CHECK(Layers::read(memory, {image}, {}, budget).error().code() == ErrorCode::unsupported);
  image.config.diff_ids.clear();
  CHECK(Layers::read(memory, {image}, {}, budget).error().code() == ErrorCode::malformed);
}

TEST_CASE("an image of whose package database unpackers see two is refused, and others are not") {
  const Database database;
  const LayerRequest request{.collectors = {&database}};
  const std::string base = tar_entry({.path = "var", .type = '5'}) + tar_entry({.path = "var/lib", .type = '5'}) +
                           tar_entry({.path = "var/lib/status", .content = "evil"}) +
                           tar_entry({.path = "x", .link = "var/lib", .type = '2'}) + tar_end();
  const std::pair<std::string, bool> uppers[] = {
      {tar_entry({.path = "x/.wh.status"}), true},
      {tar_entry({.path = "x/.wh..wh..opq"}), true},
      {tar_entry({.path = "x/status", .content = "harmless"}), true},
      {tar_entry({.path = ".wh..wh..opq"}), true},
      {tar_entry({.path = "var/.wh.lib"}) + tar_entry({.path = "var/lib", .type = '5'}), true},
      {tar_entry({.path = ".wh.var"}) + tar_entry({.path = "var/lib/other", .content = "o"}), true},
      {tar_entry({.path = "x/other", .content = "o"}), false},
      {tar_entry({.path = "x/.wh.other"}), false},
      {tar_entry({.path = "var/.wh.lib"}), false},
  };
  for (const auto& [upper, is_refused] : uppers) {
    Memory memory;
    const store::PlatformImage image = image_of(memory, {base, upper + tar_end()});
    const Result<Layers> layers = Layers::read(memory, {image}, request, budget);
    CHECK(static_cast<bool>(layers) == !is_refused);
    if (!layers) CHECK(layers.error().code() == ErrorCode::unsupported);
    CHECK(Layers::read(memory, {image}, {}, budget));  // nothing is collected, and nothing depends on it
  }
}

TEST_CASE("a layer that is missing, damaged or of two sizes is an error that names it") {
  Memory memory;
  const std::string tar = tar_entry({.path = "a"}) + tar_end();
  store::PlatformImage image = image_of(memory, {tar});
  const std::string place = "layer " + image.manifest.layers[0].digest.to_string();
  store::PlatformImage other = image;
  ++other.manifest.layers[0].size;
  CHECK(Layers::read(memory, {image, other}, {}, budget).error().code() == ErrorCode::mismatch);
  memory.blobs[image.manifest.layers[0].digest][0] = 'b';
  Result<Layers> layers = Layers::read(memory, {image}, {}, budget);
  REQUIRE(!layers);
  CHECK(layers.error().code() == ErrorCode::mismatch);
  CHECK(layers.error().message().starts_with(place));
  memory.blobs.clear();
  layers = Layers::read(memory, {image}, {}, budget);
  REQUIRE(!layers);
  CHECK(layers.error().code() == ErrorCode::not_found);
  CHECK(layers.error().message().starts_with(place));
}

TEST_CASE("collected files are those that are in the tree") {
  Memory memory;
  const Database database;
  const std::string lower = tar_entry({.path = "var/lib/status", .content = "old"}) +
                            tar_entry({.path = "a/METADATA", .content = "a"}) +
                            tar_entry({.path = "b/METADATA", .content = "b"}) +
                            tar_entry({.path = "c/METADATA", .link = "b/METADATA", .type = '1'}) + tar_end(),
                    upper = tar_entry({.path = "var/lib/status", .content = "new"}) + tar_entry({.path = ".wh.a"}) +
                            tar_entry({.path = "b/.wh.METADATA"}) + tar_end();
  const store::PlatformImage one = image_of(memory, {lower}), both = image_of(memory, {lower, upper});
  const Result<Layers> layers = Layers::read(memory, {one, both}, {.collectors = {&database}}, budget);
  REQUIRE(layers);
  CHECK(collected(*layers, one) == "a/METADATA=a b/METADATA=b c/METADATA=b var/lib/status=old");
  CHECK(collected(*layers, both) == "c/METADATA=b var/lib/status=new");
  CHECK(layers->reread_files() == 0);
  CHECK(layers->tree(one)->collected("another").empty());
}

TEST_CASE("files that only a link makes interesting are read a second time") {
  Memory memory;
  const Database database;
  const std::string lower = tar_entry({.path = "data/s", .content = "status"}) +
                            tar_entry({.path = "store/1", .content = "one"}) +
                            tar_entry({.path = "store/2", .content = "two"}) +
                            tar_entry({.path = "store/3", .content = "three"}) +
                            tar_entry({.path = "q/METADATA", .link = "../store/1", .type = '2'}) +
                            tar_entry({.path = "r/METADATA", .link = "store/2", .type = '1'}) + tar_end(),
                    upper = tar_entry({.path = "var/lib", .link = "/data", .type = '2'}) +
                            tar_entry({.path = "data/status", .link = "s", .type = '2'}) +
                            tar_entry({.path = "t/METADATA", .link = "store/3", .type = '1'}) +
                            tar_entry({.path = "u/METADATA", .link = "r/METADATA", .type = '1'}) +
                            tar_entry({.path = "v/METADATA", .link = "nothing", .type = '2'}) +
                            tar_entry({.path = "w/METADATA", .link = "METADATA", .type = '2'}) +
                            tar_entry({.path = "x/METADATA", .link = "../store", .type = '2'}) +
                            tar_entry({.path = "store/.wh.2"}) + tar_end();
  const store::PlatformImage one = image_of(memory, {lower}), both = image_of(memory, {lower, upper});
  const Result<Layers> layers = Layers::read(memory, {one, both}, {.collectors = {&database}}, budget, 1);
  REQUIRE(layers);
  CHECK(collected(*layers, one) == "q/METADATA=one r/METADATA=two");
  CHECK(collected(*layers, both) ==
        "q/METADATA=one r/METADATA=two t/METADATA=three u/METADATA=two var/lib/status=status");
  CHECK(layers->reread_files() == 5);
  CHECK(memory.opened.size() == 3);  // the lower layer twice
}

TEST_CASE("a merge that fails is told when collectors need it") {
  Memory memory;
  const Database database;
  const store::PlatformImage image = image_of(memory, {tar_entry({.path = "a", .link = "b", .type = '1'}) + tar_end()});
  CHECK(Layers::read(memory, {image}, {}, budget));
  CHECK(Layers::read(memory, {image}, {.collectors = {&database}}, budget).error().code() == ErrorCode::malformed);
}

}  // namespace supply::rootfs
