#include "libsupply/image/oci/reference.hpp"

#include <catch2/catch.hpp>

using namespace supply;
using oci::Reference;
using Kind = Reference::Kind;

namespace {

const std::string kHex(64, 'a');
const std::string kDigest = "sha256:" + kHex;

Reference parsed(std::string_view text) {
  auto reference = Reference::parse(text);
  INFO(text);
  if (!reference) FAIL(reference.error().message());
  return *std::move(reference);
}

std::string refusal(std::string_view text) {
  const auto reference = Reference::parse(text);
  INFO(text);
  REQUIRE(!reference);
  CHECK(reference.error().code() == ErrorCode::usage);
  return reference.error().message();
}

}  // namespace

TEST_CASE("short names get Docker Hub's registry, library and tag") {
  // The written-out forms are those that `docker pull` prints.
  const std::pair<const char*, const char*> cases[] = {
      {"debian", "docker.io/library/debian:latest"},
      {"debian:12", "docker.io/library/debian:12"},
      {"grafana/grafana", "docker.io/grafana/grafana:latest"},
      {"docker.io/debian", "docker.io/library/debian:latest"},
      {"index.docker.io/debian:12", "docker.io/library/debian:12"},
      {"registry-1.docker.io/library/debian", "docker.io/library/debian:latest"},
      {"localhost/app", "localhost/app:latest"},
      {"localhost:5000", "docker.io/library/localhost:5000"},
      {"localhost:5000/app", "localhost:5000/app:latest"},
      {"registry.example/app:1.2", "registry.example/app:1.2"},
      {"Registry.Example.:0443/a/b/c", "registry.example/a/b/c:latest"},
      {"Foo/app", "foo:443/app:latest"},
      {"[::1]:5000/app:1", "[::1]:5000/app:1"},
      {"[2001:db8::1]/app", "[2001:db8::1]/app:latest"},
      {"a.b", "docker.io/library/a.b:latest"},
      {"a__b/c-d/e---f", "docker.io/a__b/c-d/e---f:latest"},
  };
  for (const auto& [text, full] : cases) {
    const Reference reference = parsed(text);
    CHECK(reference.kind() == Kind::registry);
    CHECK(reference.to_string() == full);
    CHECK(parsed(full).to_string() == full);
  }
  CHECK(parsed("debian").name() == "docker.io/library/debian");
  CHECK(parsed("debian").registry() == "docker.io");
  CHECK(parsed("debian").repository() == "library/debian");
}

TEST_CASE("a digest keeps its tag and needs none") {
  const Reference both = parsed("app:1.2@" + kDigest);
  CHECK(both.selector().tag == "1.2");
  CHECK(both.selector().digest->to_string() == kDigest);
  CHECK(both.to_string() == "docker.io/library/app:1.2@" + kDigest);
  const Reference alone = parsed("localhost:5000/app@" + kDigest);
  CHECK(!alone.selector().tag);
  CHECK(alone.to_string() == "localhost:5000/app@" + kDigest);
  CHECK(parsed("app@sha512:" + kHex + kHex).selector().digest->algorithm() == "sha512");
}

TEST_CASE("names that the grammar does not allow are refused") {
  const std::string refused[] = {"",
                                 "App",
                                 "a//b",
                                 "a/",
                                 "-a",
                                 "a-",
                                 "a..b",
                                 "a.-b",
                                 "a___b",
                                 "a b",
                                 "a:",
                                 "a:-x",
                                 "a:x/",
                                 "a:.x",
                                 "a:" + std::string(129, 'x'),
                                 "a@",
                                 "a@sha256:12",
                                 "a@sha256:" + std::string(64, 'A'),
                                 "a@sha256:../../x",
                                 "registry.example/",
                                 "registry.example:/a",
                                 "registry.example:99999/a",
                                 "reg_istry.example/a",
                                 "[::1/a",
                                 "[x]/a",
                                 "-x.example/a",
                                 "registry:",
                                 "oci:",
                                 "oci::tag",
                                 "oci:dir:",
                                 "oci:dir:a b",
                                 "oci:dir@sha256:12",
                                 std::string("a\0b", 3),
                                 std::string("oci:a\0b", 7),
                                 "\xff",
                                 "dir:x",
                                 "sbom:x",
                                 "file:x",
                                 "docker://debian",
                                 "https://a.b/c"};
  for (const std::string& text : refused) refusal(text);
  CHECK(refusal("App").find("lower case") != std::string::npos);
  CHECK(refusal("docker://debian").find("docker://") != std::string::npos);
  CHECK(parsed("a:" + std::string(128, 'x')).selector().tag->size() == 128);
}

