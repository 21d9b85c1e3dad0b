#include "libsupply/trust/tuf/client.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libsupply/base/limits/tuf_limits.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/testing/result.hpp"
#include "libsupply/testing/testing.hpp"
#include "libsupply/testing/tuf_repository.hpp"

using namespace supply;
using namespace supply::tuf;
using supply::testing::code_of;
using supply::testing::TufRepository;

namespace {

constexpr std::chrono::milliseconds kPatience{2'000};
const Time kNow = *parse_rfc3339("2026-11-29T06:00:00Z");
const Time kLater = *parse_rfc3339("2026-12-29T06:00:00Z");

// A repository, and the cache of a client that was made with its first root.
struct World {
  supply::testing::TempDirectory directory;
  TufRepository repository;
  World() { create(); }

  void create() {
    const auto made = Cache::create(directory / "cache", repository.files.at("1.root.json"), kPatience);
    if (!made) throw std::runtime_error(made.error().message());
  }
  Status refresh(Time now = kNow) {
    repository.requests.clear();
    Result<Cache> cache = Cache::open(directory / "cache", kPatience);
    if (!cache) return std::move(cache).error();
    return Client(*cache, {.now = now, .mirror = &repository}).refresh();
  }
  Status offline(Time now = kNow, std::string_view bootstrap = {}) {
    Result<Cache> cache = Cache::open(directory / "cache", kPatience);
    if (!cache) return std::move(cache).error();
    return Client(*cache, {.now = now, .bootstrap = bootstrap}).refresh();
  }
  Result<std::string> target(std::string_view path) {
    repository.requests.clear();
    Result<Cache> cache = Cache::open(directory / "cache", kPatience);
    if (!cache) return std::move(cache).error();
    Client client(*cache, {.now = kNow, .mirror = &repository});
    SUPPLY_TRY(client.refresh());
    SUPPLY_TRY(const TargetFile file, client.find(path));
    return client.fetch(path, file);
  }
  // The version of a role in the cache; 0 when there is none.
  int version(const std::string& role) const {
    const auto path = directory / "cache" / (role + ".json");
    if (!std::filesystem::exists(path)) return 0;
    return nlohmann::json::parse(supply::testing::read(path))["signed"]["version"].get<int>();
  }
  std::vector<int> versions() const {
    return {version("root"), version("timestamp"), version("snapshot"), version("targets")};
  }
};

std::string message_of(const Status& status) { return status ? "" : status.error().message(); }

using Names = std::vector<std::string>;
using Versions = std::vector<int>;

}  // namespace

TEST_CASE("a refresh asks for each file once, and a second one for what may be new alone") {
  World world;
  REQUIRE(world.refresh());
  CHECK(world.repository.requests == Names{"2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json"});
  CHECK(supply::testing::read(world.directory / "cache" / "targets.json") ==
        world.repository.files.at("1.targets.json"));
  REQUIRE(world.refresh());
  CHECK(world.repository.requests == Names{"2.root.json", "timestamp.json"});
  REQUIRE(world.offline());
}

TEST_CASE("a repository without consistent snapshots has names without versions") {
  World world;
  world.repository.part("root")["consistent_snapshot"] = false;
  world.repository.publish("root");
  world.create();
  world.repository.files["snapshot.json"] = world.repository.files.at("1.snapshot.json");
  world.repository.files["targets.json"] = world.repository.files.at("1.targets.json");
  REQUIRE(world.refresh());
  CHECK(world.repository.requests == Names{"2.root.json", "timestamp.json", "snapshot.json", "targets.json"});
}

TEST_CASE("a root is signed by the keys of the root before it and by its own") {
  World world;
  auto& repository = world.repository;
  SECTION("by both") {
    const std::string old = repository.signers["root"].front();
    repository.rotate("root");
    repository.signers["root"].push_back(old);
    repository.update({"root"});
    REQUIRE(world.refresh());
    CHECK(world.version("root") == 2);
  }
  SECTION("by its own alone") {
    repository.rotate("root");
    repository.update({"root"});
    const Status refused = world.refresh();
    CHECK(code_of(refused) == ErrorCode::mismatch);
    CHECK(message_of(refused) ==
          "2.root.json: by the keys of the root before it: signed by 0 of its keys, where 1 must sign");
    CHECK(world.versions() == Versions{1, 0, 0, 0});
  }
  SECTION("by the old ones alone") {
    const std::string old = repository.signers["root"].front();
    repository.rotate("root");
    repository.signers["root"] = {old};
    repository.update({"root"});
    const Status refused = world.refresh();
    CHECK(code_of(refused) == ErrorCode::mismatch);
    CHECK(message_of(refused) == "2.root.json: by its own keys: signed by 0 of its keys, where 1 must sign");
  }
  SECTION("to one that is not the next") {
    repository.part("root")["version"] = 3;
    repository.files["2.root.json"] = repository.signed_text("root");
    CHECK(message_of(world.refresh()) == "2.root.json: is version 3, want version 2");
  }
  SECTION("to one that is older") {
    repository.files["2.root.json"] = repository.files.at("1.root.json");
    CHECK(message_of(world.refresh()) == "2.root.json: is version 1, want version 2");
  }
}

TEST_CASE("the trusted root itself must be whole and signed") {
  World world;
  auto& repository = world.repository;
  repository.signers["root"].clear();
  repository.publish("root");
  world.create();
  CHECK(message_of(world.refresh()) == "trusted root: signed by 0 of its keys, where 1 must sign");
  CHECK(repository.requests.empty());
  supply::testing::write(world.directory / "cache" / "root.json", "{}");
  CHECK(code_of(world.refresh()) == ErrorCode::malformed);
  CHECK(repository.requests.empty());
}

TEST_CASE("an expired root is kept, and nothing beyond it") {
  World world;
  world.repository.part("root")["expires"] = "2026-11-29T06:00:00Z";  // the very second of kNow
  world.repository.update({"root"});
  const Status refused = world.refresh();
  CHECK(code_of(refused) == ErrorCode::unavailable);
  CHECK(message_of(refused) == "root.json: version 2 has expired at 2026-11-29T06:00:00Z");
  CHECK(world.versions() == Versions{2, 0, 0, 0});
  CHECK(world.refresh(kNow - std::chrono::seconds(1)));
}

TEST_CASE("a timestamp never goes back") {
  World world;
  auto& repository = world.repository;
  repository.update({"timestamp"});
  REQUIRE(world.refresh());
  const std::string kept = repository.files.at("timestamp.json");
  SECTION("to an older version") {
    repository.part("timestamp")["version"] = 1;
    repository.publish("timestamp");
    const Status refused = world.refresh();
    CHECK(code_of(refused) == ErrorCode::mismatch);
    CHECK(message_of(refused) == "timestamp.json: is version 1, after version 2 (a rollback)");
  }
  SECTION("of the same version: what is there stays") {
    repository.part("timestamp")["meta"]["snapshot.json"]["version"] = 100;
    repository.publish("timestamp");
    CHECK(world.refresh());
  }
  SECTION("to an older snapshot") {
    repository.update({"snapshot", "timestamp"});
    REQUIRE(world.refresh());
    repository.part("snapshot")["version"] = 1;
    repository.publish("snapshot");
    repository.update({"timestamp"});
    CHECK(message_of(world.refresh()) == "timestamp.json: names snapshot version 1, after version 2 (a rollback)");
    return;
  }
  CHECK(supply::testing::read(world.directory / "cache" / "timestamp.json") == kept);
}

TEST_CASE("what has expired is refused, also when it is what the cache has") {
  World world;
  auto& repository = world.repository;
  REQUIRE(world.refresh());
  const auto expire = [&](const char* role, const Names& roles) {
    repository.part(role)["expires"] = "2026-11-01T00:00:00Z";
    repository.update(roles);
  };
  SECTION("timestamp") {
    expire("timestamp", {"timestamp"});
    CHECK(message_of(world.refresh()) == "timestamp.json: version 2 has expired at 2026-11-01T00:00:00Z");
    CHECK(world.versions() == Versions{1, 1, 1, 1});
  }
  SECTION("snapshot") {
    expire("snapshot", {"snapshot", "timestamp"});
    CHECK(message_of(world.refresh()) == "2.snapshot.json: version 2 has expired at 2026-11-01T00:00:00Z");
    CHECK(world.versions() == Versions{1, 2, 1, 1});
  }
  SECTION("targets") {
    expire("targets", {"targets", "snapshot", "timestamp"});
    CHECK(message_of(world.refresh()) == "2.targets.json: version 2 has expired at 2026-11-01T00:00:00Z");
    CHECK(world.versions() == Versions{1, 2, 2, 1});
  }
  SECTION("a mirror that repeats an old timestamp (a freeze)") {
    repository.part("timestamp")["expires"] = "2026-12-01T00:00:00Z";
    repository.update({"timestamp"});
    REQUIRE(world.refresh());
    const Status refused = world.refresh(kLater);
    CHECK(code_of(refused) == ErrorCode::unavailable);
    CHECK(message_of(refused) == "timestamp.json: version 2 has expired at 2026-12-01T00:00:00Z");
    CHECK(code_of(world.offline(kLater)) == ErrorCode::unavailable);
    CHECK(world.offline());
  }
}

TEST_CASE("snapshot and targets are those that were named: signature, version, hash, length") {
  World world;
  auto& repository = world.repository;
  repository.with_hashes = GENERATE(false, true);
  repository.update({"targets", "snapshot", "timestamp"});
  SECTION("all as named") { CHECK(world.refresh()); }
  SECTION("a snapshot that nobody signed") {
    repository.signers["snapshot"].clear();
    repository.update({"snapshot", "timestamp"});
    const Status refused = world.refresh();
    CHECK(code_of(refused) == ErrorCode::mismatch);
    CHECK(message_of(refused) == "3.snapshot.json: signed by 0 of its keys, where 1 must sign");
  }
  SECTION("targets that nobody signed") {
    repository.signers["targets"].clear();
    repository.update({"targets", "snapshot", "timestamp"});
    CHECK(message_of(world.refresh()) == "3.targets.json: signed by 0 of its keys, where 1 must sign");
  }
  SECTION("another version of the targets under the name (mix and match)") {
    repository.files["2.targets.json"] = repository.files.at("1.targets.json");
    const Status refused = world.refresh();
    CHECK(code_of(refused) == ErrorCode::mismatch);
    if (!repository.with_hashes)
      CHECK(message_of(refused) == "2.targets.json: is version 1, the snapshot says version 2");
  }
  SECTION("another version of the snapshot under the name") {
    repository.files["2.snapshot.json"] = repository.files.at("1.snapshot.json");
    const Status refused = world.refresh();
    CHECK(code_of(refused) == ErrorCode::mismatch);
    if (!repository.with_hashes)
      CHECK(message_of(refused) == "2.snapshot.json: is version 1, the timestamp says version 2");
  }
  SECTION("one byte more, which the signature does not cover") {
    repository.files["2.targets.json"] += ' ';
    const Status answer = world.refresh();
    if (!repository.with_hashes) CHECK(answer);
    else CHECK(code_of(answer) == ErrorCode::limit_exceeded);
  }
  SECTION("not there") {
    repository.files.erase("2.snapshot.json");
    CHECK(code_of(world.refresh()) == ErrorCode::not_found);
    CHECK(world.versions() == Versions{1, 2, 0, 0});
  }
  SECTION("targets are not in the snapshot") {
    repository.part("snapshot")["meta"].erase("targets.json");
    repository.update({"snapshot", "timestamp"});
    CHECK(message_of(world.refresh()) == "role \"targets\": is not in the snapshot");
  }
}

TEST_CASE("a hash that is not known is no hash") {
  FileInfo info;
  CHECK(info.check("x"));
  info.hashes["blake2b"] = "x";
  CHECK(code_of(info.check("x")) == ErrorCode::unsupported);
  info.hashes["sha512"] = crypto::hash(crypto::HashAlgorithm::sha512, "x");
  CHECK(info.check("x"));
  info.hashes["sha256"] = "y";
  CHECK(code_of(info.check("x")) == ErrorCode::mismatch);
  info.hashes.erase("sha256");
  info.length = 2;
  CHECK(code_of(info.check("x")) == ErrorCode::mismatch);
}

TEST_CASE("a snapshot lists what it listed, and nothing older") {
  World world;
  auto& repository = world.repository;
  repository.with_hashes = GENERATE(false, true);
  repository.delegate("targets", "team", {"team/*"});
  repository.publish("team");
  repository.update({"targets", "snapshot", "timestamp"});
  REQUIRE(world.refresh());
  SECTION("older targets") {
    repository.part("targets")["version"] = 1;
    repository.publish("targets");
    repository.update({"snapshot", "timestamp"});
    CHECK(message_of(world.refresh()) ==
          "3.snapshot.json: lists \"targets.json\" of version 1, after version 2 (a rollback)");
  }
  SECTION("a role less") {
    repository.part("snapshot")["meta"].erase("team.json");
    repository.update({"snapshot", "timestamp"});
    CHECK(message_of(world.refresh()) == "3.snapshot.json: lists no \"team.json\" any more (a rollback)");
  }
  CHECK(world.version("snapshot") == 2);
}

TEST_CASE("new keys of timestamp or snapshot undo what a thief's versions fixed") {
  World world;
  auto& repository = world.repository;
  const std::string role = GENERATE("timestamp", "snapshot");
  // Two keys, of which one stays: what it signed is good by the new root too.
  repository.authorize(role, repository.new_key());
  repository.update({"root"});
  repository.part("snapshot")["version"] = 99;
  repository.part("timestamp")["version"] = 99;
  repository.publish("snapshot");
  repository.publish("timestamp");
  REQUIRE(world.refresh());
  CHECK(world.versions() == Versions{2, 99, 99, 1});
  const std::string stays = repository.signers[role].back();
  repository.rotate(role);
  repository.authorize(role, stays);
  repository.part("snapshot")["version"] = 2;
  repository.part("timestamp")["version"] = 2;
  repository.update({"root"});
  repository.publish("snapshot");
  repository.publish("timestamp");
  REQUIRE(world.refresh());
  CHECK(world.versions() == Versions{3, 2, 2, 1});
}

TEST_CASE("a cache that is damaged is as if it were not there, and the root is not") {
  World world;
  REQUIRE(world.refresh());
  for (const char* role : {"timestamp", "snapshot", "targets"})
    supply::testing::write(world.directory / "cache" / (std::string(role) + ".json"), "{");
  CHECK(code_of(world.offline()) == ErrorCode::unavailable);
  REQUIRE(world.refresh());
  CHECK(world.repository.requests.size() == 4);
  CHECK(world.offline());
}

TEST_CASE("a root that came with the program leads to the cache's, which is nothing by itself") {
  World world, other;
  auto& repository = world.repository;
  const std::string bootstrap = repository.files.at("1.root.json");
  repository.update({"root"});
  REQUIRE(world.refresh());
  CHECK(world.offline(kNow, bootstrap));
  CHECK(code_of(world.offline(kNow, other.repository.files.at("1.root.json"))) == ErrorCode::unavailable);
  // Somebody else's root and all below it, in the cache's place.
  REQUIRE(other.refresh());
  std::filesystem::remove_all(world.directory / "cache");
  std::filesystem::copy(other.directory / "cache", world.directory / "cache", std::filesystem::copy_options::recursive);
  std::filesystem::permissions(world.directory / "cache", std::filesystem::perms::owner_all);
  CHECK(world.offline());
  CHECK(code_of(world.offline(kNow, bootstrap)) == ErrorCode::unavailable);
}

TEST_CASE("a mirror that is down is no freeze and no attack") {
  World world;
  world.repository.down = true;
  CHECK(code_of(world.refresh()) == ErrorCode::unavailable);
}

TEST_CASE("a refresh takes so many new roots and goes on with the next one") {
  World world;
  for (std::size_t i = 0; i < kMaxTufRootUpdates + 1; ++i) world.repository.update({"root"});
  REQUIRE(world.refresh());
  CHECK(world.version("root") == static_cast<int>(kMaxTufRootUpdates) + 1);
  REQUIRE(world.refresh());
  CHECK(world.version("root") == static_cast<int>(kMaxTufRootUpdates) + 2);
}

TEST_CASE("the cache is its owner's alone") {
  World world;
  REQUIRE(::chmod((world.directory / "cache").c_str(), 0750) == 0);
  CHECK(code_of(world.refresh()) == ErrorCode::forbidden);
  REQUIRE(::chmod((world.directory / "cache").c_str(), 0700) == 0);
  std::filesystem::create_directory_symlink(world.directory / "cache", world.directory / "link");
  CHECK(code_of(Cache::open(world.directory / "link", kPatience)) == ErrorCode::forbidden);
  CHECK(code_of(Cache::open(world.directory / "none", kPatience)) == ErrorCode::not_found);
  std::filesystem::create_directory(world.directory / "empty");
  REQUIRE(::chmod((world.directory / "empty").c_str(), 0700) == 0);
  CHECK(code_of(Cache::open(world.directory / "empty", kPatience)) == ErrorCode::not_found);
  {
    const Result<Cache> held = Cache::open(world.directory / "cache", kPatience);
    REQUIRE(held);
    CHECK(code_of(Cache::open(world.directory / "cache", std::chrono::milliseconds(20))) == ErrorCode::unavailable);
  }
  REQUIRE(world.refresh());
  world.create();
  CHECK(world.versions() == Versions{1, 0, 0, 0});
}

TEST_CASE("a target is found where the order of delegations leads first") {
  World world;
  auto& repository = world.repository;
  repository.delegate("targets", "A", {"*.py"});
  repository.delegate("targets", "B", {"*"});
  repository.delegate("B", "C", {"*"}, true);
  repository.delegate("B", "D", {"*"});
  repository.delegate("C", "B", {"*"});  // a cycle
  repository.delegate("targets", "E", {"*"});
  repository.add_target("D", "x", "by D");
  repository.add_target("E", "x", "by E");
  repository.add_target("A", "y.py", "by A");
  repository.add_target("targets", "t", "by targets");
  for (const char* role : {"A", "B", "C", "D", "E"}) repository.publish(role);
  repository.update({"targets", "snapshot", "timestamp"});
  CHECK(*world.target("t") == "by targets");
  CHECK(*world.target("y.py") == "by A");
  // C ends the search: neither D nor E may speak.
  CHECK(code_of(world.target("x")) == ErrorCode::not_found);
  CHECK(repository.requests == Names{"2.root.json", "timestamp.json", "1.B.json", "1.C.json"});
}

TEST_CASE("a role is asked by whose keys it was delegated, each time") {
  World world;
  auto& repository = world.repository;
  repository.delegate("targets", "left", {"a/*"});
  repository.delegate("targets", "right", {"b/*"});
  repository.delegate("left", "shared", {"a/*"});
  repository.delegate("right", "shared", {"b/*"});
  repository.signers["shared"].pop_back();  // the key that "right" names
  repository.add_target("shared", "a/x", "one");
  repository.add_target("shared", "b/x", "two");
  for (const char* role : {"shared", "left", "right"}) repository.publish(role);
  repository.update({"targets", "snapshot", "timestamp"});
  CHECK(*world.target("a/x") == "one");
  const auto refused = world.target("b/x");
  CHECK(code_of(refused) == ErrorCode::mismatch);
  CHECK(refused.error().message() == "role \"shared\": 1.shared.json: signed by 0 of its keys, where 1 must sign");
}

TEST_CASE("a delegated role is in the snapshot, or it says nothing") {
  World world;
  auto& repository = world.repository;
  repository.delegate("targets", "team", {"*"});
  repository.publish("team");
  repository.part("snapshot")["meta"].erase("team.json");
  repository.update({"targets", "snapshot", "timestamp"});
  CHECK(code_of(world.target("x")) == ErrorCode::mismatch);
  CHECK(world.version("team") == 0);
}

TEST_CASE("a role may have any name, and no name leads out of the cache") {
  World world;
  auto& repository = world.repository;
  const std::string name = GENERATE("?", "#", "/role", "../role", "..", "a.b/c");
  repository.delegate("targets", name, {"*"});
  repository.files["1." + http::percent_encode(name) + ".json"] = repository.signed_text(name);
  repository.part("snapshot")["meta"][name + ".json"] = {{"version", 1}};
  repository.update({"targets", "snapshot", "timestamp"});
  CHECK(code_of(world.target("x")) == ErrorCode::not_found);
  CHECK(world.version(http::percent_encode(name)) == 1);
}

TEST_CASE("a search visits so many roles and no more") {
  for (const std::size_t count : {kMaxTufRolesVisited, kMaxTufRolesVisited + 1}) {
    World world;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string name = "role" + std::to_string(i);
      world.repository.delegate("targets", name, {"*"});
      world.repository.publish(name);
    }
    world.repository.update({"targets", "snapshot", "timestamp"});
    CHECK(code_of(world.target("x")) ==
          (count == kMaxTufRolesVisited ? ErrorCode::not_found : ErrorCode::limit_exceeded));
  }
}

