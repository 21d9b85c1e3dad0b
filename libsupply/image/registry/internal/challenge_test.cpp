#include "libsupply/image/registry/internal/challenge.hpp"

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

TEST_CASE("a value without quotes may hold what a token may not") {
  CHECK(parse_challenges({"Basic realm=/"})[0].parameter("realm") == "/");
  CHECK(parse_challenges({"Basic realm=a@b;c"})[0].scheme == "basic");
  const auto found = parse_challenges(
      {"Bearer realm=https://r.example:5000/token?x=y,service=r.example:5000,scope=repository:a/b:pull"});
  REQUIRE(found.size() == 1);
  CHECK(found[0].parameter("realm") == "https://r.example:5000/token?x=y");
  CHECK(found[0].parameter("service") == "r.example:5000");
  CHECK(found[0].parameter("scope") == "repository:a/b:pull");
  const auto actions = parse_challenges({"Bearer realm=https://r.example/t,scope=repository:a:pull,push,service=s"});
  REQUIRE(actions.size() == 1);
  CHECK(actions[0].parameter("scope") == "repository:a:pull,push");
  CHECK(actions[0].parameter("service") == "s");
}

TEST_CASE("blanks, cases and separators that no grammar has are taken as they are meant") {
  for (const char* field :
       {"bearer realm=\"https://r.example/t\" , SERVICE = \"s\"", "BEARER   Realm=\"https://r.example/t\" service=s",
        "Bearer\trealm=\"https:\\/\\/r.example/t\",,service=\"s\",",
        " , Bearer realm=\"https://r.example/t\"; service=s;", "Bearer realm=\"https://r.example/t\",service=\"s",
        "Bearer realm=\"http://old.example\",realm=\"https://r.example/t\",service=s"}) {
    CAPTURE(field);
    const auto found = parse_challenges({field});
    REQUIRE(found.size() == 1);
    CHECK(found[0].scheme == "bearer");
    CHECK(found[0].parameter("realm") == "https://r.example/t");
    CHECK(found[0].parameter("service") == "s");
  }
}

TEST_CASE("what makes no sense is not read on, and what came before stays") {
  CHECK(parse_challenges({"Bearer realm="})[0].parameters.empty());  // the other form of the grammar
  CHECK(parse_challenges({"=x"}).empty());
  CHECK(parse_challenges({"", " , ,"}).empty());
  CHECK(parse_challenges({"\"Basic\" realm=x"}).empty());
  CHECK(parse_challenges({"Basic realm=\"x\", Bearer realm=\"a\\"}).size() == 2);
  CHECK(parse_challenges({"Basic realm=\"x\" \xff\xfe, Bearer realm=\"a\""}).size() == 1);
  CHECK(parse_challenges({"Bearer realm=\"https://a/\"\"b\", service=c"}).front().parameter("realm") == "https://a/");
}
