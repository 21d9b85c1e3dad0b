// What an engine says of running containers, compared with what was locked, declared and attested.
#include <catch2/catch.hpp>

#include "libsupply/content/deploy/read.hpp"
#include "libsupply/verdict/deploy/deployment_rule.hpp"
#include "libsupply/verdict/deploy/lock.hpp"

using namespace supply;
using engine::ChangedPath;

namespace {

const std::string kDigest = "sha256:" + std::string(64, 'a'), kOther = "sha256:" + std::string(64, 'b');

struct Running {
  std::string image = "nginx:1.27", user = "1000", host = "", config = "";
  engine::RunningContainer container{.name = "web", .state = "running"};
  deploy::Surrounding around = {};

  Running() {
    container.image_digests = {"docker.io/library/nginx@" + kDigest};
    container.settings.emplace().user = "1000";
    container.changes.emplace();
  }

  void declare(const std::string& compose) {
    deploy::Options options;
    options.open = [](const std::string& path) -> Result<std::string> { return Error(ErrorCode::not_found, path); };
    auto read = deploy::read({{"compose.yaml", compose}}, options);
    REQUIRE(read);
    around.declared = *std::move(read);
  }

  // "RULE: FOUND" of the three rules, "?" before what is undecided, "~" before a warning.
  std::vector<std::string> found() {
    const std::string text = R"({"Name":"/web","Image":"sha256:cc","Config":{"Image":")" + image + R"(","User":")" +
                             user + R"(")" + config + R"(},"HostConfig":{"NetworkMode":"none")" + host + "}}";
    const auto deployment = deploy::read({{"unix:///s", text}}, {});
    REQUIRE(deployment);
    around.running["web"] = container;
    std::vector<std::string> all;
    for (const deploy::RuleFindings& each : deploy::judge(*deployment, around))
      for (const Finding& finding : each.findings)
        if (each.rule->id == "deploy/running-image" || each.rule->id == "deploy/running-config" ||
            each.rule->id == "deploy/changed-files")
          all.push_back((finding.undecided                       ? "?"
                         : finding.severity == Severity::warning ? "~"
                                                                 : "") +
                        finding.rule.substr(7) + ": " + finding.found);
    return all;
  }
};

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a container that runs what its image says has no drift") {
  Running one;
  CHECK(one.found() == Texts{});
  one.around.lock = deploy::Digests{{"nginx:1.27", kDigest}};
  CHECK(one.found() == Texts{});
  one.around.lock = deploy::Digests{{"docker.io/library/nginx:1.27", kDigest}, {"nginx:1.26", kOther}};
  CHECK(one.found() == Texts{});
  one.image = "nginx@" + kDigest;
  CHECK(one.found() == Texts{});
  one.image = "sha256:" + std::string(64, 'c');
  one.around.lock = deploy::Digests{};
  CHECK(one.found().size() == 1);
}

TEST_CASE("another image than the locked one is a no, and one without a digest is undecided") {
  Running one;
  one.around.lock = deploy::Digests{{"nginx:1.27", kOther}, {"nginx:1.26", kDigest}};
  CHECK(one.found() == Texts{"running-image: runs " + kDigest});
  one.around.lock = deploy::Digests{{"redis:7", kDigest}};
  CHECK(one.found() == Texts{"running-image: \"nginx:1.27\" is not in the lock"});
  one.container.image_digests.clear();
  CHECK(one.found() ==
        Texts{"?running-image: the engine knows no digest of a registry for it: it was built or loaded there"});
  one.around.lock.reset();
  CHECK(one.found() == Texts{});
  one.image = "nginx:1.27@" + kOther;
  one.container.image_digests = {"docker.io/library/nginx@" + kDigest};
  CHECK(one.found() == Texts{"running-image: runs " + kDigest});
}

TEST_CASE("what changed in a container is found, but for mounts and what the engine puts there") {
  Running one;
  one.host = R"(,"Binds":["/srv/data:/data/db:rw"],"Tmpfs":{"/tmp":""})";
  one.container.changes = std::vector<ChangedPath>{
      {ChangedPath::Kind::added, "/data"},           {ChangedPath::Kind::added, "/data/db"},
      {ChangedPath::Kind::modified, "/etc"},         {ChangedPath::Kind::added, "/etc/group"},
      {ChangedPath::Kind::modified, "/etc/hosts"},   {ChangedPath::Kind::added, "/run/.containerenv"},
      {ChangedPath::Kind::added, "/tmp/x"},          {ChangedPath::Kind::modified, "/usr"},
      {ChangedPath::Kind::modified, "/usr/bin"},     {ChangedPath::Kind::modified, "/usr/bin-x"},
      {ChangedPath::Kind::modified, "/usr/bin/curl"}};
  CHECK(one.found() == Texts{"changed-files: changed since it started: /usr/bin-x",
                             "changed-files: changed since it started: /usr/bin/curl"});
  one.container.changes =
      std::vector<ChangedPath>{{ChangedPath::Kind::modified, "/etc/passwd"}, {ChangedPath::Kind::deleted, "/bin/su"}};
  CHECK(one.found().size() == 2);
  one.container.changes.reset();
  one.container.changes_unread = "GET /containers/aa/changes: the engine answers 500";
  CHECK(
      one.found() ==
      Texts{
          "?changed-files: the engine does not say what changed: GET /containers/aa/changes: the engine answers 500"});
}

