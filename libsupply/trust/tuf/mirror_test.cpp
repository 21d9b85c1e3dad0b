#include "libsupply/trust/tuf/mirror.hpp"

#include <catch2/catch.hpp>

#include "libsupply/testing/fake_client.hpp"
#include "libsupply/testing/result.hpp"

using namespace supply;
using namespace supply::tuf;
using supply::testing::code_of;
using supply::testing::HttpReply;
using supply::testing::HttpRequest;

TEST_CASE("a mirror's names are below its addresses, and its answers are told apart") {
  testing::FakeClient client;
  const auto metadata = *http::Url::parse("https://tuf.example/base"), targets = *default_targets_url(metadata);
  CHECK(targets.to_string() == "https://tuf.example/base/targets/");
  const auto mirror = http_mirror(client, metadata, targets);
  int status = 200;
  client.hosts["https://tuf.example"] = [&](const HttpRequest& request) {
    return HttpReply{status, {}, request.target};
  };
  CHECK(*mirror->metadata("1.a%2Fb.json", 100) == "/base/1.a%2Fb.json");
  CHECK(*mirror->target("dir/x", 100) == "/base/targets/dir/x");
  CHECK(mirror->target("x", 15));
  CHECK(code_of(mirror->target("x", 14)) == ErrorCode::limit_exceeded);
  for (const auto& [answer, code] : {std::pair(404, ErrorCode::not_found), std::pair(403, ErrorCode::not_found),
                                     std::pair(401, ErrorCode::unauthenticated),
                                     std::pair(429, ErrorCode::rate_limited), std::pair(503, ErrorCode::unavailable),
                                     std::pair(204, ErrorCode::unsupported), std::pair(302, ErrorCode::unsupported)}) {
    status = answer;
    CHECK(code_of(mirror->metadata("x", 100)) == code);
  }
}

TEST_CASE("a mirror's redirects are followed a few times and never out of https") {
  testing::FakeClient client;
  const auto mirror =
      http_mirror(client, *http::Url::parse("https://tuf.example/"), *http::Url::parse("https://tuf.example/"));
  std::string to = "https://other.example/there";
  client.hosts["https://tuf.example"] = [&](const HttpRequest&) { return HttpReply{301, {{"Location", to}}, ""}; };
  client.hosts["https://other.example"] = [&](const HttpRequest& request) {
    return HttpReply{200, {}, request.target};
  };
  client.hosts["http://other.example"] = client.hosts["https://other.example"];
  CHECK(*mirror->metadata("x", 100) == "/there");
  to = "http://other.example/there";
  CHECK(code_of(mirror->metadata("x", 100)) == ErrorCode::unsupported);
  to = "/again";
  CHECK(code_of(mirror->metadata("x", 100)) == ErrorCode::unsupported);
  CHECK(client.requests.size() == 2 + 1 + 6);
}
