#include "libsupply/trust/tuf/trust_directory.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "libsupply/base/limits/tuf_limits.hpp"
#include "libsupply/testing/fake_client.hpp"
#include "libsupply/testing/result.hpp"
#include "libsupply/testing/testing.hpp"
#include "libsupply/testing/tuf_repository.hpp"

using namespace supply;
using namespace supply::tuf;
using supply::testing::code_of;
using supply::testing::HttpReply;
using supply::testing::HttpRequest;

namespace {

const Time kNow = *parse_rfc3339("2026-11-29T06:00:00Z");
const Time kTooLate = *parse_rfc3339("2030-01-01T00:00:00Z");

// A repository behind HTTP, and a directory that follows it.
struct World {
  supply::testing::TempDirectory directory;
  supply::testing::TufRepository repository;
  supply::testing::FakeClient client;
  std::string root = repository.files.at("1.root.json");
  World() {
    client.hosts["https://tuf.example"] = [&](const HttpRequest& request) {
      const auto file = repository.files.find(request.target.substr(1));
      return file == repository.files.end() ? HttpReply{404} : HttpReply{200, {}, file->second};
    };
    repository.add_target("targets", "trusted_root.json", "{}");
    repository.update({"targets", "snapshot", "timestamp"});
  }
  io::Path at() const { return directory / "trust"; }
  Status begin(bool is_built_in = false) {
    return init(at(), {"https://tuf.example/", "https://tuf.example/targets/", is_built_in}, root);
  }
  Result<Update> run(std::vector<std::string> wanted = {"trusted_root.json"}, std::vector<std::string> optional = {}) {
    return update(at(), client, {kNow, root, std::move(wanted), std::move(optional)});
  }
};

}  // namespace

TEST_CASE("a repository is followed: begun, brought up to date, and read without a network") {
  World world;
  const bool is_built_in = GENERATE(false, true);
  CHECK(code_of(world.run()) == ErrorCode::not_found);
  REQUIRE(world.begin(is_built_in));
  CHECK(code_of(cached_target(world.at(), "trusted_root.json", kNow, world.root)) == ErrorCode::unavailable);
  const Result<Update> first = world.run({"trusted_root.json"}, {"signing_config.json"});
  REQUIRE(first);
  CHECK(first->targets == 2);
  CHECK(first->files.at(0).changed);
  CHECK(first->absent == std::vector<std::string>{"signing_config.json"});
  CHECK(to_rfc3339(first->expires) == "2030-01-01T00:00:00Z");
  CHECK_FALSE(world.run()->files.at(0).changed);
  const std::size_t requests = world.client.requests.size();
  const Result<CachedTarget> cached = cached_target(world.at(), "trusted_root.json", kNow, world.root);
  REQUIRE(cached);
  CHECK(cached->bytes == "{}");
  CHECK(cached->repository.is_built_in == is_built_in);
  CHECK(world.client.requests.size() == requests);
  CHECK(code_of(cached_target(world.at(), "trusted_root.json", kTooLate, world.root)) == ErrorCode::unavailable);
  CHECK(code_of(cached_target(world.at(), "other.json", kNow, world.root)) == ErrorCode::not_found);
  CHECK(code_of(world.run({"other.json"})) == ErrorCode::not_found);
}

TEST_CASE("a target that was changed in the directory is none") {
  World world;
  REQUIRE(world.begin());
  const Result<Update> done = world.run();
  REQUIRE(done);
  supply::testing::write(done->files.at(0).path, "[]");
  CHECK(code_of(cached_target(world.at(), "trusted_root.json", kNow, {})) == ErrorCode::not_found);
  CHECK(world.run()->files.at(0).changed);
  CHECK(cached_target(world.at(), "trusted_root.json", kNow, {}));
}

TEST_CASE("what follows from the built-in root does not follow from another") {
  World world, other;
  REQUIRE(world.begin(true));
  REQUIRE(world.run());
  CHECK(cached_target(world.at(), "trusted_root.json", kNow, world.root));
  CHECK_FALSE(cached_target(world.at(), "trusted_root.json", kNow, other.root));
}

TEST_CASE("a directory that others can write, or with another record, is refused") {
  World world;
  REQUIRE(world.begin());
  REQUIRE(::chmod(world.at().c_str(), 0755) == 0);
  CHECK(code_of(followed(world.at())) == ErrorCode::forbidden);
  REQUIRE(::chmod(world.at().c_str(), 0700) == 0);
  CHECK(followed(world.at())->mirror == "https://tuf.example/");
  const std::string good = supply::testing::read(world.at() / "repository.json");
  const auto with = [&](const std::string& text) {
    supply::testing::write(world.at() / "repository.json", text);
    return code_of(followed(world.at()));
  };
  CHECK(with("{}") == ErrorCode::malformed);
  CHECK(with(R"({"version":2,"mirror":"x","targets":"y","root":"given"})") == ErrorCode::malformed);
  CHECK(with(R"({"version":1,"mirror":"x","targets":"y","root":"found"})") == ErrorCode::malformed);
  CHECK(with(good + std::string(kMaxTufRecordBytes + 1 - good.size(), ' ')) == ErrorCode::limit_exceeded);
  supply::testing::write(world.at() / "repository.json", good + std::string(kMaxTufRecordBytes - good.size(), ' '));
  CHECK(followed(world.at()));
}

TEST_CASE("a repository is begun with a root that is one, and with addresses that are some") {
  World world;
  CHECK(code_of(init(world.at(), {"ftp://x", "https://x", false}, world.root)) == ErrorCode::malformed);
  CHECK(code_of(init(world.at(), {"https://x", "x", false}, world.root)) == ErrorCode::malformed);
  CHECK(code_of(init(world.at(), {"https://x", "https://x", false}, "{}")) == ErrorCode::malformed);
  world.repository.signers["root"].clear();
  CHECK(code_of(init(world.at(), {"https://x", "https://x", false}, world.repository.signed_text("root"))) ==
        ErrorCode::mismatch);
}