TEST_CASE("a bare name of 64 hex digits is refused, also with a tag") {
  CHECK(refusal(kHex).find("digest") != std::string::npos);
  refusal(kHex + ":1");
  CHECK(parsed(kHex.substr(1)).repository() == "library/" + kHex.substr(1));
  CHECK(parsed("registry.example/" + kHex).repository() == kHex);
}

TEST_CASE("host and path together have at most 255 bytes") {
  const std::string host = "registry.example/";
  CHECK(parsed(host + std::string(255 - host.size(), 'a')).repository().size() == 255 - host.size());
  refusal(host + std::string(256 - host.size(), 'a'));
  CHECK(parsed("oci:" + std::string(4096, 'a')).path().size() == 4096);
  refusal("oci:" + std::string(4097, 'a'));
}

TEST_CASE("registry: may stand before a registry's name, and is not taken from the image and the host of that name") {
  const std::pair<std::string, std::string> cases[] = {
      {"registry:registry.example/app:1", "registry.example/app:1"},
      {"registry:localhost:5000/app", "localhost:5000/app:latest"},
      {"registry:debian:12", "docker.io/library/debian:12"},
      {"registry:debian:12@" + kDigest, "docker.io/library/debian:12@" + kDigest},
      {"registry:grafana/grafana", "docker.io/grafana/grafana:latest"},
      {"registry", "docker.io/library/registry:latest"},
      {"registry:2", "docker.io/library/registry:2"},
      // As docker, podman, crane and regctl read it: the image "registry" with the tag "app".
      {"registry:app", "docker.io/library/registry:app"},
      {"registry:2.8.3@" + kDigest, "docker.io/library/registry:2.8.3@" + kDigest},
      {"registry:5000/app:1", "registry:5000/app:1"},
  };
  for (const auto& [text, full] : cases) CHECK(parsed(text).to_string() == full);
}

TEST_CASE("a layout is named by its directory, a tag and a digest") {
  struct Case {
    std::string text, path, tag;
    bool digest = false;
  };
  const Case cases[] = {
      {"oci:dir", "dir", ""},
      {"oci-dir:dir", "dir", ""},
      {"oci:dir:1.0", "dir", "1.0"},
      {"oci:/a/b/", "/a/b", ""},
      {"oci:/a:b/c", "/a:b/c", ""},
      {"oci:/a:b/c:1.0", "/a:b/c", "1.0"},
      {"oci:a:b:c", "a:b", "c"},
      {"oci:a:b/", "a:b", ""},
      {"oci:a:b/:c", "a:b", "c"},
      {"oci:dir@" + kDigest, "dir", "", true},
      {"oci:dir:1@" + kDigest, "dir", "1", true},
      {"oci:me@home/dir", "me@home/dir", ""},
      {"oci:me@home:1", "me@home", "1"},
      {"oci:me@home/dir@" + kDigest, "me@home/dir", "", true},
      {"./dir", "./dir", ""},
      {"./dir:1.0", "./dir", "1.0"},
      {"../dir@" + kDigest, "../dir", "", true},
      {"/", "/", ""},
      {".", ".", ""},
      {"/abs/dir:t", "/abs/dir", "t"},
      {"oci:dir:sha256-" + kHex + ".sig", "dir", "sha256-" + kHex + ".sig"},
      // Whole names, as podman and buildah write them.
      {"oci:dir:docker.io/library/a:latest", "dir", "docker.io/library/a:latest"},
      {"oci:dir:docker.io/library/a", "dir", "docker.io/library/a"},
      {"oci:dir:localhost:5000/b:latest", "dir", "localhost:5000/b:latest"},
      {"oci:dir:localhost/b:latest", "dir", "localhost/b:latest"},
      {"oci:dir:127.0.0.1/b:1", "dir", "127.0.0.1/b:1"},
      {"oci:dir:[::1]:5000/b:1", "dir:[::1]:5000/b", "1"},  // write DIR/:… for what is no plain host
      {"oci:dir:docker.io/library/a:latest@" + kDigest, "dir", "docker.io/library/a:latest", true},
      {"./dir:docker.io/library/a:latest", "./dir", "docker.io/library/a:latest"},
      {"/a:b/dir/:docker.io/library/a:latest", "/a:b/dir", "docker.io/library/a:latest"},
      {"/a:b/dir:docker.io/library/a:latest", "/a:b/dir", "docker.io/library/a:latest"},
      {"/at/10:30:15/app:1", "/at/10:30:15/app", "1"},
      {"/at/10:30.15/app:1", "/at/10:30.15/app", "1"},
      {"oci:a:b.c/d/", "a:b.c/d", ""},
      {"oci:a:b.c/d/:1", "a:b.c/d", "1"},
  };
  for (const Case& c : cases) {
    const Reference reference = parsed(c.text);
    INFO(c.text);
    CHECK(reference.kind() == Kind::layout);
    CHECK(reference.path() == c.path);
    CHECK(reference.selector().tag.value_or("") == c.tag);
    CHECK(reference.selector().digest.has_value() == c.digest);
    CHECK(reference.name() == c.path);
    const Reference again = parsed(reference.to_string());
    CHECK(again.path() == c.path);
    CHECK(again.selector().tag == reference.selector().tag);
    CHECK(again.selector().digest == reference.selector().digest);
    const Reference bare = parsed(reference.with({}).to_string());
    CHECK(bare.path() == c.path);
    CHECK(!bare.selector().tag);
  }
}