TEST_CASE("a role may be one of many bins by the hash of the path") {
  HashBins bins;
  bins.bits = 10;
  bins.prefix = "bin";
  // sha256sum of "targetfile" starts with c67b: its first ten bits are 0x319.
  CHECK(bins.name_for("targetfile") == "bin-319");
  bins.bits = 32;
  CHECK(bins.name_for("x") == "bin-" + to_hex(crypto::hash(crypto::HashAlgorithm::sha256, "x")).substr(0, 8));
  bins.bits = 4;
  CHECK(bins.name_for("x") == "bin-" + to_hex(crypto::hash(crypto::HashAlgorithm::sha256, "x")).substr(0, 1));

  World world;
  auto& repository = world.repository;
  repository.delegate("targets", "bin-" + to_hex(crypto::hash(crypto::HashAlgorithm::sha256, "x")).substr(0, 1), {"*"});
  auto& below = repository.part("targets")["delegations"];
  const nlohmann::json role = below["roles"][0];
  below.erase("roles");
  below["succinct_roles"] = {{"keyids", role["keyids"]}, {"threshold", 1}, {"bit_length", 4}, {"name_prefix", "bin"}};
  const std::string name_of_role = role["name"];
  repository.add_target(name_of_role, "x", "found");
  repository.publish(name_of_role);
  repository.update({"targets", "snapshot", "timestamp"});
  CHECK(*world.target("x") == "found");
}

