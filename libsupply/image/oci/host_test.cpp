#include "libsupply/image/oci/host.hpp"

#include <catch2/catch.hpp>

#include "libsupply/image/oci/reference.hpp"

using namespace supply;

TEST_CASE("a registry has one name, however it is spelled") {
  const std::pair<const char*, std::vector<const char*>> cases[] = {
      {"registry.example",
       {"registry.example", "REGISTRY.example", "registry.example.", "Registry.Example.:443", "registry.example:443",
        "registry.example:0443", "registry.example:0000443"}},
      {"registry.example:5000",
       {"registry.example:5000", "registry.example:05000", "Registry.EXAMPLE:5000", "registry.example.:05000"}},
      {"registry.example:80", {"registry.example:80", "registry.example:080"}},
      {"docker.io",
       {"docker.io", "DOCKER.io", "docker.io.", "docker.io:443", "index.docker.io", "Index.Docker.IO:0443",
        "registry-1.docker.io", "registry-1.docker.io.:443"}},
      {"foo:443", {"Foo", "foo:443", "FOO:0443", "foo."}},
      {"foo:5000", {"foo:5000", "Foo:05000", "foo.:5000"}},
      // Of this machine, port 80 is tried where none is said.
      {"localhost", {"localhost", "LOCALHOST", "localhost."}},
      {"localhost:443", {"localhost:443", "LocalHost:0443"}},
      {"127.0.0.1:443", {"127.0.0.1:443"}},
      {"127.example.com", {"127.example.com:443", "127.example.com"}},
      {"[::1]:5000", {"[::1]:5000", "[0:0:0:0:0:0:0:1]:05000", "[::0001]:5000"}},
      {"[2001:db8::a]", {"[2001:DB8::A]", "[2001:db8:0:0:0:0:0:a]:443", "[2001:0db8::000a]"}},
      {"[::ffff:192.0.2.1]", {"[::ffff:192.0.2.1]", "[::FFFF:c000:201]"}},
  };
  for (const auto& [name, spellings] : cases) {
    for (const char* spelling : spellings) {
      INFO(spelling);
      const auto canonical = oci::canonical_registry(spelling);
      REQUIRE(canonical);
      CHECK(*canonical == name);
    }
    CHECK(*oci::canonical_registry(name) == name);
    const auto reference = oci::Reference::parse(std::string(spellings.back()) + "/org/app:1");
    REQUIRE(reference);
    CHECK(reference->to_string() == std::string(name) + "/org/app:1");
    CHECK(oci::Reference::parse(reference->to_string())->registry() == name);
  }
}

TEST_CASE("what is no host and port is refused") {
  for (const char* text : {"",
                           ".",
                           "a..b",
                           "-a.example",
                           "a-.example",
                           "a_b.example",
                           "a.example:",
                           "a.example:x",
                           "a.example:0",
                           "a.example:65536",
                           "a.example:99999999999999999999",
                           "a.example:+5",
                           "a.example: 5",
                           "a.example:5:5",
                           "user@a.example",
                           "a.example%2e",
                           "m\xc3\xbc.example",
                           "[::1",
                           "[::1]x",
                           "[:::]",
                           "[1.2.3.4]",
                           "[fe80::1%25eth0]",
                           "::1",
                           "a b",
                           "a/b",
                           "a.example..",
                           "*.example"}) {
    INFO(text);
    CHECK(oci::canonical_registry(text).error().code() == ErrorCode::malformed);
    CHECK_FALSE(oci::canonical_host(text, 0));
  }
  CHECK(oci::canonical_host(std::string(253, 'a'), 0));
  CHECK_FALSE(oci::canonical_host(std::string(254, 'a'), 0));
}
