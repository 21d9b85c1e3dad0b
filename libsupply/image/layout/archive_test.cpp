// A layout in a tar: the same as in a directory, and what only a tar can be.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <thread>

#include "libsupply/base/archive/tar_index.hpp"
#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/image/layout/internal/tar_file.hpp"
#include "libsupply/image/layout/oci_archive.hpp"
#include "libsupply/image/oci/manifest.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/testing/artifact.hpp"
#include "libsupply/testing/child.hpp"
#include "libsupply/testing/result.hpp"
#include "libsupply/testing/tar.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using layout::create_archive;
using layout::Layout;
using layout::open_archive;
using nlohmann::json;
using testing::attach;
using testing::budget;
using testing::code_of;
using testing::describe;
using testing::tar_entry;
namespace fs = std::filesystem;

namespace {

const Digest kImage = *Digest::parse("sha256:b755d60101971f7c529d00937b7a8f10259d6ba1156b810dad2a23aa74e0afd1");

void run(const std::string& command) { REQUIRE(std::system((command + " >/dev/null 2>&1").c_str()) == 0); }

// Packs what peers made, as tar does it.
fs::path packed(const testing::TempDirectory& directory, const std::string& name, const std::string& options = "-cf") {
  fs::path file = directory / (name + ".tar");
  run("tar -C " + testing::testdata("peers/layout-" + name).string() + " " + options + " " + file.string() + " .");
  return file;
}

Result<std::unique_ptr<store::ImageSource>> read_bytes(const std::string& bytes) {
  const testing::TempDirectory spool;
  const auto stream = io::from_string(bytes);
  return layout::read_archive(*stream, budget(), spool.path());
}

std::vector<std::string> names(const fs::path& file) {
  std::vector<std::string> list;
  const auto tar = layout::TarFile::open(file, {}, budget());
  REQUIRE(tar);
  for (const auto& member : (*tar)->index().members) list.push_back(member.path);
  return list;
}

const std::string kLayoutEntry = tar_entry({.path = "oci-layout", .content = R"({"imageLayoutVersion":"1.0.0"})"});
const std::string kEmptyIndexEntry =
    tar_entry({.path = "index.json", .content = R"({"schemaVersion":2,"manifests":[]})"});

std::string index_with(const oci::Descriptor& descriptor) {
  return R"({"schemaVersion":2,"manifests":[)" + descriptor.to_json().dump() + "]}";
}

}  // namespace

TEST_CASE("an archive of a layout gives the same answers as the layout") {
  const testing::TempDirectory directory;
  for (const char* name : {"bundle", "legacy", "oras"}) {
    INFO(name);
    const auto expected = *Layout::open(testing::testdata(std::string("peers/layout-") + name));
    const auto archive = open_archive(packed(directory, name), budget());
    REQUIRE(archive);
    const auto tags = *expected->tags();
    CHECK(*(*archive)->tags() == tags);
    for (const std::string& tag : tags)
      CHECK((*archive)->resolve({tag, {}})->digest == expected->resolve({tag, {}})->digest);
    const auto root = expected->resolve({}), same = (*archive)->resolve({});
    REQUIRE(static_cast<bool>(root) == static_cast<bool>(same));
    if (root) CHECK(root->digest == same->digest);
    const auto referrers = *expected->referrers(kImage);
    const auto found = (*archive)->referrers(kImage);
    REQUIRE(found);
    REQUIRE(found->size() == referrers.size());
    for (std::size_t i = 0; i < referrers.size(); ++i) {
      CHECK((*found)[i].to_json() == referrers[i].to_json());
      CHECK(*store::fetch(**archive, (*found)[i], kMaxManifestBytes) ==
            *store::fetch(*expected, referrers[i], kMaxManifestBytes));
    }
    const auto by_digest = (*archive)->resolve({.tag = {}, .digest = kImage});
    REQUIRE(by_digest);
    CHECK(by_digest->media_type == expected->resolve({.tag = {}, .digest = kImage})->media_type);
  }
}

