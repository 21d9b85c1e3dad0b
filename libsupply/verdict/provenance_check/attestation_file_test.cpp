#include "libsupply/verdict/provenance_check/attestation_file.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/statement_limits.hpp"

using namespace supply;
using namespace supply::provenance_check;

TEST_CASE("a file of attestations is one, lines of them, npm's list, or what gcloud prints") {
  const auto one = read_attestation_file(" {\"payload\":\"\"}\n");
  CHECK(one->attestations == std::vector<std::string>{"{\"payload\":\"\"}"});
  CHECK(one->form == AttestationFile::Form::attestations);
  CHECK(read_attestation_file("{\"a\":1}\n\n {\"b\":2}\r\n")->attestations ==
        std::vector<std::string>{"{\"a\":1}", "{\"b\":2}"});
  const auto npm = read_attestation_file(R"({"attestations":[{"predicateType":"x","bundle":{"a":1}},{"bundle":{}}]})");
  CHECK(npm->form == AttestationFile::Form::npm);
  CHECK(npm->attestations == std::vector<std::string>{"{\"a\":1}", "{}"});
  const auto gcloud =
      read_attestation_file(R"({"image_summary":{},"provenance_summary":{"provenance":[{"envelope":{"p":1}}]}})");
  CHECK(gcloud->form == AttestationFile::Form::gcloud);
  CHECK(gcloud->attestations == std::vector<std::string>{"{\"p\":1}"});
}

TEST_CASE("a file that holds no attestation is malformed, and says where") {
  for (const char* text :
       {"", "[]", "{\"a\":1}\n[]", "{\"a\":1} x", "{\"attestations\":[]}", "{\"attestations\":{}}",
        "{\"attestations\":[1]}", "{\"attestations\":[{}]}", "{\"attestations\":[{\"bundle\":1}]}",
        "{\"provenance_summary\":{}}", "{\"provenance_summary\":{\"provenance\":[{}]}}", "{\"a\":1,\"a\":2}"}) {
    INFO(text);
    const auto file = read_attestation_file(text);
    REQUIRE_FALSE(file);
    CHECK(file.error().code() == ErrorCode::malformed);
  }
  CHECK(read_attestation_file("{\"a\":1}\n{").error().message().find("line 2") != std::string::npos);
}

TEST_CASE("the attestations of a file are bounded") {
  std::string text;
  for (std::size_t i = 0; i < kMaxSignatures; ++i) text += "{}\n";
  CHECK(read_attestation_file(text)->attestations.size() == kMaxSignatures);
  CHECK(read_attestation_file(text + "{}").error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("an envelope with a certificate and without log entry is known by it") {
  CHECK(needs_log_search(R"({"payload":"","signatures":[{"sig":"","cert":"-----BEGIN"}]})", SignersBy::keys));
  CHECK_FALSE(needs_log_search(R"({"payload":"","signatures":[{"sig":"","cert":""}]})", SignersBy::keys));
  CHECK_FALSE(needs_log_search(R"({"payload":"","signatures":[{"sig":""}]})", SignersBy::keys));
  CHECK_FALSE(needs_log_search(R"({"mediaType":"x","signatures":[{"cert":"x"}]})", SignersBy::keys));
  CHECK_FALSE(needs_log_search("[]", SignersBy::keys));
  CHECK_FALSE(needs_log_search(R"({"signatures":[1]})", SignersBy::keys));
  CHECK(needs_log_search(R"({"payload":"","signatures":[{"sig":""}]})", SignersBy::certificates));
  CHECK_FALSE(needs_log_search(R"({"mediaType":"x","signatures":[{"cert":"x"}]})", SignersBy::certificates));
}
