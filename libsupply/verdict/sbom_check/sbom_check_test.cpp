#include "libsupply/verdict/sbom_check/sbom_check.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/image/layout/layout.hpp"
#include "libsupply/image/oci/manifest.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/testing/testing.hpp"
#include "libsupply/trust/sign/sign_image.hpp"

namespace supply::sbom_check {
namespace {

Budget budget;  // of all tests here

const Time kNow = *parse_rfc3339("2026-11-24T12:00:00Z");

verify::TrustedKey peer(const std::string& name) {
  return {name, *crypto::PublicKey::from_pem(testing::read(testing::testdata("peers/" + name + ".pub")))};
}

Report checked(layout::Layout& layout, const char* tag, const Request& request) {
  const auto root = layout.resolve({std::string(tag), std::nullopt});
  REQUIRE(root);
  auto report = check(layout, *root, request, budget);
  if (!report) FAIL(report.error().message());
  return *std::move(report);
}

// A copy of a layout, to which documents are attached.
struct ApkImage {
  ApkImage() {
    testing::copy_directory(testing::testdata("peers/layout-apk"), directory / "layout");
    layout = *layout::Layout::open(directory / "layout");
  }
  void attach(std::string_view type, std::string_view document) {
    const auto root = layout->resolve({"1", std::nullopt});
    REQUIRE(root);
    REQUIRE(sign::attest_image(*layout, sign::PrivateKeySigner(&key), {*root, "app"}, type, document, {.now = kNow}));
  }

  testing::TempDirectory directory;
  std::unique_ptr<layout::Layout> layout;
  crypto::PrivateKey key = *crypto::PrivateKey::generate(crypto::KeyType::ecdsa_p256);
};

}  // namespace

TEST_CASE("the SBOM that syft made and cosign attached agrees with the image") {
  const auto layout = layout::Layout::open(testing::testdata("peers/layout-bundle"));
  REQUIRE(layout);
  const Report report = checked(**layout, "1.0", {std::nullopt, {peer("ecdsa-p256")}});
  CHECK(report.agrees());
  REQUIRE(report.compared.size() == 1);
  CHECK(report.compared[0].signer == "ecdsa-p256");
  CHECK(report.compared[0].format == "SPDX-2.3");
  CHECK(to_json(report)["agrees"] == true);
}

TEST_CASE("an SBOM by a key that was not given does not count") {
  const auto layout = layout::Layout::open(testing::testdata("peers/layout-bundle"));
  REQUIRE(layout);
  const Report report = checked(**layout, "1.0", {std::nullopt, {peer("rsa")}});
  CHECK_FALSE(report.agrees());
  CHECK(report.findings.front().rule == "sbom/missing");
  REQUIRE(report.images.size() == 1);
  CHECK(report.findings.front().subject ==
        report.images[0].platforms.front().to_string() + " " + report.images[0].manifest.to_string());
}

TEST_CASE("an SBOM of another image is told by its packages") {
  ApkImage image;
  const std::string other = testing::read(testing::testdata("peers/sbom.spdx.json"));
  image.attach(attest::kSpdxType, other);
  const Report report = checked(*image.layout, "1", {});
  CHECK_FALSE(report.agrees());
  CHECK(has_errors(report.findings));
  CHECK(to_text(report.compared.front().comparison).find("pkg:") != std::string::npos);
  const std::string right = testing::read(testing::testdata("peers/sbom.apk.spdx.json"));
  image.attach(attest::kSpdxType, right);
  const Report both = checked(*image.layout, "1", {});
  CHECK(both.compared.size() == 2);
  CHECK_FALSE(both.agrees());  // every one that counts must agree
}

TEST_CASE("a document that was given and cannot be read is an error, as it is where it is linted") {
  ApkImage image;
  const auto root = image.layout->resolve({"1", std::nullopt});
  REQUIRE(root);
  for (const char* text : {"", "{", R"({"spdxVersion":"SPDX-2.3","packages":1})", "[]"}) {
    const GivenDocument document{"given.json", text};
    const auto of_image = check(*image.layout, *root, {.platform = {}, .keys = {}, .document = document}, budget);
    REQUIRE_FALSE(of_image);
    // A document of a form that is not read is not damaged.
    const ErrorCode code = std::string_view(text) == "[]" ? ErrorCode::unsupported : ErrorCode::malformed;
    CHECK(of_image.error().code() == code);
    CHECK(of_image.error().message().starts_with("given.json: "));
    CHECK(check_tree({}, "src", document).error().code() == code);
  }
}

TEST_CASE("an attachment that is broken inside is a finding, one of a form that is not read is not known") {
  ApkImage image;
  const auto with = [&](std::string_view type, std::string_view document) {
    image.attach(type, document);
    return checked(*image.layout, "1", {});
  };
  for (const auto& [type, document] :
       {std::pair{attest::kSpdxType, R"({"@context":"https://spdx.org/rdf/4.0.0/spdx-context.jsonld","@graph":[]})"},
        {attest::kSpdxType, R"({"spdxVersion":"SPDX-1.2"})"},
        {attest::kCycloneDxType, R"({"bomFormat":"CycloneDX","specVersion":"2.0"})"}}) {
    const Report report = with(type, document);
    CHECK(report.answer() == Report::Answer::unknown);
    CHECK(report.findings.empty());
    REQUIRE_FALSE(report.unknowns.empty());
    CHECK(report.unknowns.front().rule == "sbom/unreadable");
  }
  const Report report = with(attest::kSpdxType, R"({"spdxVersion":"SPDX-2.3","packages":1})");
  CHECK(report.answer() == Report::Answer::disagrees);
  REQUIRE_FALSE(report.findings.empty());
  CHECK(report.findings.front().rule == "sbom/unreadable");
}

TEST_CASE("evidence that was not read may be an SBOM: neither a no nor, beside a good one, a yes") {
  ApkImage image;
  const auto root = image.layout->resolve({"1", std::nullopt});
  REQUIRE(root);
  const std::string type = "application/vnd.dev.sigstore.bundle.v0.9+json";
  REQUIRE(store::put_bytes(*image.layout, "{}", oci::kEmptyType));
  oci::Manifest referrer{.media_type = std::string(oci::kManifestType),
                         .artifact_type = type,
                         .config = oci::empty_descriptor(),
                         .layers = {},
                         .subject = *root};
  referrer.layers.push_back(*store::put_bytes(*image.layout, R"({"mediaType":")" + type + R"("})", type));
  const std::string bytes = oci::to_bytes(referrer);
  const oci::Descriptor descriptor{
      .media_type = referrer.media_type, .digest = crypto::sha256(bytes), .size = bytes.size(), .artifact_type = type};
  REQUIRE(image.layout->put_referrer(descriptor, bytes, root->digest));
  const Request keys{std::nullopt, {{"k", image.key.public_key()}}};
  for (const Request& request : {Request{}, keys}) {
    const Report report = checked(*image.layout, "1", request);
    CHECK(report.answer() == Report::Answer::unknown);
    CHECK(report.findings.empty());
    REQUIRE(report.unknowns.size() == 1);
    CHECK(report.unknowns[0].rule == "sbom/unreadable");
  }
  image.attach(attest::kSpdxType, testing::read(testing::testdata("peers/sbom.apk.spdx.json")));
  for (const Request& request : {Request{}, keys}) {
    const Report report = checked(*image.layout, "1", request);
    REQUIRE(report.compared.size() == 1);
    CHECK(report.answer() == Report::Answer::unknown);
  }
}

}  // namespace supply::sbom_check