TEST_CASE("tars of every format and compression are read, from a file and from a pipe") {
  const testing::TempDirectory directory;
  for (const char* options : {"--format=ustar -cf", "--format=pax -cf", "--format=gnu -cf", "-czf", "--zstd -cf"}) {
    INFO(options);
    const fs::path file = packed(directory, "oras", options);
    const auto archive = open_archive(file, budget());
    REQUIRE(archive);
    CHECK((*archive)->resolve({})->digest == kImage);
    CHECK((*archive)->referrers(kImage)->size() == 2);

    int ends[2] = {};
    REQUIRE(::pipe(ends) == 0);
    const std::string bytes = testing::read(file);
    std::thread writer([&] {
      for (std::size_t at = 0; at < bytes.size();) {
        const ssize_t count = ::write(ends[1], bytes.data() + at, std::min<std::size_t>(bytes.size() - at, 7'777));
        if (count <= 0) break;
        at += static_cast<std::size_t>(count);
      }
      ::close(ends[1]);
    });
    class Pipe : public io::Source {
     public:
      explicit Pipe(int fd) : fd_(fd) {}
      Result<std::size_t> read(std::span<char> into) override {
        return static_cast<std::size_t>(std::max<ssize_t>(::read(fd_, into.data(), into.size()), 0));
      }
      int fd_;
    } pipe(ends[0]);
    fs::create_directory(directory / "spool");
    const auto streamed = layout::read_archive(pipe, budget(), directory / "spool");
    writer.join();
    ::close(ends[0]);
    REQUIRE(streamed);
    CHECK(io::list_directory(directory / "spool")->empty());
    CHECK((*streamed)->resolve({})->digest == kImage);
    CHECK((*streamed)->referrers(kImage)->size() == 2);
    CHECK((*streamed)->name() == "standard input");
    fs::remove(directory / "spool");
  }
}

TEST_CASE("a compression that is not read, and one that is written to, are unsupported") {
  const testing::TempDirectory directory;
  CHECK(code_of(open_archive(packed(directory, "oras", "-cjf"), budget())) == ErrorCode::unsupported);
  CHECK(code_of(open_archive(packed(directory, "oras", "-cJf"), budget())) == ErrorCode::unsupported);
  CHECK(code_of(read_bytes(testing::read(packed(directory, "oras", "-cJf")))) == ErrorCode::unsupported);
  const fs::path file = packed(directory, "oras", "-czf");
  const std::string before = testing::read(file);
  const auto archive = open_archive(file, budget());
  REQUIRE(archive);
  CHECK(code_of(store::put_bytes(**archive, "x", "text/plain")) == ErrorCode::unsupported);
  CHECK(code_of((*archive)->put_manifest(describe("{}", oci::kManifestType), "{}", "t")) == ErrorCode::unsupported);
  CHECK((*archive)->commit());
  CHECK(testing::read(file) == before);
}

TEST_CASE("what is put into an archive appears when it is finished, whole, and not before") {
  const testing::TempDirectory directory;
  const fs::path file = directory / "a.tar";
  {
    const auto archive = create_archive(file);
    REQUIRE(archive);
    const auto blob = store::put_bytes(**archive, "content", "application/x");
    REQUIRE(blob);
    CHECK(*store::fetch(**archive, *blob, 10) == "content");
    REQUIRE((*archive)->put_manifest(describe("{}", oci::kManifestType), "{}", "t"));
    CHECK((*archive)->resolve({"t", {}}));
    CHECK(!fs::exists(file));
    REQUIRE((*archive)->commit());
    CHECK((*archive)->resolve({"t", {}}));
    CHECK(*store::fetch(**archive, *blob, 10) == "content");
  }
  CHECK(*io::list_directory(directory.path()) == std::vector<std::string>{"a.tar"});
  CHECK(*(*open_archive(file, budget()))->tags() == std::vector<std::string>{"t"});
  CHECK(names(file) == std::vector<std::string>{"oci-layout", "index.json",
                                                "blobs/sha256/" + std::string(crypto::sha256("{}").encoded()),
                                                "blobs/sha256/" + std::string(crypto::sha256("content").encoded())});
  const std::string before = testing::read(file);
  {
    const auto archive = create_archive(file);
    REQUIRE(store::put_bytes(**archive, "more", "application/x"));
    REQUIRE((*archive)->put_manifest(describe("[]", oci::kManifestType), "[]", "u"));
  }
  CHECK(testing::read(file) == before);
  CHECK(code_of(open_archive(directory / "none.tar", budget())) == ErrorCode::not_found);
}

TEST_CASE("the same content makes the same archive, and tar unpacks it to a layout") {
  const testing::TempDirectory directory;
  for (const char* name : {"1.tar", "2.tar"}) {
    const auto archive = *create_archive(directory / name);
    std::vector<std::string> blobs = {"one", "two", "three"};
    if (name[0] == '2') std::reverse(blobs.begin(), blobs.end());
    for (const std::string& blob : blobs) REQUIRE(store::put_bytes(*archive, blob, "text/plain"));
    REQUIRE(attach(*archive, describe("the image", oci::kManifestType), "a note"));
    REQUIRE(archive->commit());
  }
  CHECK(testing::read(directory / "1.tar") == testing::read(directory / "2.tar"));
  fs::create_directory(directory / "out");
  run("tar -C " + (directory / "out").string() + " -xf " + (directory / "1.tar").string());
  CHECK((*Layout::open(directory / "out"))->referrers(crypto::sha256("the image"))->size() == 1);
  run("test \"$(tar -tvf " + (directory / "1.tar").string() +
      " --utc | grep -v '^-rw-r--r-- 0/0 .* 1970-01-01 00:00 ')\" = ''");
}

TEST_CASE("what others wrote into an archive stays byte for byte") {
  const testing::TempDirectory directory;
  const fs::path file = packed(directory, "bundle", "--format=gnu -cf");
  const auto before = *layout::TarFile::open(file, {}, budget());
  const std::string old = testing::read(file);
  const auto archive = *open_archive(file, budget());
  REQUIRE(attach(*archive, *archive->resolve({"1.0", {}}), "a note"));
  REQUIRE(archive->commit());
  const std::string bytes = testing::read(file);
  std::size_t at = 0;
  for (const auto& member : supply::testing::some(before->index().members)) {
    if (member.path == "./index.json") continue;
    const std::string entry = old.substr(member.begin, member.end - member.begin);
    REQUIRE(bytes.compare(at, entry.size(), entry) == 0);
    at += entry.size();
  }
  CHECK(archive->referrers(kImage)->size() == 9);
  CHECK((*open_archive(file, budget()))->referrers(kImage)->size() == 9);
}

TEST_CASE("a file keeps its mode and the link that leads to it") {
  const testing::TempDirectory directory;
  REQUIRE((*create_archive(directory / "a.tar"))->commit());
  fs::permissions(directory / "a.tar", fs::perms::owner_read | fs::perms::owner_write);
  fs::create_symlink("a.tar", directory / "link.tar");
  const auto archive = *create_archive(directory / "link.tar");
  REQUIRE(store::put_bytes(*archive, "x", "text/plain"));
  REQUIRE(archive->commit());
  CHECK(fs::is_symlink(directory / "link.tar"));
  CHECK((fs::status(directory / "a.tar").permissions() & fs::perms::all) ==
        (fs::perms::owner_read | fs::perms::owner_write));
  CHECK(names(directory / "a.tar").size() == 3);
}

TEST_CASE("a damaged blob of an archive is replaced by the right one") {
  const testing::TempDirectory directory;
  const auto descriptor = describe("the right content", "application/x");
  const std::string name = "blobs/sha256/" + std::string(descriptor.digest.encoded());
  for (const bool linked : {false, true}) {
    const std::string bad = linked ? tar_entry({.path = name, .link = "/etc/passwd", .type = '2'})
                                   : tar_entry({.path = name, .content = "the wrong content"});
    testing::write(directory / "a.tar", kLayoutEntry + kEmptyIndexEntry + bad + testing::tar_end());
    const auto archive = *open_archive(directory / "a.tar", budget());
    CHECK(code_of(store::fetch(*archive, descriptor, 100)) == (linked ? ErrorCode::malformed : ErrorCode::mismatch));
    REQUIRE(store::put_bytes(*archive, "the right content", "application/x"));
    REQUIRE(archive->commit());
    CHECK(*store::fetch(**open_archive(directory / "a.tar", budget()), descriptor, 100) == "the right content");
    CHECK(names(directory / "a.tar").size() == 3);
  }
}

TEST_CASE("of several files with a blob's name the last counts, for its digest says what it must be") {
  const std::string manifest = R"({"schemaVersion":2})";
  const auto descriptor = describe(manifest, oci::kManifestType);
  const std::string name = "blobs/sha256/" + std::string(descriptor.digest.encoded());
  const std::string blob = tar_entry({.path = name, .content = manifest});
  const std::string again = tar_entry({.path = "./blobs/sha256//" + name.substr(13), .content = manifest});
  const std::string other = tar_entry({.path = name, .content = R"({"schemaVersion":3})"});
  const std::string index = tar_entry({.path = "./index.json", .content = index_with(descriptor)});
  for (const std::string& blobs : {blob, blob + again, other + blob}) {
    const auto archive = read_bytes(kLayoutEntry + index + blobs + testing::tar_end());
    REQUIRE(archive);
    CHECK((*archive)->resolve({})->digest == descriptor.digest);
    CHECK((*archive)->resolve({.tag = {}, .digest = descriptor.digest}));
  }
  const auto damaged = read_bytes(kLayoutEntry + index + blob + other + testing::tar_end());
  REQUIRE(damaged);
  CHECK(code_of(store::fetch(**damaged, descriptor, 100)) == ErrorCode::mismatch);
}

// What skopeo copies from each of these, and so podman runs, is the second index.json; crane takes the first.
TEST_CASE("names that two readers take for different files are refused, whatever stands first") {
  const auto descriptor = describe(R"({"schemaVersion":2})", oci::kManifestType);
  const std::string index = tar_entry({.path = "index.json", .content = index_with(descriptor)});
  const auto resolved = [&](const std::string& entries) -> std::optional<ErrorCode> {
    const auto archive = read_bytes(entries + testing::tar_end());
    if (!archive) return archive.error().code();
    const auto found = (*archive)->resolve({.tag = {}, .digest = descriptor.digest});
    return found ? std::nullopt : std::optional(found.error().code());
  };
  const auto again = [](const std::string& path, const std::string& name = "index.json") {
    return tar_entry({.path = path + name, .content = R"({"schemaVersion":2,"manifests":[]})"});
  };
  const std::string link = tar_entry({.path = "x", .link = ".", .type = '2'});
  const std::vector<std::string> others = {
      again(""), again("./"), again(".//./"), again("/"), again("//"), again("../"), again("x/../"), again("./.././"),
      again("", "index.json/"), again("index.json/"), link + again("x/"), again("x/") + link,
      tar_entry({.path = "x", .link = "oci-layout", .type = '1'}) + again("x/"),
      tar_entry({.path = "index.json", .type = '5'}), tar_entry({.path = "index.json", .link = "x", .type = '2'}),
      tar_entry({.path = "index.json", .link = "oci-layout", .type = '1'}), tar_entry({.path = "..", .type = '5'}),
      tar_entry({.path = "/index.json", .type = '5'}), tar_entry({.path = "/"}),
      tar_entry({.path = "/etc/passwd", .content = "x"}), tar_entry({.path = "x", .content = "y"}) + link,
      testing::tar_pax('x', {{"path", "./index.json"}}) + again("y"),
      testing::tar_pax('x', {{"path", "a/../index.json"}}) + again("y"),
      // Go hands on a global header as a member, for which skopeo makes room.
      tar_entry({.path = "index.json", .type = 'g'}), tar_entry({.path = "/x/../index.json", .type = 'g'}),
      testing::tar_pax('g', {{"path", "./index.json"}})};
  for (const std::string& other : others) {
    INFO(&other - others.data());
    CHECK(resolved(kLayoutEntry + index + other) == ErrorCode::malformed);
    CHECK(resolved(kLayoutEntry + other + index) == ErrorCode::malformed);
  }
  CHECK(resolved(kLayoutEntry + kLayoutEntry + index) == ErrorCode::malformed);
  // A directory may be there again and again, and so may files that nobody reads.
  const std::string directory = tar_entry({.path = "blobs/", .type = '5'}), note = tar_entry({.path = "note"});
  CHECK(!resolved(tar_entry({.path = "/", .type = '5'}) + kLayoutEntry + index));  // as podman's library writes it
  CHECK(!resolved(kLayoutEntry + index + tar_entry({.path = "./", .type = '5'}) + directory + directory + note + note));
  CHECK(!resolved(kLayoutEntry + index + again("x\\") + again("sub/") + again("", "INDEX.json")));
  const std::string global = testing::tar_pax('g', {{"comment", "x"}});  // as git archive writes it
  CHECK(!resolved(global + kLayoutEntry + global + index + tar_entry({.path = "/tmp/GlobalHead.1", .type = 'g'})));
}

TEST_CASE("links of an archive are not followed to a blob, nor is a sparse file one") {
  const auto descriptor = describe("secret", "text/plain");
  const std::string name = "blobs/sha256/" + std::string(descriptor.digest.encoded());
  const auto fetched = [&](const std::string& entries) {
    const auto archive = read_bytes(kLayoutEntry + kEmptyIndexEntry + entries + testing::tar_end());
    REQUIRE(archive);
    return code_of(store::fetch(**archive, descriptor, 100));
  };
  const std::string other = tar_entry({.path = "secret", .content = "secret"});
  for (const char type : {'1', '2', '3', '4', '6', '5'})
    CHECK(fetched(other + tar_entry({.path = name, .link = "secret", .type = type})) == ErrorCode::malformed);
  // A sparse file's stored bytes are not its content.
  const std::string sparse = testing::tar_pax('x', {{"GNU.sparse.map", "0,6"}, {"GNU.sparse.size", "6"}}) +
                             tar_entry({.path = name, .content = "secret"});
  CHECK(fetched(sparse) == ErrorCode::malformed);
}

TEST_CASE("an archive of many links and names is read in a moment") {
  std::string bytes = kLayoutEntry + kEmptyIndexEntry;
  std::string deep;
  for (int i = 0; i < 2'000; ++i) deep += "d/";
  for (int i = 0; i < 3'000; ++i) bytes += tar_entry({.path = "l" + std::to_string(i), .link = "x", .type = '2'});
  for (int i = 0; i < 200; ++i)
    bytes += testing::tar_pax('x', {{"path", deep + std::to_string(i)}}) + tar_entry({.path = "p"});
  CHECK(read_bytes(bytes + testing::tar_end()));
}

TEST_CASE("an archive that is cut off, no tar, or no layout is said to be so") {
  const testing::TempDirectory directory;
  const std::string bytes = testing::read(packed(directory, "oras"));
  const auto tar = *layout::TarFile::open(directory / "oras.tar", {}, budget());
  for (const auto& member : supply::testing::some(tar->index().members)) {
    for (const std::uint64_t cut : {member.begin + 100, member.content + member.size / 2, member.end - 1}) {
      if (cut <= member.begin || cut >= member.end) continue;
      CHECK(code_of(read_bytes(bytes.substr(0, cut))) == ErrorCode::malformed);
    }
  }
  CHECK(code_of(read_bytes(std::string(10'000, 'x'))) == ErrorCode::malformed);
  CHECK(code_of(read_bytes("")) == ErrorCode::not_found);
  CHECK(code_of(read_bytes(testing::tar_end())) == ErrorCode::not_found);
  CHECK(code_of(read_bytes(tar_entry({.path = "oci-layout", .content = R"({"imageLayoutVersion":"2.0.0"})"}))) ==
        ErrorCode::unsupported);
  const auto docker = read_bytes(tar_entry({.path = "manifest.json", .content = "[]"}));
  CHECK(code_of(docker) == ErrorCode::not_found);
  CHECK(docker.error().message().find("docker-archive:") != std::string::npos);
  testing::write(directory / "empty.tar", "");
  CHECK(code_of(open_archive(directory / "empty.tar", budget())) == ErrorCode::not_found);
  CHECK(create_archive(directory / "empty.tar"));
}

TEST_CASE("a spooled archive costs the run what it unpacks, its members and their table") {
  const testing::TempDirectory directory;
  std::string bytes = kLayoutEntry + kEmptyIndexEntry;
  for (int i = 0; i < 3000; ++i) bytes += tar_entry({.path = "d" + std::to_string(i) + "/", .type = '5'});
  testing::write(directory / "a.tar", bytes + testing::tar_end());
  REQUIRE(std::system(("gzip -9 -k " + (directory / "a.tar").native()).c_str()) == 0);
  const auto packed_size = fs::file_size(directory / "a.tar.gz");
  constexpr std::uint64_t kAny = std::uint64_t{1} << 40;
  const auto opened = [&](const char* file, std::uint64_t memory, std::uint64_t unpacked, std::uint64_t entries) {
    Budget small({memory, unpacked, entries, 0, 0});
    const bool is_open = layout::open_archive(directory / file, small).operator bool();
    return std::pair(is_open, small.spent(Cost::memory));
  };
  // What the packed bytes do not pay for.
  const std::uint64_t entries = 3002 - packed_size / kInputPaysPer;
  CHECK(opened("a.tar.gz", kAny, kAny, entries).first);
  CHECK_FALSE(opened("a.tar.gz", kAny, kAny, entries - 1).first);
  const std::uint64_t unpacked = fs::file_size(directory / "a.tar") - packed_size * 100;
  CHECK(opened("a.tar.gz", kAny, unpacked, kAny).first);
  CHECK_FALSE(opened("a.tar.gz", kAny, unpacked - 1, kAny).first);
  CHECK_FALSE(opened("a.tar.gz", 200'000, kAny, kAny).first);
  CHECK(opened("a.tar.gz", kAny, kAny, kAny) == std::pair(true, std::uint64_t{0}));  // given back
  // A tar as it is pays for itself.
  CHECK(opened("a.tar", 0, 0, 0).first);
}

TEST_CASE("a spooled archive has a limit") {  // kMaxSpooledBytes is the default
  const testing::TempDirectory directory;
  const std::string bytes = kLayoutEntry + kEmptyIndexEntry + testing::tar_end();
  const auto stream = io::from_string(bytes), again = io::from_string(bytes);
  CHECK(layout::TarFile::spool(*stream, directory.path(), budget(), bytes.size()));
  CHECK(code_of(layout::TarFile::spool(*again, directory.path(), budget(), bytes.size() - 1)) ==
        ErrorCode::limit_exceeded);
  CHECK(io::list_directory(directory.path())->empty());
}

TEST_CASE("many threads read one archive at once") {
  const testing::TempDirectory directory;
  std::vector<oci::Descriptor> blobs;
  {
    const auto archive = *create_archive(directory / "a.tar");
    for (int i = 0; i < 8; ++i)
      blobs.push_back(*store::put_bytes(*archive, std::string(300'000, static_cast<char>('a' + i)), "text/plain"));
    REQUIRE(archive->commit());
  }
  const auto archive = *open_archive(directory / "a.tar", budget());
  std::vector<std::thread> threads;
  std::atomic<int> right = 0;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&] {
      for (const auto& blob : blobs)
        if (store::fetch(*archive, blob, kMiB)) ++right;
    });
  for (auto& thread : threads) thread.join();
  CHECK(right == 64);
}

TEST_CASE("eight writers to one archive at once, threads and processes, lose nothing") {
  for (int round = 0; round < 50; ++round) {
    const testing::TempDirectory directory;
    const fs::path file = directory / "a.tar";
    const auto work = [&](int writer) {
      auto archive = create_archive(file);
      if (!archive) return false;
      const auto subject = describe("the image", oci::kManifestType);
      return static_cast<bool>(attach(**archive, subject, "signature " + std::to_string(writer))) &&
             static_cast<bool>(
                 (*archive)->put_manifest(describe("{}", oci::kManifestType), "{}", "tag" + std::to_string(writer))) &&
             static_cast<bool>((*archive)->commit());
    };
    REQUIRE(testing::failures_of_eight(work) == 0);
    const auto archive = open_archive(file, budget());
    REQUIRE(archive);
    REQUIRE((*archive)->referrers(crypto::sha256("the image"))->size() == 8);
    REQUIRE((*archive)->tags()->size() == 8 + 1);
    REQUIRE(*io::list_directory(directory.path()) == std::vector<std::string>{"a.tar"});
  }
}

TEST_CASE("a tag and a referrer are removed from an archive") {
  const testing::TempDirectory directory;
  const fs::path file = packed(directory, "bundle");
  const auto archive = *open_archive(file, budget());
  const auto subject = *archive->resolve({"1.0", {}});
  const Digest note = *attach(*archive, subject, "a note");
  REQUIRE(archive->commit());
  REQUIRE(archive->referrers(kImage)->size() == 9);
  REQUIRE(archive->remove({.tag = {}, .digest = note}));
  CHECK(archive->referrers(kImage)->size() == 8);
  REQUIRE(archive->remove({.tag = "1.0", .digest = {}}));
  REQUIRE(archive->commit());
  const auto again = *open_archive(file, budget());
  CHECK(again->referrers(kImage)->size() == 8);
  CHECK(code_of(again->resolve({"1.0", {}})) == ErrorCode::not_found);
  CHECK(code_of(again->remove({.tag = "1.0", .digest = {}})) == ErrorCode::not_found);
  CHECK(code_of(again->remove({.tag = {}, .digest = note})) == ErrorCode::not_found);
}
