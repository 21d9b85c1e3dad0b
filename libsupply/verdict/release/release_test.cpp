#include "libsupply/verdict/release/release.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libsupply/image/layout/layout.hpp"
#include "libsupply/testing/images.hpp"
#include "libsupply/testing/testing.hpp"
#include "libsupply/verdict/gate/policy_file.hpp"

namespace supply::release {
namespace {

Budget budget;  // of all tests here

const Time kNow = *parse_rfc3339("2026-11-24T12:00:00Z");
constexpr const char* kProvenance =
    R"({"buildDefinition":{"buildType":"https://ci.example/v1","externalParameters":{"source":"git+https://git.example/a"}},"runDetails":{"builder":{"id":"https://ci.example/runner"}}})";

struct Stage {
  testing::TempDirectory directory;
  crypto::PrivateKey key = *crypto::PrivateKey::generate(crypto::KeyType::ecdsa_p256);
  std::unique_ptr<layout::Layout> layout;

  Stage() {
    testing::copy_directory(testing::testdata("images/layout"), directory / "layout");
    layout = *layout::Layout::open(directory / "layout");
    testing::write(directory / "release.pub", key.public_key().to_pem());
  }

  Result<Release> run(const char* tag, std::string_view rules, JudgeFirst judge_first = JudgeFirst::no) {
    std::string yaml =
        "version: 1\nkeys: {release: release.pub}\nbuilders:\n  https://ci.example/runner: {keys: [release]}\n"
        "images:\n  - match: [\"**\"]\n";
    yaml += rules;
    testing::write(directory / "policy.yaml", yaml);
    auto policy = gate::read_policy(directory / "policy.yaml");
    if (!policy) FAIL(policy.error().message());
    const sign::PrivateKeySigner signer(&key);
    Request request{signer, *policy, kProvenance, {{"env", "prod"}}, kNow, std::nullopt, "supply-test", nullptr};
    request.judge_first = judge_first;
    std::string reference = "oci:";
    reference += (directory / "layout").string();
    reference += ":";
    reference += tag;
    return release(*layout, *oci::Reference::parse(reference), request, budget);
  }
};

constexpr std::string_view kAll =
    "    signatures: {any_of: [release], annotations: {env: prod}}\n"
    "    provenance: {builders: [\"https://ci.example/runner\"], sources: [\"https://git.example/*\"]}\n"
    "    sbom: {agrees: true}\n";

}  // namespace

TEST_CASE("a release of several platforms attaches an SBOM to each, and satisfies its own gate") {
  Stage stage;
  const auto released = stage.run("app", kAll);
  if (!released) FAIL(released.error().message());
  CHECK(released->decision.verdict == gate::Verdict::allow);
  std::size_t sboms = 0;
  for (const AttachedReferrer& attachment : released->attachments) sboms += attachment.what == "sbom" ? 1 : 0;
  CHECK(sboms == 4);
  CHECK(released->attachments.size() == 6);
  CHECK_FALSE(released->not_done.empty());
  CHECK(to_json(*released)["verdict"] == "allow");
}

TEST_CASE("what the policy asks beyond a release is denied by the gate at its end") {
  Stage stage;
  const auto released = stage.run("debian", "    packages: {deny: [\"pkg:deb/*/libc6\"]}\n");
  if (!released) FAIL(released.error().message());
  CHECK(released->decision.verdict == gate::Verdict::deny);
}

TEST_CASE("a release that judges first leaves an image that is not allowed as it was, and says so") {
  Stage stage;
  const auto files = [&] {
    std::vector<std::string> all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(stage.directory / "layout"))
      all.push_back(entry.path().string());
    std::sort(all.begin(), all.end());
    return all;
  };
  const auto before = files();
  const std::string denies = "    packages: {deny: [\"pkg:deb/*/libc6\"]}\n";
  const auto denied = stage.run("debian", denies, JudgeFirst::yes);
  if (!denied) FAIL(denied.error().message());
  CHECK(denied->decision.verdict == gate::Verdict::deny);
  CHECK(denied->attachments.empty());
  CHECK(stage.layout->referrers(denied->digest)->empty());
  CHECK(files() == before);
  CHECK(standing(*denied, *oci::Reference::parse("oci:x:debian")).empty());
  // Undecided is no yes.
  const auto undecided = stage.run("debian", "    base: {allowed: [\"oci:gone:1\"]}\n", JudgeFirst::yes);
  if (!undecided) FAIL(undecided.error().message());
  CHECK(undecided->decision.verdict == gate::Verdict::undecided);
  CHECK(files() == before);

  const auto allowed = stage.run("debian", kAll, JudgeFirst::yes);
  if (!allowed) FAIL(allowed.error().message());
  CHECK(allowed->decision.verdict == gate::Verdict::allow);
  CHECK(stage.layout->referrers(allowed->digest)->size() == 3);
  CHECK(standing(*allowed, *oci::Reference::parse("oci:x:debian")).empty());
}

TEST_CASE("a release that is denied says what stands attached and how to take it away") {
  Stage stage;
  const auto denied = stage.run("debian", "    packages: {deny: [\"pkg:deb/*/libc6\"]}\n");
  if (!denied) FAIL(denied.error().message());
  const std::string text = standing(*denied, *oci::Reference::parse("oci:x:debian"));
  CHECK(text.find("stand attached") != std::string::npos);
  REQUIRE(denied->attachments.size() == 3);
  for (const AttachedReferrer& attachment : denied->attachments)
    CHECK(text.find("supply delete oci:x@" + attachment.referrer.to_string()) != std::string::npos);
  CHECK(stage.layout->referrers(denied->digest)->size() == 3);
}

TEST_CASE("a second release of the same adds no second signature") {
  Stage stage;
  const auto first = stage.run("debian", kAll);
  const auto second = stage.run("debian", kAll);
  REQUIRE(first);
  REQUIRE(second);
  CHECK(first->attachments.back().referrer == second->attachments.back().referrer);
}

TEST_CASE("nothing is attached to an image that is damaged") {
  Stage stage;
  const auto root = stage.layout->resolve({"debian", std::nullopt});
  REQUIRE(root);
  const auto images = testing::images(*stage.layout, *root, std::nullopt);
  REQUIRE(images);
  const Digest layer = images->front().manifest.layers.front().digest;
  const auto blob = stage.directory / "layout" / "blobs" / "sha256" / std::string(layer.encoded());
  std::string bytes = testing::read(blob);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  testing::write(blob, bytes);
  const auto released = stage.run("debian", kAll);
  REQUIRE_FALSE(released);
  CHECK(released.error().code() == ErrorCode::mismatch);
  CHECK(stage.layout->referrers(root->digest)->empty());
}

}  // namespace supply::release