TEST_CASE("a target's bytes are those that were signed, and no more of them are read") {
  World world;
  auto& repository = world.repository;
  repository.add_target("targets", "dir/file", "good");
  const std::string name = "targets/dir/" + to_hex(crypto::hash(crypto::HashAlgorithm::sha256, "good")) + ".file";
  repository.update({"targets", "snapshot", "timestamp"});
  CHECK(*world.target("dir/file") == "good");
  repository.files[name] = "evil";
  CHECK(code_of(world.target("dir/file")) == ErrorCode::mismatch);
  repository.files[name] = "longer";
  CHECK(code_of(world.target("dir/file")) == ErrorCode::limit_exceeded);
  repository.files[name] = "go";
  CHECK(code_of(world.target("dir/file")) == ErrorCode::mismatch);
  repository.files.erase(name);
  CHECK(code_of(world.target("dir/file")) == ErrorCode::not_found);
  for (const char* path : {"", "/x", "../x", "a/../b", "a//b", "a/"})
    CHECK(code_of(world.target(path)) == ErrorCode::malformed);
  CHECK(code_of(world.target(std::string(kMaxTufTargetPathBytes, 'x'))) == ErrorCode::not_found);
  CHECK(code_of(world.target(std::string(kMaxTufTargetPathBytes + 1, 'x'))) == ErrorCode::malformed);
}