TEST_CASE("an image in an archive of docker save is named by its full reference too") {
  struct Case {
    const char *text, *path, *tag;
  };
  for (const Case& one :
       {Case{"docker-archive:f.tar:app:1.0", "f.tar", "app:1.0"},
        Case{"docker-archive:/a/f.tar:localhost:5000/x/app:1.0", "/a/f.tar", "localhost:5000/x/app:1.0"},
        Case{"docker-archive:-:docker.io/library/app:1", "-", "docker.io/library/app:1"},
        Case{"docker-archive:f.tar:1.0", "f.tar", "1.0"}, Case{"docker-archive:f.tar:APP:1.0", "f.tar:APP", "1.0"},
        Case{"docker-archive:a:b.tar/:1.0", "a:b.tar", "1.0"},
        Case{"docker-archive:a:b/f.tar/:1.0", "a:b/f.tar", "1.0"},
        Case{"oci-archive:f.tar:app:1.0", "f.tar:app", "1.0"}}) {
    INFO(one.text);
    const Reference reference = parsed(one.text);
    CHECK(reference.path() == one.path);
    CHECK(reference.selector().tag == one.tag);
    const Reference again = parsed(reference.to_string());
    CHECK(again.path() == one.path);
    CHECK(again.selector().tag == one.tag);
  }
}

TEST_CASE("archives are named by their file, or a dash for standard input") {
  const Reference oci = parsed("oci-archive:image.tar:1.0");
  CHECK(oci.kind() == Kind::oci_archive);
  CHECK(oci.path() == "image.tar");
  CHECK(oci.selector().tag == "1.0");
  CHECK(oci.to_string() == "oci-archive:image.tar:1.0");
  const Reference docker = parsed("docker-archive:-");
  CHECK(docker.kind() == Kind::docker_archive);
  CHECK(docker.path() == "-");
  CHECK(!docker.selector().tag);
}

TEST_CASE("a docker-archive's path with an at sign survives being written and read again") {
  const Reference reference = parsed("docker-archive:a/2@sha256a:app:1");
  CHECK(reference.path() == "a/2@sha256a");
  CHECK(reference.selector().tag == "app:1");
  const Reference again = parsed(reference.to_string());
  CHECK(again.path() == reference.path());
  CHECK(again.to_string() == reference.to_string());
}

TEST_CASE("what others read of an image's name says nothing of the directories of this machine") {
  CHECK(parsed("debian:12").published_name() == "docker.io/library/debian");
  for (const char* text :
       {"oci:/home/me/secret/app:1", "oci:app", "oci:./app/", "oci:../app/.:1", "oci-archive:/tmp/app"})
    CHECK(parsed(text).published_name() == "app");
  CHECK(parsed("docker-archive:x/app.tar:1").published_name() == "app.tar");
  for (const char* text : {"oci:.", "oci:..", "oci:/", "oci-archive:-"})
    CHECK(parsed(text).published_name() == "image");
}

TEST_CASE("a host that is named like a form of reference is written so that it stays a host") {
  for (const char* host : {"oci", "oci-dir", "oci-archive", "docker-archive", "dir", "sbom", "file"}) {
    const std::string place = std::string(host).append(":80");
    const Reference reference = parsed("registry:" + place + "/x:1");
    CHECK(reference.kind() == Kind::registry);
    CHECK(reference.registry() == place);
    const Reference again = parsed(reference.to_string());
    CHECK(again.registry() == place);
    CHECK(again.to_string() == reference.to_string());
  }
}
