#include "libsupply/verdict/gate/collect.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/image/layout/layout.hpp"
#include "libsupply/testing/images.hpp"
#include "libsupply/testing/testing.hpp"
#include "libsupply/trust/attest/statement.hpp"
#include "libsupply/trust/sign/sign_image.hpp"
#include "libsupply/verdict/gate/decide.hpp"
#include "libsupply/verdict/gate/internal/passwd.hpp"
#include "libsupply/verdict/gate/internal/sbom_facts.hpp"
#include "libsupply/verdict/gate/policy_file.hpp"

namespace supply::gate {
namespace {

Budget budget;  // of all tests here

namespace fs = std::filesystem;
using policy::RuleStatus;

const Time kNow = *parse_rfc3339("2026-11-24T12:00:00Z");

Result<std::unique_ptr<store::ImageSource>> open_layout(const oci::Reference& reference) {
  SUPPLY_TRY(std::unique_ptr<layout::Layout> opened, layout::Layout::open(reference.path()));
  return std::unique_ptr<store::ImageSource>(std::move(opened));
}

policy::Policy policy_from(const testing::TempDirectory& directory, std::string_view images,
                           std::string_view more = "") {
  const std::string peers = testing::testdata("peers").string();
  std::string keys = "version: 1\nkeys:\n";
  for (const char* name : {"ecdsa-p256", "ecdsa-p256-other", "rsa", "p384", "attest-only", "ed25519"})
    keys += std::string("  ") + name + ": " + peers + "/" + name + ".pub\n";
  testing::write(directory / "policy.yaml",
                 keys + std::string(more) + "images:\n  - match: [\"**\"]\n" + std::string(images));
  auto policy = read_policy(directory / "policy.yaml");
  if (!policy) FAIL(policy.error().message());
  return *std::move(policy);
}

struct Judged {
  std::optional<Error> error = {};
  Verdict verdict = Verdict::undecided;
  std::map<std::string, RuleStatus> rules = {};
  std::string text = {};  ///< what the findings found of what
};

Judged judge(const fs::path& layout, const char* tag, const policy::Policy& policy, std::string_view platform = "") {
  const auto reference =
      *oci::Reference::parse("oci:" + layout.string() + (tag == nullptr ? "" : std::string(":") + tag));
  auto source = layout::Layout::open(layout);
  REQUIRE(source);
  Options options;
  options.now = kNow;
  options.open_store = open_layout;
  if (!platform.empty()) options.platform = *oci::Platform::parse(platform);
  const auto facts = collect(**source, reference, policy, options, budget);
  if (!facts) return {.error = facts.error()};
  const Decision decision = decide(*facts, policy);
  Judged judged{.verdict = decision.verdict};
  for (const RuleOutcome& outcome : decision.outcomes) {
    judged.rules[outcome.rule] = outcome.status;
    for (const Finding& finding : outcome.findings) judged.text += finding.subject + ": " + finding.found + "\n";
  }
  return judged;
}

std::string signed_by(std::string_view key) { return "    signatures: {any_of: [" + std::string(key) + "]}\n"; }

TEST_CASE("signatures that cosign made get the verdicts that the peers' README asks for") {
  const testing::TempDirectory directory;
  const auto verdict = [&](const char* layout, const char* tag, const char* key, const char* platform = "") {
    const Judged judged =
        judge(testing::testdata(std::string("peers/") + layout), tag, policy_from(directory, signed_by(key)), platform);
    if (judged.error) FAIL(judged.error->message());
    return judged.verdict;
  };
  for (const char* layout : {"layout-bundle", "layout-cosign-save"}) {
    INFO(layout);
    const char* tag = std::string_view(layout) == "layout-bundle" ? "1.0" : nullptr;
    for (const char* key : {"ecdsa-p256", "ecdsa-p256-other", "rsa", "p384"})
      CHECK(verdict(layout, tag, key) == Verdict::allow);
    for (const char* key : {"attest-only", "ed25519"}) CHECK(verdict(layout, tag, key) == Verdict::deny);
  }
  CHECK(verdict("layout-bundle", "multi", "ecdsa-p256-other") == Verdict::allow);
  CHECK(verdict("layout-bundle", "multi", "ecdsa-p256") == Verdict::deny);
  CHECK(verdict("layout-bundle", "multi", "ecdsa-p256", "linux/amd64") == Verdict::allow);
  CHECK(verdict("layout-bundle", "multi", "ecdsa-p256", "linux/arm64") == Verdict::deny);
  CHECK(verdict("layout-legacy", "1.0", "ecdsa-p256") == Verdict::allow);
  CHECK(verdict("layout-legacy", "1.0", "rsa") == Verdict::allow);
  CHECK(verdict("layout-legacy", "1.0", "ecdsa-p256-other") == Verdict::deny);
  CHECK(verdict("layout-ed25519", "bundle", "ed25519") == Verdict::allow);
}

TEST_CASE("keys are counted over all that cosign attached, with its annotations") {
  const testing::TempDirectory directory;
  const fs::path layout = testing::testdata("peers/layout-bundle");
  const auto verdict = [&](std::string_view rule) {
    return judge(layout, "1.0", policy_from(directory, rule)).verdict;
  };
  CHECK(verdict("    signatures: {all_of: [ecdsa-p256, ecdsa-p256-other, rsa, p384]}\n") == Verdict::allow);
  CHECK(verdict("    signatures: {all_of: [ecdsa-p256, ed25519]}\n") == Verdict::deny);
  CHECK(verdict("    signatures: {threshold: 2, of: [ecdsa-p256, ed25519, rsa]}\n") == Verdict::allow);
  CHECK(verdict("    signatures: {any_of: [ecdsa-p256], annotations: {env: prod, release: \"1.0\"}}\n") ==
        Verdict::allow);
  CHECK(verdict("    signatures: {any_of: [rsa], annotations: {env: prod}}\n") == Verdict::deny);
}

TEST_CASE("an image that is not what its digest says is damaged, whatever was signed and asked") {
  const testing::TempDirectory directory;
  const policy::Policy policy = policy_from(directory, signed_by("ecdsa-p256"));
  const fs::path copy = directory / "copy";
  testing::copy_directory(testing::testdata("peers/layout-bundle"), copy);
  REQUIRE(judge(copy, "1.0", policy).verdict == Verdict::allow);
  auto source = layout::Layout::open(copy);
  REQUIRE(source);
  const auto root = (*source)->resolve({"1.0", std::nullopt});
  REQUIRE(root);
  const auto images = testing::images(**source, *root, std::nullopt);
  REQUIRE(images);
  for (const oci::Descriptor& layer : supply::testing::some(images->front().manifest.layers)) {
    const fs::path blob = copy / "blobs/sha256" / layer.digest.encoded();
    const std::string good = testing::read(blob);
    std::string bad = good;
    bad[bad.size() / 2] = static_cast<char>(bad[bad.size() / 2] ^ 1);
    testing::write(blob, bad);
    const Judged judged = judge(copy, "1.0", policy);
    REQUIRE(judged.error);
    CHECK(judged.error->code() == ErrorCode::mismatch);
    CHECK(judged.error->message().find(layer.digest.to_string()) != std::string::npos);
    testing::write(blob, good);
  }
  CHECK(judge(copy, "1.0", policy).verdict == Verdict::allow);
}

TEST_CASE("another manifest under the image's name is damage, not a no") {
  const testing::TempDirectory directory;
  const auto source = layout::Layout::open(testing::testdata("peers/layout-swapped"));
  REQUIRE(source);
  const auto reference = *oci::Reference::parse("oci:" + testing::testdata("peers/layout-swapped").string());
  Options options;
  options.now = kNow;
  const auto facts = collect(**source, reference, policy_from(directory, signed_by("ecdsa-p256")), options, budget);
  REQUIRE_FALSE(facts);
  CHECK(facts.error().code() == ErrorCode::mismatch);
}

TEST_CASE("an image that is not there could not be found out") {
  const testing::TempDirectory directory;
  const Judged judged =
      judge(testing::testdata("peers/layout-bundle"), "9.9", policy_from(directory, signed_by("ecdsa-p256")));
  REQUIRE(judged.error);
  CHECK(judged.error->code() == ErrorCode::not_found);
}

/// layout-apk copied, with an SBOM attested by a new key "own".
struct Attested {
  testing::TempDirectory directory;
  fs::path layout = directory / "layout";
  crypto::PrivateKey key = *crypto::PrivateKey::generate(crypto::KeyType::ecdsa_p256);

