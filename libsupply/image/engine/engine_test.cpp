#include "libsupply/image/engine/engine.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/engine_limits.hpp"
#include "libsupply/testing/fake_client.hpp"

using namespace supply;

namespace {

// As podman 4.3.1 answers, shortened.
constexpr const char* kVersion = R"({"Components":[{"Name":"Podman Engine","Version":"4.3.1"}],"Version":"4.3.1"})";
constexpr const char* kInspected =
    R"({"Id":"aa","Name":"/web","Image":"sha256:bb","HostConfig":{},"Config":{"Image":"localhost/base:1"}})";
constexpr const char* kImage =
    R"({"Id":"sha256:bb","RepoDigests":["z/b@sha256:2","a/b@sha256:1"],"Config":{"User":"1000","Env":null,"Cmd":["/bin/sleep","600"],"Entrypoint":null}})";

std::string listed(const std::string& id, const std::string& name, const std::string& state) {
  return R"({"Id":")" + id + R"(","Names":["/other/alias","/)" + name + R"("],"State":")" + state + R"("})";
}

struct Engine {
  std::map<std::string, testing::HttpReply> answers{
      {"/version", {200, {}, kVersion}},
      {"/containers/json?all=1", {200, {}, "[" + listed("aa", "web", "running") + "]"}},
      {"/containers/aa/json", {200, {}, kInspected}},
      {"/containers/aa/changes", {200, {}, R"([{"Path":"/evil","Kind":1},{"Path":"/etc","Kind":0}])"}},
      {"/images/sha256:bb/json", {200, {}, kImage}}};
  testing::FakeClient client;

  Result<engine::Snapshot> ask() {
    client.hosts["http://localhost"] = [this](const testing::HttpRequest& request) {
      const auto found = answers.find(request.target);
      return found == answers.end() ? testing::HttpReply{500, {}, "{}"} : found->second;
    };
    return engine::ask(client);
  }
};

}  // namespace

TEST_CASE("an engine is asked for its containers, their images and what changed, by GET alone") {
  Engine engine;
  const auto snapshot = engine.ask();
  REQUIRE(snapshot);
  CHECK(snapshot->engine == "Podman Engine 4.3.1");
  REQUIRE(snapshot->containers.size() == 1);
  const engine::RunningContainer& web = snapshot->containers.front();
  CHECK(web.name == "web");
  CHECK(web.inspected == kInspected);
  CHECK(web.image_digests == std::vector<std::string>{"a/b@sha256:1", "z/b@sha256:2"});
  REQUIRE(web.settings);
  CHECK(web.settings->user == "1000");
  CHECK(web.settings->command == std::vector<std::string>{"/bin/sleep", "600"});
  REQUIRE(web.changes);
  CHECK(web.changes->front() == engine::ChangedPath{engine::ChangedPath::Kind::modified, "/etc"});
  for (const testing::HttpRequest& request : engine.client.requests) CHECK(request.method == "GET");
}

TEST_CASE("what does not run is listed, and what runs in a state that nobody knows is asked about") {
  Engine engine;
  engine.answers["/containers/json?all=1"].body =
      "[" + listed("aa", "web", "hovering") + "," + listed("cc", "old", "exited") + "," +
      listed("dd", "gone", "running") + "," + listed("ee", "broken", "running") + "]";
  engine.answers["/containers/dd/json"] = {404, {}, "{}"};
  const auto snapshot = engine.ask();
  REQUIRE(snapshot);
  REQUIRE(snapshot->containers.size() == 1);
  CHECK(snapshot->containers[0].state == "hovering");
  REQUIRE(snapshot->unasked.size() == 3);
  CHECK(snapshot->unasked[0].name == "broken");
  CHECK(snapshot->unasked[0].undecided);
  CHECK_FALSE(snapshot->unasked[1].undecided);
  CHECK(snapshot->unasked[2].why == "it does not run: exited");
}

TEST_CASE("what an engine does not answer about a container is not known, and says why") {
  Engine engine;
  engine.answers.erase("/containers/aa/changes");
  engine.answers["/images/sha256:bb/json"] = {404, {}, "{}"};
  const auto snapshot = engine.ask();
  REQUIRE(snapshot);
  const engine::RunningContainer& web = snapshot->containers.front();
  CHECK_FALSE(web.changes);
  CHECK(web.changes_unread == "GET /containers/aa/changes: the engine answers 500");
  CHECK_FALSE(web.settings);
  CHECK(web.settings_unread == "GET /images/sha256:bb/json: the engine answers 404");
}

TEST_CASE("an engine's junk is an error, whatever it is") {
  const auto code = [](const char* target, testing::HttpReply reply) {
    Engine engine;
    engine.answers[target] = std::move(reply);
    const auto snapshot = engine.ask();
    return snapshot ? ErrorCode::internal : snapshot.error().code();
  };
  CHECK(code("/version", {403, {}, "{}"}) == ErrorCode::forbidden);
  CHECK(code("/version", {404, {}, "{}"}) == ErrorCode::not_found);
  CHECK(code("/version", {503, {}, "{}"}) == ErrorCode::unavailable);
  CHECK(code("/version", {200, {}, "<html>"}) == ErrorCode::malformed);
  CHECK(code("/containers/json?all=1", {200, {}, "{}"}) == ErrorCode::malformed);
  CHECK(code("/containers/json?all=1", {200, {}, R"([{"Id":"../../images"}])"}) == ErrorCode::malformed);
  CHECK(code("/containers/json?all=1", {200, {}, R"([{"Names":["/a"]}])"}) == ErrorCode::malformed);
}

TEST_CASE("an engine's answers have limits") {
  Engine engine;
  std::string many;
  for (std::size_t i = 0; i < kMaxEngineContainers; ++i)
    many += (i == 0 ? "" : ",") + listed("a" + std::to_string(i), "c" + std::to_string(i), "exited");
  engine.answers["/containers/json?all=1"].body = "[" + many + "]";
  CHECK(engine.ask());
  engine.answers["/containers/json?all=1"].body = "[" + many + "," + listed("b", "b", "exited") + "]";
  CHECK(engine.ask().error().code() == ErrorCode::limit_exceeded);

  Engine changed;
  std::string paths;
  for (std::size_t i = 0; i < kMaxChangedPaths; ++i)
    paths += (i == 0 ? "" : ",") + std::string(R"({"Path":"/a","Kind":1})");
  changed.answers["/containers/aa/changes"].body = "[" + paths + "]";
  CHECK(changed.ask()->containers[0].changes->size() == kMaxChangedPaths);
  changed.answers["/containers/aa/changes"].body = "[" + paths + R"(,{"Path":"/a","Kind":1}])";
  CHECK_FALSE(changed.ask()->containers[0].changes);

  Engine large;
  large.answers["/version"].body = std::string(kMaxEngineAnswerBytes - 2, ' ') + "{}";
  CHECK(large.ask());
  large.answers["/version"].body += " ";
  CHECK(large.ask().error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("a host is the absolute path of a socket") {
  CHECK(*engine::socket_of("unix:///run/docker.sock") == "/run/docker.sock");
  for (const char* host : {"", "unix://", "unix:///", "unix://run/docker.sock", "/run/docker.sock",
                           "tcp://127.0.0.1:2375", "http://localhost", "ssh://host"}) {
    INFO(host);
    REQUIRE_FALSE(engine::socket_of(host));
    CHECK(engine::socket_of(host).error().code() == ErrorCode::usage);
  }
  CHECK(engine::socket_of("unix:///" + std::string(106, 'a')));
  CHECK_FALSE(engine::socket_of("unix:///" + std::string(107, 'a')));
}
