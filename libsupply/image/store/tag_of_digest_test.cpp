#include "libsupply/image/store/tag_of_digest.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace supply;

TEST_CASE("tags that tools make from a digest are told from others") {
  const std::string hex(64, 'a');
  for (const char* ending : {".sig", ".att", ".sbom"})
    for (const std::string& digest : {"sha256-" + hex, "sha512-" + hex + hex}) {
      CHECK(store::is_cosign_tag(digest + ending));
      CHECK(store::is_referrer_tag(digest + ending));
    }
  for (const std::string& digest : {"sha256-" + hex, "sha512-" + hex}) {
    CHECK_FALSE(store::is_cosign_tag(digest));
    CHECK(store::is_referrer_tag(digest));
  }
  for (const std::string& tag : {"sha256-" + hex + ".txt", "sha256-" + hex.substr(1) + ".sig", "sha256" + hex + ".sig",
                                 "sha256-" + hex + ".sig.sig", "sha256-" + std::string(64, 'A'), std::string("1.0.sig"),
                                 std::string(".sig"), std::string("latest"), std::string()}) {
    INFO(tag);
    CHECK_FALSE(store::is_cosign_tag(tag));
    CHECK_FALSE(store::is_referrer_tag(tag));
  }
}
