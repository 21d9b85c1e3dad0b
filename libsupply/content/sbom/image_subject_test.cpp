#include "libsupply/content/sbom/image_subject.hpp"

#include <catch2/catch.hpp>

using namespace supply;

namespace {

store::PlatformImage image_of(std::string_view platform, char digest) {
  const oci::Descriptor descriptor{
      .media_type = "", .digest = *Digest::parse("sha256:" + std::string(64, digest)), .size = 0};
  return {descriptor,
          oci::Manifest{.media_type = "", .config = descriptor, .layers = {}},
          {},
          *oci::Platform::parse(platform),
          {}};
}

}  // namespace

TEST_CASE("an image is published as a repository of a registry, with a tag that somebody said") {
  CHECK_FALSE(*sbom::published_as(""));
  CHECK((*sbom::published_as("registry.example/app:1"))->selector().tag == "1");
  CHECK_FALSE((*sbom::published_as("registry.example/app"))->selector().tag);
  const std::vector<std::string> wrong = {"oci:dir:app", "registry.example/app@sha256:" + std::string(64, 'a'), "A B"};
  for (const std::string& name : wrong) {
    const auto published = sbom::published_as(name);
    REQUIRE_FALSE(published);
    CHECK(published.error().code() == ErrorCode::usage);
  }
}

TEST_CASE("each platform's document has a file, and two of one platform have two") {
  const std::vector<store::PlatformImage> two = {image_of("linux/amd64", 'a'), image_of("linux/arm64/v8", 'b')};
  CHECK(sbom::file_of_platform("out/x.json", two[1], two) == "out/x.linux-arm64-v8.json");
  CHECK(sbom::file_of_platform("out/x.json", two[0], {two[0]}) == "out/x.json");
  const std::vector<store::PlatformImage> same = {image_of("linux/amd64", 'a'), image_of("linux/amd64", 'b')};
  CHECK(sbom::file_of_platform("x", same[0], same) == "x.linux-amd64-aaaaaaaaaaaa");
  CHECK(sbom::platforms_text(two[0]) == "linux/amd64");
}
