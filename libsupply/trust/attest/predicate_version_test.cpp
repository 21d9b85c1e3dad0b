#include "libsupply/trust/attest/predicate_version.hpp"

#include <catch2/catch.hpp>

namespace supply::attest {
namespace {

TEST_CASE("another version of a predicate type is the same but for its last part, and none that is read") {
  constexpr std::string_view kTests = "https://in-toto.io/attestation/test-result/v0.1";
  for (const char* yes :
       {"https://in-toto.io/attestation/test-result/v0.2", "https://in-toto.io/attestation/test-result/v1",
        "https://in-toto.io/attestation/test-result/v0.1?draft"})
    CHECK(is_other_version(yes, kTests));
  for (const char* no :
       {"https://in-toto.io/attestation/test-result/v0.1", "https://in-toto.io/attestation/test-results/v0.1",
        "https://in-toto.io/attestation/test-result", "https://in-toto.io/attestation/test-result/v0.2/x",
        "https://in-toto.io/attestation/test-result/version", "http://in-toto.io/attestation/test-result/v0.2", "",
        "/v1"})
    CHECK_FALSE(is_other_version(no, kTests));
  CHECK(is_other_version("https://slsa.dev/provenance/v2", "https://slsa.dev/provenance/v1"));
  CHECK_FALSE(is_other_version("https://slsa.dev/provenance/v0.2", "https://slsa.dev/provenance/v1"));  // it is read
  CHECK(is_other_version("https://slsa.dev/verification_summary/v0.2", "https://slsa.dev/verification_summary/v1"));
  CHECK(unread_version("provenance", "https://slsa.dev/provenance/v2") ==
        "provenance of type \"https://slsa.dev/provenance/v2\", a version that Supply does not read");
}

}  // namespace
}  // namespace supply::attest
