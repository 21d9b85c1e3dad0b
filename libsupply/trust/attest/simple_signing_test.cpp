#include "libsupply/trust/attest/simple_signing.hpp"

#include <catch2/catch.hpp>

#include "libsupply/testing/testing.hpp"

namespace supply::attest {
namespace {

const std::string kDigest = "sha256:b755d60101971f7c529d00937b7a8f10259d6ba1156b810dad2a23aa74e0afd1";

TEST_CASE("the payloads that cosign signed are read and written alike") {
  std::size_t found = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(supply::testing::testdata("peers/layout-legacy/blobs/sha256"))) {
    const std::string bytes = supply::testing::read(entry.path());
    if (!bytes.starts_with(R"({"critical")")) continue;
    ++found;
    Result<SimpleSigning> payload = SimpleSigning::parse(bytes);
    REQUIRE(payload);
    CHECK(payload->image.to_string() == kDigest);
    CHECK(payload->to_bytes() == bytes);
  }
  CHECK(found == 2);  // by ecdsa-p256 with release=1.0, by rsa without
}

TEST_CASE("only the image's digest is asked of a payload") {
  Result<SimpleSigning> payload =
      SimpleSigning::parse(R"({ "critical": {"type":"anything","image":{"docker-manifest-digest":")" + kDigest +
                           R"(","x":1},"identity":7}, "optional":{"a":"b","n":1,"o":null}, "extra":[] })");
  REQUIRE(payload);
  CHECK(payload->docker_reference.empty());
  CHECK(payload->annotations == std::map<std::string, std::string>{{"a", "b"}});
}

TEST_CASE("a payload without a usable digest is malformed") {
  for (const std::string& text : {std::string(), std::string("[]"), std::string("{}"),
                                  std::string(R"({"critical":{}})"), std::string(R"({"critical":{"image":{}}})"),
                                  std::string(R"({"critical":{"image":{"docker-manifest-digest":1}}})"),
                                  std::string(R"({"critical":{"image":{"docker-manifest-digest":"sha256:../../x"}}})"),
                                  R"({"critical":{"image":{"docker-manifest-digest":")" + kDigest +
                                      R"(","docker-manifest-digest":")" + kDigest + "\"}}}"}) {
    INFO(text);
    Result<SimpleSigning> payload = SimpleSigning::parse(text);
    REQUIRE_FALSE(payload);
    CHECK(payload.error().code() == ErrorCode::malformed);
  }
}

}  // namespace
}  // namespace supply::attest