TEST_CASE("a mount without a target hides no change") {
  Running one;
  one.host = R"(,"Binds":["/srv"])";
  one.container.changes = std::vector<ChangedPath>{{ChangedPath::Kind::added, "/evil"}};
  CHECK(one.found() == Texts{"changed-files: added since it started: /evil"});
}

TEST_CASE("without files a container is compared with its image") {
  Running one;
  one.user = "root";
  one.config = R"(,"Cmd":["sh"])";
  CHECK(one.found() == Texts{"~running-config: user \"root\"", "~running-config: another command"});
  one.container.settings.reset();
  one.container.settings_unread = "the engine answers 404";
  CHECK(one.found() == Texts{"?running-config: its image could not be asked about: the engine answers 404"});
}

TEST_CASE("beside files a container is compared with its service, and no value of a variable is said") {
  Running one;
  one.declare(
      "services:\n  web:\n    image: docker.io/library/nginx:1.27\n    user: '1000'\n    read_only: true\n"
      "    cap_drop: [ALL]\n    environment: {A: one, B: two}\n    command: [serve, --now]\n"
      "    volumes: [/srv/conf:/conf:ro]\n    ports: ['127.0.0.1:80:8080']\n    mem_limit: 64m\n");
  one.config = R"(,"Env":["A=one","B=two","PATH=/bin","container=podman"],"Cmd":["serve","--now"])";
  one.host = R"(,"ReadonlyRootfs":true,"CapDrop":["AUDIT_WRITE","CHOWN","DAC_OVERRIDE","FOWNER","FSETID","KILL","MKNOD",
      "NET_BIND_SERVICE","NET_RAW","SETFCAP","SETGID","SETPCAP","SETUID","SYS_CHROOT"],"Binds":["/srv/conf:/conf:ro"],
      "PortBindings":{"8080/tcp":[{"HostIp":"127.0.0.1","HostPort":"80"}]},"Memory":67108864)";
  CHECK(one.found() == Texts{});
  one.config = R"(,"Env":["A=secret","C=more","PATH=/bin"],"Cmd":["serve"])";
  one.host = R"(,"CapAdd":["NET_ADMIN"],"Binds":["/srv/conf:/conf:rw"],"Privileged":true,
      "PortBindings":{"8080/tcp":[{"HostIp":"","HostPort":"80"}]})";
  one.user = "root";
  const Texts all = one.found();
  CHECK(all.size() == 12);
  for (const std::string& each : all) {
    INFO(each);
    CHECK(each.find("secret") == std::string::npos);
  }
  one.declare("services:\n  db: {image: 'postgres:16'}\n");
  CHECK(one.found() == Texts{"~running-config: it is declared, and does not run",
                             "~running-config: it runs, and no file declares it"});
  one.config = R"(,"Labels":{"com.docker.compose.service":"db"})";
  one.image = "postgres:16";
  one.user = "1000";
  one.host.clear();
  CHECK(one.found() == Texts{});
}

TEST_CASE("an image's name is never taken for the image of the name registry") {
  for (const auto& [name, full] :
       std::vector<std::pair<std::string, std::string>>{{"redis", "docker.io/library/redis"},
                                                        {"registry", "docker.io/library/registry"},
                                                        {"registry:2", "docker.io/library/registry"},
                                                        {"redis@" + kDigest, "docker.io/library/redis"},
                                                        {"5000/app:1", "docker.io/5000/app"},
                                                        {"shop/app", "docker.io/shop/app"},
                                                        {"localhost/app", "localhost/app"},
                                                        {"registry:5000/app:1", "registry:5000/app"},
                                                        {"registry.example/app@" + kDigest, "registry.example/app"}}) {
    INFO(name);
    CHECK(deploy::full_repository(name) == full);
  }
}

TEST_CASE("a lock is read back, strictly") {
  const auto lock = deploy::parse_lock(R"({"version":1,"images":[{"name":"a:1","digest":")" + kDigest + R"("}]})");
  REQUIRE(lock);
  CHECK(lock->at("a:1") == kDigest);
  for (const std::string& text :
       {std::string("[]"), std::string(R"({"version":2,"images":[]})"), std::string(R"({"version":1})"),
        R"({"version":1,"images":[{"name":"a","digest":"sha256:1"}]})" + std::string(),
        R"({"version":1,"images":[{"name":"a","digest":")" + kDigest + R"("},{"name":"a","digest":")" + kOther +
            R"("}]})"}) {
    INFO(text);
    CHECK_FALSE(deploy::parse_lock(text));
  }
}
