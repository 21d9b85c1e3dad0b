#include "libsupply/image/registry/challenge.hpp"

#include <catch2/catch.hpp>

using supply::registry::parse_challenges;

TEST_CASE("the example of RFC 9110 is two challenges, with its escapes") {
  const auto found =
      parse_challenges({"Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\", Basic realm=\"simple\""});
  REQUIRE(found.size() == 2);
  CHECK(found[0].scheme == "newauth");
  CHECK(found[0].parameter("title") == "Login to \"apps\"");
  CHECK(found[0].parameter("type") == "1");
  CHECK(found[1].scheme == "basic");
  CHECK(found[1].parameter("realm") == "simple");
}

TEST_CASE("what registries send is read") {
  const auto hub =
      parse_challenges({"Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\","
                        "scope=\"repository:library/debian:pull\",error=\"insufficient_scope\""});
  REQUIRE(hub.size() == 1);
  CHECK(hub[0].parameter("realm") == "https://auth.docker.io/token");
  CHECK(hub[0].parameter("scope") == "repository:library/debian:pull");
  CHECK(hub[0].parameter("error") == "insufficient_scope");
  CHECK(parse_challenges({"BEARER Realm=\"x\""})[0].parameter("realm") == "x");
  CHECK(parse_challenges({"Basic"}).size() == 1);
  CHECK(parse_challenges({"Basic", "Bearer realm=\"x\""}).size() == 2);
}

TEST_CASE("a comma or an equals sign in quotes separates nothing") {
  const auto found = parse_challenges({"Bearer realm=\"https://a/?x=1,y=2\" , scope = \"a, Basic realm=b\""});
  REQUIRE(found.size() == 1);
  CHECK(found[0].parameter("realm") == "https://a/?x=1,y=2");
  CHECK(found[0].parameter("scope") == "a, Basic realm=b");
}

TEST_CASE("a challenge without parameters does not take those of the next") {
  const auto found = parse_challenges({"Negotiate, Basic realm=\"b\"", "Negotiate YIIabc==, Bearer realm=\"c\""});
  REQUIRE(found.size() == 4);
  CHECK(found[0].parameters.empty());
  CHECK(found[1].parameter("realm") == "b");
  CHECK(found[3].parameter("realm") == "c");
}

TEST_CASE("a challenge that breaks the grammar is left out") {
  CHECK(parse_challenges({"Bearer realm=\"open"}).empty());
  CHECK(parse_challenges({"Bearer realm=\"a\", realm=\"b\""}).empty());
  CHECK(parse_challenges({"Bearer realm="})[0].parameters.empty());  // the other form of the grammar
  CHECK(parse_challenges({"=x"}).empty());
  CHECK(parse_challenges({"", " , ,"}).empty());
  CHECK(parse_challenges({"Basic realm=\"x\", Bearer realm=\"a\\"}).size() == 1);
}
