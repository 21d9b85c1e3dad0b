#include "libsupply/verdict/attached/attached.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libsupply/image/layout/layout.hpp"
#include "libsupply/testing/testing.hpp"

namespace supply::attached {
namespace {

namespace fs = std::filesystem;

verify::Verifier verifier(const std::vector<std::string>& names) {
  std::vector<verify::TrustedKey> keys;
  for (const std::string& name : names)
    keys.push_back({name, *crypto::PublicKey::from_pem(testing::read(testing::testdata("peers/" + name + ".pub")))});
  return verify::Verifier(std::move(keys));
}

Result<Attached> attached_to(const fs::path& layout, const char* tag, const std::vector<std::string>& keys,
                             const Request& request = {}) {
  auto store = layout::Layout::open(layout);
  REQUIRE(store);
  const std::optional<std::string> wanted = tag == nullptr ? std::nullopt : std::optional<std::string>(tag);
  auto root = (*store)->resolve({wanted, std::nullopt});
  REQUIRE(root);
  return read(**store, *root, verifier(keys), request);
}

const fs::path kBundles = testing::testdata("peers/layout-bundle");

}  // namespace

TEST_CASE("an index is signed only when every platform of it is, or the index itself") {
  const auto amd64_alone = attached_to(kBundles, "multi", {"ecdsa-p256"});
  REQUIRE(amd64_alone);
  REQUIRE(amd64_alone->targets.size() == 2);
  const auto answers = signed_by(*amd64_alone);
  CHECK_FALSE(answers[0].claims.empty());
  CHECK(answers[1].claims.empty());
  CHECK_FALSE(satisfied(answers));
  const auto both = attached_to(kBundles, "multi", {"ecdsa-p256-other"});
  REQUIRE(both);
  CHECK(satisfied(signed_by(*both)));
}

TEST_CASE("with a platform only that one is asked about") {
  Request request;
  request.platform = *oci::Platform::parse("linux/amd64");
  CHECK(satisfied(signed_by(*attached_to(kBundles, "multi", {"ecdsa-p256"}, request))));
  request.platform = *oci::Platform::parse("linux/arm64");
  CHECK_FALSE(satisfied(signed_by(*attached_to(kBundles, "multi", {"ecdsa-p256"}, request))));
  request.platform = *oci::Platform::parse("linux/s390x");
  CHECK(attached_to(kBundles, "multi", {"ecdsa-p256"}, request).error().code() == ErrorCode::not_found);
}

TEST_CASE("an attestation is no signature, and a signature no attestation") {
  const auto attested_only = attached_to(kBundles, "1.0", {"attest-only"});
  REQUIRE(attested_only);
  CHECK_FALSE(satisfied(signed_by(*attested_only)));
  CHECK(satisfied(attested(*attested_only, attest::kCycloneDxType)));
  CHECK_FALSE(satisfied(attested(*attested_only, attest::kSpdxType)));
  CHECK_FALSE(satisfied(attested(*attached_to(kBundles, "1.0", {"rsa"}), attest::kCosignSignType)));
}

TEST_CASE("a signature that does not say what was asked for does not count, and the answer says why") {
  Request request;
  request.annotations = {{"release", "1.0"}};
  CHECK(satisfied(signed_by(*attached_to(kBundles, "1.0", {"ecdsa-p256"}, request))));
  request.annotations = {{"release", "2.0"}};
  const auto other = attached_to(kBundles, "1.0", {"ecdsa-p256"}, request);
  REQUIRE(other);
  CHECK_FALSE(satisfied(signed_by(*other)));
  CHECK(to_text(*other, signed_by(*other)).find("annotation \"release\" is \"1.0\"") != std::string::npos);
  CHECK(to_json(*other, signed_by(*other))["satisfied"] == false);
}

TEST_CASE("a damaged layer is never vouched for, and a missing one leaves the question open") {
  const testing::TempFolder folder;
  testing::copy_folder(kBundles, folder / "layout");
  auto store = layout::Layout::open(folder / "layout");
  REQUIRE(store);
  const auto root = (*store)->resolve({"1.0", std::nullopt});
  REQUIRE(root);
  const auto images = store::images(**store, *root, std::nullopt);
  REQUIRE(images);
  const Digest layer = images->front().manifest.layers.front().digest;
  const fs::path blob = folder / "layout" / "blobs" / "sha256" / std::string(layer.encoded());
  std::string bytes = testing::read(blob);
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  testing::write(blob, bytes);
  const auto damaged = attached_to(folder / "layout", "1.0", {"ecdsa-p256"});
  REQUIRE_FALSE(damaged);
  CHECK(damaged.error().code() == ErrorCode::mismatch);
  CHECK(damaged.error().message().find(layer.to_string()) != std::string::npos);
  Request without;
  without.layers = CheckLayers::no;
  CHECK(satisfied(signed_by(*attached_to(folder / "layout", "1.0", {"ecdsa-p256"}, without))));
  fs::remove(blob);
  CHECK(attached_to(folder / "layout", "1.0", {"ecdsa-p256"}).error().code() == ErrorCode::not_found);
}

TEST_CASE("a manifest that was swapped under its old name is damage") {
  auto store = layout::Layout::open(testing::testdata("peers/layout-swapped"));
  REQUIRE(store);
  const auto root = (*store)->resolve({});
  CHECK(root.error().code() == ErrorCode::mismatch);
}

}  // namespace supply::attached
