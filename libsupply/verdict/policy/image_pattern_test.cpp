#include "libsupply/verdict/policy/image_pattern.hpp"

#include <catch2/catch.hpp>
#include <random>

namespace supply::policy {
namespace {

const std::string kDigest = "sha256:" + std::string(64, 'a');

bool matches(std::string_view pattern, std::string_view image) {
  const auto parsed = ImagePattern::parse(pattern);
  const auto reference = oci::Reference::parse(image);
  INFO(pattern << " against " << image);
  if (!parsed) FAIL(parsed.error().message());
  if (!reference) FAIL(reference.error().message());
  return parsed->matches(*reference);
}

TEST_CASE("a pattern is compared with the whole name, name:tag, name@digest or both") {
  const std::string name = "registry.example.org/prod/app";
  CHECK(matches("registry.example.org/prod/*", name));
  CHECK(matches("**", name + ":1.0@" + kDigest));
  CHECK(matches("registry.example.org/prod/app:1.*", name + ":1.0"));
  CHECK(matches(name + "@" + kDigest, name + ":1.0@" + kDigest));
  CHECK(matches(name + ":1.0@" + kDigest, name + ":1.0@" + kDigest));
  CHECK_FALSE(matches(name + ":1.1@" + kDigest, name + ":1.0@" + kDigest));
  CHECK_FALSE(matches("registry.example.org/*", name));
  CHECK_FALSE(matches("prod/app", name));
  CHECK_FALSE(matches("registry.example.org/prod/ap", name));
  CHECK_FALSE(matches("registryXexample.org/prod/app", name));
  CHECK_FALSE(matches("registry.example.org/prod/app:1.0", name));
  CHECK_FALSE(matches("registry.example.org/prod/*", "evil.example/registry.example.org/prod/app"));
}

TEST_CASE("a host is the same in every spelling, in the pattern and in what was typed") {
  const std::vector<std::string> hosts{"registry.example", "REGISTRY.example", "registry.example.",
                                       "registry.example:443", "Registry.Example.:0443"};
  const std::vector<std::string> ports{"registry.example:5000", "registry.example:05000", "Registry.Example.:5000"};
  for (const auto* group : {&hosts, &ports})
    for (const std::string& pattern : *group)
      for (const std::string& typed : *group) {
        CHECK(matches(pattern + "/app", typed + "/app"));
        CHECK(matches(pattern + "/*:1", typed + "/app:1"));
        CHECK_FALSE(matches(pattern + "/app", (group == &hosts ? ports : hosts).front() + "/app"));
      }
  for (const char* pattern :
       {"debian", "docker.io/debian", "library/debian", "docker.io/library/debian", "index.docker.io/debian",
        "registry-1.docker.io/library/*", "Docker.IO:443/*", "docker://debian", "docker.io/**", "**/debian"})
    for (const char* typed : {"debian", "docker.io/debian", "index.docker.io/library/debian:12"})
      CHECK(matches(pattern, typed));
  CHECK_FALSE(matches("debian", "registry.example/library/debian"));
  CHECK(matches("[2001:DB8::0]/app", "[2001:db8:0::]/app"));
  CHECK(matches("*.Example.org./app", "a.example.org/app"));
  CHECK(matches("*.example.org:05000/app", "a.example.org:5000/app"));
  CHECK(matches("*.example.org:443/app", "a.example.org/app"));
  CHECK(matches("localhost:*/app", "localhost:5000/app"));
  CHECK(matches("Foo/app", "foo:443/app"));
  CHECK(matches("registry:debian:12", "debian:12"));
  CHECK(matches("registry:localhost:5000/*", "localhost:5000/app"));
  CHECK(matches("registry:2", "registry:2"));
  CHECK(matches("registry:*", "registry:2"));
  CHECK(matches("registry:5000/app", "registry:5000/app"));
  CHECK_FALSE(matches("registry:debian:12", "oci:debian:12"));
}

TEST_CASE("a local form matches its own kind, and a path is compared in its shortest form") {
  CHECK(matches("/srv/layouts/*", "/srv/layouts/app:1"));
  CHECK(matches("/srv/layouts/*", "oci:/srv/layouts/app"));
  CHECK(matches("/srv/layouts/*", "oci:/srv//layouts/./app"));
  CHECK(matches("oci:/srv/layouts/app:1", "oci:/srv/layouts/app:1"));
  CHECK(matches("app", "oci:app"));
  CHECK(matches("./app", "oci:app"));
  CHECK(matches("oci:app/", "./app"));
  CHECK(matches("oci-archive:x.tar", "oci-archive:x.tar:1"));
  CHECK(matches("../x", "oci:../x"));
  CHECK(matches("MyImage", "oci:MyImage"));
  CHECK(matches("./me@home/app:1", "oci:me@home/app:1"));
  CHECK(matches("./app@" + kDigest, "oci:app@" + kDigest));
  CHECK(matches("My/Image:1", "oci:My/Image:1"));
  CHECK_FALSE(matches("/srv/layouts/**", "/srv/layouts/../../tmp/evil"));
  CHECK_FALSE(matches("/srv/layouts/**", "oci:/srv/layouts/.."));
  CHECK_FALSE(matches("oci:x.tar", "oci-archive:x.tar"));
  CHECK_FALSE(matches("oci:registry.example/app", "registry.example/app"));
  CHECK_FALSE(matches("docker://registry.example/app", "oci:registry.example/app"));
}

TEST_CASE("of any text: a reference, taken for a pattern, matches itself or is refused") {
  const char* parts[] = {"a",
                         "b.example",
                         "B.Example.",
                         "Foo",
                         "localhost",
                         "docker.io",
                         "index.docker.io",
                         "debian",
                         "/",
                         "/",
                         "/",
                         ".",
                         "..",
                         ":443",
                         ":05000",
                         ":1.0",
                         ":",
                         "@",
                         "oci:",
                         "registry:",
                         "[::1]",
                         "[2001:DB8::1]",
                         "x"};
  std::mt19937 random(20261128);
  std::size_t matched = 0;
  for (int i = 0; i < 40000; ++i) {
    std::string text;
    for (std::size_t left = 1 + random() % 6; left > 0; --left) text += parts[random() % std::size(parts)];
    if (i % 4 == 0) text += "@" + kDigest;
    INFO(text);
    const auto reference = oci::Reference::parse(text);
    const auto pattern = ImagePattern::parse(text);
    if (!reference || !pattern || reference->kind() == oci::Reference::Kind::docker_archive) continue;
    if (!pattern->matches(*reference)) FAIL(reference->to_string());
    ++matched;
  }
  CHECK(matched > 1000);
}

TEST_CASE("a pattern that could match nothing is refused") {
  for (const std::string text : {"registry.example/App",
                                 "Registry.example/App/*",
                                 "registry.example:99999/app",
                                 "registry.example:x/app",
                                 "a..b/app",
                                 "registry.example:/app",
                                 "registry.example/",
                                 "registry.example//app",
                                 "registry.example/app/",
                                 "https://registry.example/app",
                                 "dir:x",
                                 "sbom:x",
                                 "file:x",
                                 "oci:",
                                 "docker://",
                                 "r.example/a@sha256:12",
                                 "r.example/a@",
                                 "r.example/a:",
                                 "/srv/layouts/../x",
                                 "/srv/**/..",
                                 "*..example/app",
                                 "us_er.example.com:5/x",
                                 "*/App",
                                 "**/",
                                 "**//app",
                                 "registry.example/app:a+b",
                                 "registry.example/app:-*",
                                 "docker-archive:x.tar",
                                 "docker-archive:**",
                                 "**@sha1:*",
                                 "**@sha256:ABC*",
                                 "**@md5*"}) {
    INFO(text);
    const auto pattern = ImagePattern::parse(text);
    REQUIRE_FALSE(pattern);
    CHECK(pattern.error().code() == ErrorCode::usage);
  }
}

TEST_CASE("a wildcard without the slash that every registry's name has is refused, and what to write is said") {
  for (const char* text : {"*", "*:prod", "*:*", "app*", "?", "*@sha256:*", "*.example.org", "docker://*", "App*"}) {
    INFO(text);
    const auto pattern = ImagePattern::parse(text);
    REQUIRE_FALSE(pattern);
    CHECK(pattern.error().code() == ErrorCode::usage);
    CHECK(pattern.error().message().find("want ** for every image") != std::string::npos);
    CHECK(pattern.error().message().find("docker.io/library/*") != std::string::npos);
  }
  for (const char* text : {"**", "**:prod", "*/*", "**@*", "**@sha*", "**@sha256:ab*", "l**", "docker.io/*", "oci:*",
                           "./*", "./App*", "/srv/*", "oci:My/App*"}) {
    INFO(text);
    CHECK(ImagePattern::parse(text));
  }
}

}  // namespace
}  // namespace supply::policy
