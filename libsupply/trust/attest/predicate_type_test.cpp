#include "libsupply/trust/attest/predicate_type.hpp"

#include <catch2/catch.hpp>

namespace supply::attest {
namespace {

TEST_CASE("predicate types have cosign's short names or are URIs") {
  CHECK(*predicate_type_of("spdxjson") == "https://spdx.dev/Document");
  CHECK(*predicate_type_of("slsaprovenance") == "https://slsa.dev/provenance/v0.2");
  CHECK(*predicate_type_of("slsaprovenance1") == "https://slsa.dev/provenance/v1");
  CHECK(*predicate_type_of("custom") == "https://cosign.sigstore.dev/attestation/v1");
  CHECK(*predicate_type_of("vsa") == "https://slsa.dev/verification_summary/v1");
  CHECK(*predicate_type_of("test-result") == "https://in-toto.io/attestation/test-result/v0.1");
  CHECK(*predicate_type_of("scai") == "https://in-toto.io/attestation/scai/v0.3");
  CHECK(*predicate_type_of("release") == "https://in-toto.io/attestation/release/v0.2");
  CHECK(*predicate_type_of("reference") == "https://in-toto.io/attestation/reference/v0.1");
  CHECK(*predicate_type_of("svr") == "https://in-toto.io/attestation/svr/v0.2");
  CHECK(*predicate_type_of("link") == "https://in-toto.io/Link/v1");
  const std::vector<std::string> names = predicate_type_names();
  CHECK(std::is_sorted(names.begin(), names.end()));
  CHECK(*predicate_type_of("https://example.org/x") == "https://example.org/x");
  CHECK(*predicate_type_of("urn:example:x") == "urn:example:x");
  for (const char* name : {"", "spdx-json", ":x", "x:", "1a:x", "https://a b"}) {
    INFO(name);
    REQUIRE_FALSE(predicate_type_of(name));
    CHECK(predicate_type_of(name).error().code() == ErrorCode::usage);
  }
}

TEST_CASE("a predicate type is what its whole URI says") {
  using Kind = PredicateKind;
  CHECK(predicate_kind("https://spdx.dev/Document") == Kind::spdx);
  CHECK(predicate_kind("https://spdx.dev/Document/v2.3") == Kind::spdx);
  CHECK(predicate_kind("https://cyclonedx.org/bom/v1.6") == Kind::cyclonedx);
  CHECK(predicate_kind("https://slsa.dev/provenance/v1") == Kind::provenance);
  CHECK(predicate_kind("https://slsa.dev/provenance/v0.2") == Kind::provenance);
  CHECK(predicate_kind("https://sigstore.dev/cosign/sign/v1") == Kind::image_signature);
  CHECK(predicate_kind("https://openvex.dev/ns/v0.2.0") == Kind::vex);
  for (const char* type : {"https://spdx.dev/Documents", "https://spdx.dev/Document/", "https://spdx.dev/Document/x",
                           "https://spdx.dev/documen", "HTTPS://spdx.dev/Document", "https://cyclonedx.org/bomb",
                           "https://slsa.dev/provenance/v1.0", "https://slsa.dev/provenance/v2",
                           "https://slsa.dev/provenance/v1/", "https://sigstore.dev/cosign/sign/v1/", ""}) {
    INFO(type);
    CHECK(predicate_kind(type) == Kind::other);
    CHECK_FALSE(is_sbom(type));
  }
}

TEST_CASE("a versioned type is one of its base, and no other way about") {
  CHECK(is_predicate_type("https://spdx.dev/Document/v2.3", kSpdxType));
  CHECK(is_predicate_type("https://spdx.dev/Document/v2.3", "https://spdx.dev/Document/v2.3"));
  CHECK_FALSE(is_predicate_type(kSpdxType, "https://spdx.dev/Document/v2.3"));
  CHECK_FALSE(is_predicate_type("https://spdx.dev/Document/v2.3", "https://spdx.dev/Document/v2.2"));
  CHECK_FALSE(is_predicate_type("https://spdx.dev/Documents", kSpdxType));
  CHECK_FALSE(is_predicate_type("https://slsa.dev/provenance/v1/v2", kProvenanceV1Type));
  CHECK_FALSE(is_predicate_type(kCycloneDxType, kSpdxType));
}

TEST_CASE("what cosign 1 called a type is that type still") {
  constexpr std::string_view kVuln = "cosign.sigstore.dev/attestation/vuln/v1";
  CHECK(predicate_kind(kVuln) == PredicateKind::vulnerabilities);
  CHECK(is_predicate_type(kVuln, *predicate_type_of("vuln")));
  CHECK(is_predicate_type(*predicate_type_of("vuln"), *predicate_type_of(kVuln)));
  CHECK(is_predicate_type("cosign.sigstore.dev/attestation/v1", *predicate_type_of("custom")));
  CHECK(predicate_kind("https://cyclonedx.org/schema") == PredicateKind::cyclonedx);
  CHECK(is_predicate_type("https://cyclonedx.org/schema", kCycloneDxType));
  CHECK_FALSE(is_predicate_type(kVuln, *predicate_type_of("custom")));
  CHECK_FALSE(predicate_type_of("cosign.sigstore.dev/attestation/v2"));
  CHECK(predicate_kind("cosign.sigstore.dev/attestation/vuln/v2") == PredicateKind::other);
}

TEST_CASE("the type of an image's signature is none to attest, and what a user's own file is wrong in is the command") {
  const auto refused = [](std::string_view name, std::string_view document, std::string_view why) {
    const auto type = predicate_type_for(name, document);
    REQUIRE_FALSE(type);
    CHECK(type.error().code() == ErrorCode::usage);
    CHECK(type.error().message().find(why) != std::string::npos);
  };
  refused(kCosignSignType, "{}", "supply sign");
  refused("spdxjson", "<xml/>", "not JSON");
  refused("spdxjson", "[]", "JSON object");
  refused("cyclonedx", R"({"spdxVersion":"SPDX-2.3"})", "cyclonedx");
  refused("", "{}", "--type");
  CHECK(*predicate_type_for("", "\xEF\xBB\xBF {\"bomFormat\":\"CycloneDX\"}\n") == kCycloneDxType);
  CHECK(bare_document("\xEF\xBB\xBF {}\n") == "{}");
}

}  // namespace
}  // namespace supply::attest
