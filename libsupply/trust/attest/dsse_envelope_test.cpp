#include "libsupply/trust/attest/dsse_envelope.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/statement_limits.hpp"

namespace supply::attest {
namespace {

ErrorCode code(const std::string& json) {
  Result<Envelope> envelope = Envelope::parse(json);
  REQUIRE_FALSE(envelope);
  return envelope.error().code();
}

TEST_CASE("the pre-authentication encoding equals the specification's example") {
  // dsse/protocol.md, "Test vectors".
  CHECK(pre_authentication_encoding("http://example.com/HelloWorld", "hello world") ==
        "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  CHECK(pre_authentication_encoding("", "") == "DSSEv1 0  0 ");
  // Lengths are of bytes, not of characters.
  CHECK(pre_authentication_encoding("t", "ä") == "DSSEv1 1 t 2 ä");
}

TEST_CASE("an envelope is read in both base64 alphabets, unknown members ignored") {
  // "?>?>" is Pz4/Pg== or Pz4_Pg.
  for (const char* payload : {"Pz4/Pg==", "Pz4_Pg==", "Pz4_Pg"}) {
    Result<Envelope> envelope =
        Envelope::parse(R"({"x":1,"payloadType":"t","payload":")" + std::string(payload) +
                        R"(","signatures":[{"keyid":"k","sig":"AA==","y":[]},{"sig":"AQ=="}]})");
    REQUIRE(envelope);
    CHECK(envelope->payload == "?>?>");
    REQUIRE(envelope->signatures.size() == 2);
    CHECK(envelope->signatures[0].keyid == "k");
    CHECK(envelope->signatures[1].bytes == "\x01");
    CHECK(envelope->to_json() ==
          R"({"payload":"Pz4/Pg==","payloadType":"t","signatures":[{"keyid":"k","sig":"AA=="},{"sig":"AQ=="}]})");
  }
}

TEST_CASE("an envelope that lacks something is malformed") {
  CHECK(code("") == ErrorCode::malformed);
  CHECK(code("[]") == ErrorCode::malformed);
  CHECK(code(R"({"payload":"AA==","signatures":[{"sig":"AA=="}]})") == ErrorCode::malformed);
  CHECK(code(R"({"payloadType":"t","signatures":[{"sig":"AA=="}]})") == ErrorCode::malformed);
  CHECK(code(R"({"payloadType":"t","payload":"","signatures":[{"sig":"AA=="}]})") == ErrorCode::malformed);
  CHECK(code(R"({"payloadType":"t","payload":"A","signatures":[{"sig":"AA=="}]})") == ErrorCode::malformed);
  CHECK(code(R"({"payloadType":"t","payload":"AA==","signatures":[]})") == ErrorCode::malformed);
  CHECK(code(R"({"payloadType":"t","payload":"AA=="})") == ErrorCode::malformed);
  CHECK(code(R"({"payloadType":"t","payload":"AA==","signatures":[{}]})") == ErrorCode::malformed);
  CHECK(code(R"({"payloadType":"t","payload":"AA==","signatures":[{"sig":""}]})") == ErrorCode::malformed);
  CHECK(code(R"({"payloadType":"t","payload":"AA==","signatures":["AA=="]})") == ErrorCode::malformed);
  CHECK(code(R"({"payloadType":"t","payload":"AA==","payload":"AQ==","signatures":[{"sig":"AA=="}]})") ==
        ErrorCode::malformed);
}

TEST_CASE("an envelope has a limit of signatures") {
  const auto with = [](std::size_t count) {
    std::string json = R"({"payloadType":"t","payload":"AA==","signatures":[)";
    for (std::size_t i = 0; i < count; ++i) json += std::string(i == 0 ? "" : ",") + R"({"sig":"AA=="})";
    return json + "]}";
  };
  CHECK(Envelope::parse(with(kMaxSignatures)));
  CHECK(code(with(kMaxSignatures + 1)) == ErrorCode::limit_exceeded);
}

TEST_CASE("payload types of in-toto, plain and per predicate, are told from others") {
  CHECK(is_in_toto_payload_type("application/vnd.in-toto+json"));
  CHECK(is_in_toto_payload_type("application/vnd.in-toto.provenance+json"));
  CHECK_FALSE(is_in_toto_payload_type("application/vnd.in-toto.+json"));
  CHECK_FALSE(is_in_toto_payload_type("application/vnd.in-toto"));
  CHECK_FALSE(is_in_toto_payload_type("application/json"));
  CHECK_FALSE(is_in_toto_payload_type(""));
}

}  // namespace
}  // namespace supply::attest