TEST_CASE("a target larger than is held in memory is refused before it is fetched") {
  World world;
  REQUIRE(world.refresh());
  Result<Cache> cache = Cache::open(world.directory / "cache", kPatience);
  Client client(*cache, {.now = kNow, .mirror = &world.repository});
  REQUIRE(client.refresh());
  TargetFile target;
  target.info.hashes["sha256"] = "x";
  target.info.length = kMaxTufTargetBytes + 1;
  CHECK(code_of(client.fetch("x", target)) == ErrorCode::limit_exceeded);
  target.info.length = kMaxTufTargetBytes;
  CHECK(code_of(client.fetch("x", target)) == ErrorCode::not_found);
}

TEST_CASE("files larger than their limit are not read") {
  World world;
  auto& repository = world.repository;
  const auto padded = [&](const std::string& name, std::size_t size) {
    std::string& text = repository.files[name];
    text.append(size - text.size(), ' ');
  };
  SECTION("at the limit") {
    repository.update({"root"});
    padded("2.root.json", kMaxTufRootBytes);
    padded("timestamp.json", kMaxTufTimestampBytes);
    padded("1.snapshot.json", kMaxTufSnapshotBytes);
    padded("1.targets.json", kMaxTufTargetsBytes);
    CHECK(world.refresh());
    return;
  }
  SECTION("root") {
    repository.update({"root"});
    padded("2.root.json", kMaxTufRootBytes + 1);
  }
  SECTION("timestamp") { padded("timestamp.json", kMaxTufTimestampBytes + 1); }
  SECTION("snapshot") { padded("1.snapshot.json", kMaxTufSnapshotBytes + 1); }
  SECTION("targets") { padded("1.targets.json", kMaxTufTargetsBytes + 1); }
  CHECK(code_of(world.refresh()) == ErrorCode::limit_exceeded);
}
