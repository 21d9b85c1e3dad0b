#include "libsupply/image/oci/config.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/image_limits.hpp"

using namespace supply;
using nlohmann::json;
using oci::Config;

namespace {

const std::string kDigest = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";

json base() {
  return {{"architecture", "arm64"}, {"os", "linux"}, {"rootfs", {{"type", "layers"}, {"diff_ids", {kDigest}}}}};
}

ErrorCode refusal(const json& value) {
  const auto config = Config::parse(value.dump());
  INFO(value.dump());
  REQUIRE(!config);
  return config.error().code();
}

json with(const char* key, json member) {
  json value = base();
  value[key] = std::move(member);
  return value;
}

json with_run(json run) { return with("config", std::move(run)); }

}  // namespace

TEST_CASE("a config as docker writes it is read") {
  // Shape of the example in image-spec config.md, with Docker's Healthcheck.
  const auto config = Config::parse(R"({
    "created": "2015-10-31T22:22:56.015925234Z", "author": "A", "architecture": "amd64", "os": "linux", "variant": "v2",
    "config": {"User": "alice", "ExposedPorts": {"8080/tcp": {}, "53/udp": {}}, "Env": ["PATH=/bin", "FOO=a=b"],
      "Entrypoint": ["/bin/app"], "Cmd": ["--foreground"], "Volumes": {"/var/log": {}}, "WorkingDir": "/home/alice",
      "Labels": {"org.opencontainers.image.base.name": "debian"}, "StopSignal": "SIGTERM",
      "Healthcheck": {"Test": ["CMD", "true"], "Interval": 30000000000}},
    "rootfs": {"diff_ids": ["sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"], "type": "layers"},
    "history": [{"created": "2015-10-31T22:22:54.690851953Z", "created_by": "/bin/sh -c #(nop) ADD file"},
                {"created_by": "CMD", "empty_layer": true, "comment": "buildkit"}]})");
  REQUIRE(config);
  CHECK(config->platform.to_string() == "linux/amd64/v2");
  CHECK(to_rfc3339(*config->created) == "2015-10-31T22:22:56Z");
  CHECK(config->user == "alice");
  CHECK(config->exposed_ports == std::vector<std::string>{"53/udp", "8080/tcp"});
  CHECK(config->volumes == std::vector<std::string>{"/var/log"});
  CHECK(config->env == std::vector<std::string>{"PATH=/bin", "FOO=a=b"});
  CHECK(config->entrypoint == std::vector<std::string>{"/bin/app"});
  CHECK(config->cmd == std::vector<std::string>{"--foreground"});
  CHECK(config->working_dir == "/home/alice");
  CHECK(config->stop_signal == "SIGTERM");
  CHECK(config->labels.at("org.opencontainers.image.base.name") == "debian");
  CHECK(config->has_healthcheck);
  REQUIRE(config->diff_ids.size() == 1);
  REQUIRE(config->history.size() == 2);
  CHECK(!config->history[0].empty_layer);
  CHECK(config->history[1].empty_layer);
  CHECK(config->history[1].comment == "buildkit");
}

TEST_CASE("null members of a config are absent") {
  json value = base();
  for (const char* key : {"created", "history", "config"}) value[key] = nullptr;
  value["rootfs"]["diff_ids"] = nullptr;
  const auto config = Config::parse(value.dump());
  REQUIRE(config);
  CHECK(config->history.empty());
  CHECK(config->diff_ids.empty());
  CHECK(!config->created);
  json run;
  for (const char* key : {"User", "Env", "Entrypoint", "Cmd", "ExposedPorts", "Volumes", "Labels", "Healthcheck"})
    run[key] = nullptr;
  CHECK(Config::parse(with_run(run).dump()));
}

TEST_CASE("a health check that says NONE is none") {
  CHECK(!Config::parse(with_run({{"Healthcheck", {{"Test", {"NONE"}}}}}).dump())->has_healthcheck);
  CHECK(!Config::parse(with_run({{"Healthcheck", json::object()}}).dump())->has_healthcheck);
  CHECK(Config::parse(with_run({{"Healthcheck", {{"Test", {"CMD-SHELL", "x"}}}}}).dump())->has_healthcheck);
}

TEST_CASE("a config of wrong types is refused") {
  json no_rootfs = base();
  no_rootfs.erase("rootfs");
  for (const json& value :
       {json::array(), no_rootfs, with("rootfs", {{"type", "tar"}}),
        with("rootfs", {{"type", "layers"}, {"diff_ids", {"x"}}}), with("os", 1), with("created", "yesterday"),
        with("config", "x"), with("history", {1}), with("history", {{{"empty_layer", "yes"}}}),
        with_run({{"Env", "A=b"}}), with_run({{"User", 0}}), with_run({{"Labels", {{"a", 1}}}}),
        with_run({{"ExposedPorts", {"80"}}})})
    CHECK(refusal(value) == ErrorCode::malformed);
}

TEST_CASE("a config that runtimes would read otherwise than Supply is refused") {
  CHECK(refusal(with_run({{"User", "1000"}, {"user", "root"}})) == ErrorCode::malformed);
  CHECK(refusal(with_run({{"env", {"TOKEN=x"}}})) == ErrorCode::malformed);
  CHECK(refusal(with("RootFS", json::object())) == ErrorCode::malformed);
  CHECK(refusal(with("Config", json::object())) == ErrorCode::malformed);
  json labels = with_run({{"Labels", {{"a", "1"}, {"A", "2"}}}});
  CHECK(Config::parse(labels.dump())->labels.size() == 2);
  CHECK(!Config::parse(R"({"rootfs":{"type":"layers"},"config":{"User":"1","User":"0"}})"));
}

TEST_CASE("a config's limits hold") {
  json value = base();
  value["rootfs"]["diff_ids"] = std::vector<std::string>(kMaxLayers, kDigest);
  CHECK(Config::parse(value.dump()));
  value["rootfs"]["diff_ids"].push_back(kDigest);
  CHECK(refusal(value) == ErrorCode::limit_exceeded);
  CHECK(refusal(with("history", std::vector<json>(kMaxHistory + 1, json::object()))) == ErrorCode::limit_exceeded);
  CHECK(refusal(with("author", std::string(kMaxConfigBytes, 'x'))) == ErrorCode::limit_exceeded);
}
