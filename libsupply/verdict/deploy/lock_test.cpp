#include "libsupply/verdict/deploy/lock.hpp"

#include <catch2/catch.hpp>

using namespace supply;

namespace {

deploy::Deployment read(const deploy::File& file) {
  deploy::Options options;
  options.open = [](const std::string& path) -> Result<std::string> { return Error(ErrorCode::not_found, path); };
  auto deployment = deploy::read({file}, options);
  if (!deployment) FAIL(deployment.error().message());
  return *std::move(deployment);
}

}  // namespace

TEST_CASE("a lock names each image once, with its digest and places") {
  const auto deployment = read({"c.yaml", "services:\n  b: {image: 'x:1'}\n  a: {image: x:1}\n  c: {image: y}\n"});
  CHECK(deploy::lock_of(deployment, {{"x:1", "sha256:aa"}}) ==
        "{\n  \"images\": [\n    {\n      \"digest\": \"sha256:aa\",\n      \"name\": \"x:1\",\n      \"places\": [\n"
        "        \"c.yaml:2:14\",\n        \"c.yaml:3:14\"\n      ]\n    }\n  ],\n  \"version\": 1\n}\n");
}

TEST_CASE("pinning changes nothing but the digests") {
  const std::string before =
      "\xef\xbb\xbf# a comment: x:1\r\nservices:\r\n  a: {image: x:1, user: 'x:1'}   # \xc3\xa4 x:1\r\n  b:\r\n    "
      "image: \"x:1\"\r\n"
      "  c: {image: 'y@sha256:bb'}\r\n  d: {image: \"z:${T:-1}\"}\r\n  e: {image: $NOT}\r\n  f: {image: 'w'}\r\n";
  const deploy::File file{"c.yaml", before};
  const auto pinned = deploy::pin(file, read(file), {{"x:1", "sha256:aa"}, {"z:1", "sha256:cc"}});
  std::string expected = before;
  expected.replace(expected.find("{image: x:1"), 11, "{image: x:1@sha256:aa");
  expected.replace(expected.find("\"x:1\""), 5, "\"x:1@sha256:aa\"");
  CHECK(pinned.text == expected);
  CHECK(pinned.digests == 2);
  CHECK(pinned.left_out == std::vector<std::string>{"c.yaml:7:14: z:1: it is not written as it is read",
                                                    "c.yaml:8:14: : variable NOT is not set",
                                                    "c.yaml:9:14: w: it was not resolved"});
}

TEST_CASE("an image behind an anchor is pinned where it is written, and Kubernetes and JSON too") {
  const deploy::File file{"c.yaml", "x-i: &i\n  image: x:1\nservices:\n  a: {<<: *i}\n  b: *i\n"};
  CHECK(deploy::pin(file, read(file), {{"x:1", "sha256:aa"}}).text ==
        "x-i: &i\n  image: x:1@sha256:aa\nservices:\n  a: {<<: *i}\n  b: *i\n");
  const deploy::File pod{
      "p.json",
      "{\"apiVersion\":\"v1\",\"kind\":\"Pod\",\"spec\":{\"containers\":[{\"name\":\"c\",\"image\":\"x:1\"}]}}"};
  CHECK(deploy::pin(pod, read(pod), {{"x:1", "sha256:aa"}}).text.find("\"image\":\"x:1@sha256:aa\"}") !=
        std::string::npos);
}
