#include "libsupply/base/digest/digest.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/text/hex.hpp"

using namespace supply;

namespace {

const std::string kEmptySha256 = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

}  // namespace

TEST_CASE("a digest keeps its parts and reads back") {
  const auto digest = Digest::parse(kEmptySha256);
  REQUIRE(digest);
  CHECK(digest->algorithm() == "sha256");
  CHECK(digest->encoded().size() == 64);
  CHECK(digest->to_string() == kEmptySha256);
  CHECK(digest->verifiable());
  CHECK(*Digest::from_bytes("sha256", *from_hex(digest->encoded())) == *digest);
}

TEST_CASE("a digest that could leave its directory or has the wrong form is malformed") {
  for (const std::string& text :
       {std::string(), std::string("sha256"), std::string("sha256:"), std::string(":ab"),
        std::string("sha256:../../etc/passwd"), "sha256:" + std::string(63, 'a'), "sha256:" + std::string(65, 'a'),
        "sha256:" + std::string(64, 'A'), "sha256:" + std::string(64, 'g'), "SHA256:" + std::string(64, 'a'),
        "sha512:" + std::string(64, 'a'), "sha256:" + std::string(63, 'a') + "/",
        "sha256:" + std::string(64, 'a') + "\n", std::string("a..b:ab"), std::string("+a:ab"),
        "sha256 :" + std::string(64, 'a'), "x:" + std::string(kMaxDigestBytes, 'a')}) {
    INFO(text);
    const auto digest = Digest::parse(text);
    REQUIRE_FALSE(digest);
    CHECK(digest.error().code() == ErrorCode::malformed);
  }
}

TEST_CASE("a digest of an algorithm that nobody registered parses and cannot be verified") {
  const auto digest = Digest::parse("multihash+base58:QmRZxt2b1FVZPNqd8hsiykDL3TdBDeTSPX9Kv46HmX4Gx8");
  REQUIRE(digest);
  CHECK(digest->algorithm() == "multihash+base58");
  CHECK_FALSE(digest->verifiable());
  CHECK_FALSE(Digest::parse("blake3:" + std::string(64, 'a'))->verifiable());
}