  Attested() {
    testing::copy_directory(testing::testdata("peers/layout-apk"), layout);
    testing::write(directory / "own.pub", key.public_key().to_pem());
  }
  void attest(std::string_view type, std::string_view predicate) {
    auto store = layout::Layout::open(layout);
    REQUIRE(store);
    const auto root = (*store)->resolve({"1", std::nullopt});
    REQUIRE(root);
    const auto done =
        sign::attest_image(**store, sign::PrivateKeySigner(&key), {*root, "app"}, type, predicate, {.now = kNow});
    if (!done) FAIL(done.error().message());
  }
  Judged judged(std::string_view rule) {
    testing::write(directory / "p.yaml",
                   "version: 1\nkeys: {own: own.pub}\nimages:\n  - match: [\"**\"]\n" + std::string(rule));
    const auto policy = read_policy(directory / "p.yaml");
    if (!policy) FAIL(policy.error().message());
    return judge(layout, "1", *policy);
  }
};

constexpr const char* kSbomRule = "    sbom: {keys: [own]}\n";

TEST_CASE("syft's SBOM of an image agrees with it, and stops agreeing when a package is taken out") {
  const std::string sbom = testing::read(testing::testdata("peers/sbom.apk.spdx.json"));
  {
    Attested image;
    CHECK(image.judged(kSbomRule).verdict == Verdict::deny);
    image.attest(attest::kSpdxType, sbom);
    const Judged judged = image.judged(kSbomRule);
    INFO(judged.text);
    CHECK(judged.verdict == Verdict::allow);
    CHECK(image.judged("    sbom: {keys: [own], formats: [cyclonedx]}\n").verdict == Verdict::deny);
    CHECK(image.judged("    sbom: {keys: [own]}\n    signatures: {any_of: [own]}\n").verdict == Verdict::deny);
  }
  {
    Attested image;
    std::string other = sbom;
    REQUIRE(other.find("musl") != std::string::npos);
    for (std::size_t at = 0; (at = other.find("musl", at)) != std::string::npos; at += 4) other.replace(at, 4, "glib");
    image.attest(attest::kSpdxType, other);
    const Judged judged = image.judged(kSbomRule);
    CHECK(judged.verdict == Verdict::deny);
    INFO(judged.text);
    CHECK(judged.text.find("musl") != std::string::npos);
  }
}

TEST_CASE("a signed document of an unknown form is not known, one of another type than it says is no SBOM") {
  Attested unknown;
  unknown.attest(attest::kSpdxType, R"({"hello":"world"})");
  CHECK(unknown.judged(kSbomRule).verdict == Verdict::undecided);
  Attested image;
  image.attest(attest::kCycloneDxType, testing::read(testing::testdata("peers/sbom.apk.spdx.json")));
  const Judged judged = image.judged(kSbomRule);
  CHECK(judged.verdict == Verdict::deny);
  CHECK(judged.text.find("the statement says cyclonedx, and the document is SPDX-2.3") != std::string::npos);
}

TEST_CASE("packages are those that are in the image") {
  Attested image;
  CHECK(image.judged("    packages: {deny: [\"pkg:apk/*/musl\"]}\n").verdict == Verdict::deny);
  CHECK(image.judged("    packages: {deny: [\"pkg:apk/*/absent\"]}\n").verdict == Verdict::allow);
}

TEST_CASE("a base is proven by its layers, denied by other layers, and undecided when it cannot be had") {
  Attested image;
  const std::string own = "oci:" + testing::testdata("peers/layout-apk").string() + ":1";
  const std::string other = "oci:" + testing::testdata("peers/layout-legacy").string() + ":1.0";
  CHECK(image.judged("    base: {allowed: [\"" + own + "\"]}\n").rules.at("base") == RuleStatus::satisfied);
  CHECK(image.judged("    base: {allowed: [\"" + other + "\"]}\n").rules.at("base") == RuleStatus::denied);
  CHECK(image.judged("    base: {allowed: [\"oci:/nowhere:1\"]}\n").rules.at("base") == RuleStatus::undecided);
  CHECK(image.judged("    base: {allowed: [\"oci:/nowhere:1\", \"" + own + "\"]}\n").rules.at("base") ==
        RuleStatus::satisfied);
}

TEST_CASE("contents that the caller has read already give the same facts") {
  Attested image;
  image.attest(attest::kSpdxType, testing::read(testing::testdata("peers/sbom.apk.spdx.json")));
  testing::write(image.directory / "p.yaml",
                 std::string("version: 1\nkeys: {own: own.pub}\nimages:\n  - match: [\"**\"]\n") + kSbomRule);
  const auto policy = read_policy(image.directory / "p.yaml");
  REQUIRE(policy);
  auto source = layout::Layout::open(image.layout);
  REQUIRE(source);
  const auto root = (*source)->resolve({"1", std::nullopt});
  REQUIRE(root);
  const auto images = testing::images(**source, *root, std::nullopt);
  REQUIRE(images);
  rootfs::LayerRequest request;
  request.collectors = collectors();
  const auto layers = rootfs::Layers::read(**source, *images, request, budget);
  REQUIRE(layers);
  std::map<Digest, Content> known;
  for (const auto& one : supply::testing::some(*images)) {
    const auto tree = layers->tree(one);
    REQUIRE(tree);
    auto inside = content(*tree, one, budget);
    REQUIRE(inside);
    known.emplace(one.descriptor.digest, *std::move(inside));
  }
  Options options;
  options.now = kNow;
  options.known = &known;
  const auto facts =
      collect(**source, *oci::Reference::parse("oci:" + image.layout.string() + ":1"), *policy, options, budget);
  REQUIRE(facts);
  CHECK(decide(*facts, *policy).verdict == Verdict::allow);
}

TEST_CASE("/etc/passwd is read as runc reads it, doubts for root") {
  CHECK(parse_passwd("root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/"
                     ":\r\napp:x:0:0\n\nshort\nbad:x:1x:\nneg:x:-1:\nbig:x:4294967296:\n") ==
        policy::Users{{"root", 0}, {"app", 1000}, {"short", 0}, {"bad", 0}, {"neg", 0}, {"big", 0}});
  CHECK(parse_passwd("").empty());
}

TEST_CASE("an image whose place cannot be found out is undecided, whatever the policy says of its name") {
  const testing::TempDirectory directory;
  const fs::path layout = directory / "copy", gone = directory / "gone", before = fs::current_path();
  testing::copy_directory(testing::testdata("peers/layout-bundle"), layout);
  const policy::Policy policy = policy_from(directory, signed_by("ecdsa-p256"));
  auto source = layout::Layout::open(layout);
  REQUIRE(source);
  fs::create_directory(gone);
  fs::current_path(gone);
  fs::remove(gone);  // a relative path leads nowhere now
  Options options;
  options.now = kNow;
  const auto facts = collect(**source, *oci::Reference::parse("oci:copy:1.0"), policy, options, budget);
  fs::current_path(before);
  REQUIRE_FALSE(facts);
  CHECK(facts.error().code() == ErrorCode::unavailable);
}

TEST_CASE("a policy for a directory that is a link applies where it leads, or is wrong usage") {
  const testing::TempDirectory directory;
  const auto read = [&](const char* name) {
    const std::string match = "oci:" + (directory / name).string() + "/*";
    testing::write(directory / "policy.yaml",
                   "version: 1\nimages:\n  - match: [\"" + match + "\"]\n    config: {non_root: true}\n");
    return read_policy(directory / "policy.yaml");
  };
  fs::create_directories(directory / "plain");
  fs::create_directories(directory / "a:b");
  fs::create_directory_symlink("plain", directory / "link");
  fs::create_directory_symlink("a:b", directory / "odd");
  fs::create_directory_symlink("loop", directory / "loop");
  const auto links = read("link");
  REQUIRE(links);
  CHECK(links->images[0].match.size() == 2);
  for (const char* name : {"odd", "loop"}) {
    INFO(name);
    const auto refused = read(name);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code() == ErrorCode::usage);
  }
}

TEST_CASE("a policy or a key that cannot be read is wrong usage") {
  const testing::TempDirectory directory;
  const auto none = read_policy(directory / "none.yaml");
  REQUIRE_FALSE(none);
  CHECK(none.error().code() == ErrorCode::usage);
  testing::write(directory / "p.yaml", "version: 1\nkeys: {a: none.pub}\nimages: []\n");
  const auto keyless = read_policy(directory / "p.yaml");
  REQUIRE_FALSE(keyless);
  CHECK(keyless.error().code() == ErrorCode::usage);
  CHECK(keyless.error().message().find("none.pub") != std::string::npos);
  testing::write(directory / "big.yaml", std::string(kMaxYamlBytes + 1, '#'));
  const auto big = read_policy(directory / "big.yaml");
  REQUIRE_FALSE(big);
  CHECK(big.error().code() == ErrorCode::usage);
}

}  // namespace
}  // namespace supply::gate
