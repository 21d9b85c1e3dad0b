// Rules about an image's config and files, on facts made by hand.
#include <catch2/catch.hpp>

#include "libsupply/testing/policies.hpp"
#include "libsupply/verdict/policy/rule.hpp"

namespace supply::policy {
namespace {

using testing::entry;

Digest digest(char fill) { return *Digest::parse("sha256:" + std::string(64, fill)); }

Ruling judged(std::string_view rule, const std::string& members, const oci::Config& config,
              std::optional<std::vector<FileFact>> files = std::nullopt) {
  PlatformFacts platform{.platform = {"linux", "amd64", "", "", {}}, .manifest = digest('1'), .config = config};
  platform.files = std::move(files);
  platform.size = 1000;
  platform.layers = 3;
  const Facts facts{.reference = *oci::Reference::parse("registry.example.org/app:1.0"),
                    .digest = digest('1'),
                    .platforms = {std::move(platform)},
                    .attached = {},
                    .now = *parse_rfc3339("2026-11-24T12:00:00Z")};
  return testing::judged(rule, facts, entry(members), Policy{.name = "policy.yaml", .digest = digest('f')});
}

RuleStatus ports(const std::string& rule, std::vector<std::string> exposed) {
  oci::Config config;
  config.exposed_ports = std::move(exposed);
  return judged("ports", "config: {ports: " + rule + "}", config).status;
}

TEST_CASE("ports are compared with their protocol") {
  CHECK(ports("{allow: [\"8080\"]}", {"8080/tcp"}) == RuleStatus::satisfied);
  CHECK(ports("{allow: [\"8080\"]}", {"8080"}) == RuleStatus::satisfied);
  CHECK(ports("{allow: [\"8080\"]}", {"8080/udp"}) == RuleStatus::denied);
  CHECK(ports("{allow: [\"*/tcp\"]}", {"1/tcp", "2/udp"}) == RuleStatus::denied);
  CHECK(ports("{deny: [\"22\"]}", {"22/tcp", "80/tcp"}) == RuleStatus::denied);
  CHECK(ports("{deny: [\"22\"]}", {}) == RuleStatus::satisfied);
  CHECK(ports("{unprivileged: true}", {"80/tcp"}) == RuleStatus::denied);
  CHECK(ports("{unprivileged: true}", {"8000-8010/tcp"}) == RuleStatus::satisfied);
  CHECK(ports("{unprivileged: true}", {"$PORT"}) == RuleStatus::denied);
  // Docker takes each of these for 22/tcp.
  for (const char* port : {"22/", "022", "0022/tcp", "22/TCP", "022/Tcp"}) {
    INFO(port);
    CHECK(ports("{deny: [\"22\"]}", {port}) == RuleStatus::denied);
    CHECK(ports("{allow: [\"22\"]}", {port}) == RuleStatus::satisfied);
    CHECK(ports("{allow: [\"80\"]}", {port}) == RuleStatus::denied);
  }
  CHECK(ports("{deny: [\"22\"]}", {"20-30/tcp"}) == RuleStatus::denied);
  CHECK(ports("{deny: [\"22\"]}", {"20-21/tcp"}) == RuleStatus::satisfied);
  CHECK(ports("{deny: [\"22\"]}", {"20-30/udp"}) == RuleStatus::satisfied);
  CHECK(ports("{deny: [\"2?\"]}", {"20-30/tcp"}) == RuleStatus::undecided);
  CHECK(ports("{allow: [\"20-30\"], deny: [\"22\"]}", {"20-30/tcp"}) == RuleStatus::denied);
  CHECK(ports("{deny: [\"22\"]}", {"$PORT"}) == RuleStatus::undecided);
  CHECK(ports("{deny: [\"22\"]}", {"20-30/tcp", "22"}) == RuleStatus::denied);
  CHECK(ports("{deny: [\"*/tcp\"]}", {"20-30/tcp"}) == RuleStatus::denied);
  CHECK(ports("{allow: [\"20-30\"], deny: [\"99\"]}", {"20-30/tcp"}) == RuleStatus::satisfied);
  CHECK(ports("{deny: [\"1-1023\"]}", {"80"}) == RuleStatus::denied);
  CHECK(ports("{deny: [\"1-1023\"]}", {"1000-2000"}) == RuleStatus::denied);
  CHECK(ports("{deny: [\"1-1023\"]}", {"8080", "53/udp"}) == RuleStatus::satisfied);
  CHECK(ports("{allow: [\"8000-8100\"]}", {"8050", "8000-8010"}) == RuleStatus::satisfied);
  CHECK(ports("{allow: [\"8000-8100\"]}", {"8090-8110"}) == RuleStatus::denied);
}

TEST_CASE("a wildcard in a port stands for digits or for any protocol, and alone is refused") {
  CHECK(ports("{deny: [\"*/*\"]}", {"53/udp"}) == RuleStatus::denied);
  CHECK(ports("{deny: [\"80*\"]}", {"8080/tcp"}) == RuleStatus::denied);
  CHECK(ports("{deny: [\"80*\"]}", {"8080/udp"}) == RuleStatus::satisfied);
  for (const char* alone : {"*", "**"})
    for (const char* list : {"deny", "allow"})
      CHECK_FALSE(testing::read_policy_text("  - {match: [\"**\"], config: {ports: {" + std::string(list) + ": [\"" +
                                            alone + "\"]}}}"));
}

RuleStatus env(const std::string& rule, std::vector<std::string> variables) {
  oci::Config config;
  config.env = std::move(variables);
  return judged("env", "config: {env: " + rule + "}", config).status;
}

TEST_CASE("variables are asked for and denied by name or with their value, which no finding shows") {
  CHECK(env("{require: [TZ]}", {"TZ=UTC"}) == RuleStatus::satisfied);
  CHECK(env("{require: [TZ]}", {"TZX=UTC"}) == RuleStatus::denied);
  CHECK(env("{require: [\"NODE_ENV=production\"]}", {"NODE_ENV=development"}) == RuleStatus::denied);
  CHECK(env("{deny: [\"LD_*\"]}", {"LD_PRELOAD=/x"}) == RuleStatus::denied);
  CHECK(env("{deny: [DEBUG]}", {"DEBUG_LEVEL=1"}) == RuleStatus::satisfied);
  CHECK(env("{deny: [\"LD_PRELOAD=*\"]}", {"LD_PRELOAD=/lib/x.so"}) == RuleStatus::denied);
  CHECK(env("{deny: [\"http_proxy=http:??*\"]}", {"http_proxy=http://proxy.example:3128/"}) == RuleStatus::denied);
  CHECK(env("{require: [\"PATH=*:/usr/bin\"]}", {"PATH=/usr/sbin:/usr/bin"}) == RuleStatus::satisfied);
  // Of two, nobody knows which one counts.
  const std::string production = "{require: [\"NODE_ENV=production\"]}";
  CHECK(env(production, {"NODE_ENV=production", "NODE_ENV=development"}) == RuleStatus::denied);
  CHECK(env(production, {"NODE_ENV=development", "NODE_ENV=production"}) == RuleStatus::denied);
  CHECK(env(production, {"NODE_ENV=production", "NODE_ENV=production"}) == RuleStatus::satisfied);
  CHECK(env("{require: [TZ]}", {"TZ"}) == RuleStatus::denied);  // sets nothing
  oci::Config config;
  config.env = {"LD_PRELOAD=hidden"};
  for (const Finding& one : judged("env", "config: {env: {deny: [\"LD_*\"]}}", config).findings) {
    CHECK(one.found.find("hidden") == std::string::npos);
    CHECK(one.id == "LD_PRELOAD");
  }
}

RuleStatus shell(std::vector<std::string> entrypoint, std::vector<std::string> cmd) {
  oci::Config config;
  config.entrypoint = std::move(entrypoint);
  config.cmd = std::move(cmd);
  return judged("shell", "config: {no_shell: true}", config).status;
}

TEST_CASE("a shell is one also behind an init, and what starts nothing is no yes") {
  CHECK(shell({"/app"}, {"sh"}) == RuleStatus::satisfied);
  CHECK(shell({"/bin/sh", "-c", "app"}, {}) == RuleStatus::denied);
  CHECK(shell({}, {"/bin/bash"}) == RuleStatus::denied);
  CHECK(shell({"/sbin/tini", "--", "/bin/ash"}, {}) == RuleStatus::denied);
  CHECK(shell({"tini", "-g", "--", "/app"}, {}) == RuleStatus::satisfied);
  CHECK(shell({}, {}) == RuleStatus::denied);
  CHECK(shell({"tini", "-p", "SIGTERM", "--", "sh", "-c", "app"}, {}) == RuleStatus::denied);
  CHECK(shell({"dumb-init", "--rewrite", "15:3", "/bin/bash"}, {}) == RuleStatus::denied);
  CHECK(shell({"/usr/bin/env", "A=1", "B=2", "sh"}, {}) == RuleStatus::denied);
  CHECK(shell({"env", "-u", "HOME", "/app"}, {"A=1"}) == RuleStatus::satisfied);
  CHECK(shell({"env", "-S", "sh -c app"}, {}) == RuleStatus::denied);
  CHECK(shell({"/bin/tcsh"}, {}) == RuleStatus::denied);
  CHECK(shell({"A=1"}, {}) == RuleStatus::satisfied);  // a program of that name
}

TEST_CASE("health, size and layers") {
  oci::Config config;
  CHECK(judged("healthcheck", "config: {healthcheck: true}", config).status == RuleStatus::denied);
  config.has_healthcheck = true;
  CHECK(judged("healthcheck", "config: {healthcheck: true}", config).status == RuleStatus::satisfied);
  CHECK(judged("size", "config: {max_size: 1kB}", config).status == RuleStatus::satisfied);
  CHECK(judged("size", "config: {max_size: 999B}", config).status == RuleStatus::denied);
  CHECK(judged("layers", "config: {max_layers: 3}", config).status == RuleStatus::satisfied);
  CHECK(judged("layers", "config: {max_layers: 2}", config).status == RuleStatus::denied);
}

TEST_CASE("each rule about files denies its own kind, by path, and is undecided where nobody looked") {
  const std::map<std::string, std::pair<std::string, std::string>> rules{
      {"setuid", {"no_setuid", "setuid"}},
      {"world_writable", {"no_world_writable", "world-writable"}},
      {"package_managers", {"no_package_managers", "package-manager"}},
      {"compilers", {"no_compilers", "compiler"}},
      {"git_directories", {"no_git", "git"}},
      {"env_files", {"no_env_files", "env"}},
      {"private_keys", {"no_private_keys", "private-key"}},
      {"file_secrets", {"no_secrets", "secret"}}};
  for (const auto& [rule, member] : rules) {
    INFO(rule);
    const std::string asked = "files: {" + member.first + ": true}";
    CHECK(judged(rule, asked, {}).status == RuleStatus::undecided);
    CHECK(judged(rule, asked, {}, std::vector<FileFact>{}).status == RuleStatus::satisfied);
    CHECK(judged(rule, asked, {}, std::vector<FileFact>{{"other", "x"}}).status == RuleStatus::satisfied);
    const std::vector<FileFact> there{{member.second, "usr/bin/x", digest('2'), "mode 4755", true}};
    const Ruling denied = judged(rule, asked, {}, there);
    CHECK(denied.status == RuleStatus::denied);
    CHECK(denied.denied == std::set<std::string>{"usr/bin/x"});
    CHECK(denied.findings[0].found.find("a later layer removes it") != std::string::npos);
    const std::string allowed = "files: {" + member.first + ": {allow: [\"usr/bin/*\"]}}";
    CHECK(judged(rule, allowed, {}, there).status == RuleStatus::satisfied);
  }
}

}  // namespace
}  // namespace supply::policy
