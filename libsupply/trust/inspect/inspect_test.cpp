#include "libsupply/trust/inspect/inspect.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/image/layout/layout.hpp"
#include "libsupply/testing/images.hpp"
#include "libsupply/testing/testing.hpp"

namespace supply::inspect {
namespace {

Budget budget;  // of all tests here

namespace fs = std::filesystem;

Result<Report> inspected(const fs::path& path, const char* tag, const Request& request) {
  auto layout = layout::Layout::open(path);
  REQUIRE(layout);
  auto root = (*layout)->resolve({std::string(tag), std::nullopt});
  REQUIRE(root);
  return inspect(**layout, *root, request, budget);
}

}  // namespace

TEST_CASE("a nested index is shown with every platform, and all of it checked") {
  Request request;
  request.verify = true;
  const auto report = inspected(testing::testdata("images/layout"), "app", request);
  REQUIRE(report);
  CHECK(report->images.size() == 4);
  const nlohmann::json record = to_json(*report);
  CHECK(record["verified"] == true);
  CHECK(record["images"].size() == 4);
  for (const auto& image : record["images"]) {
    CHECK_FALSE(image["layers"].empty());
    for (const auto& layer : image["layers"]) CHECK(layer["unpackedSize"].is_number());
  }
  const std::string text = to_text(request, *report, {});
  CHECK(text.find("\n  asked: every size, digest and diff_id checked\n") != std::string::npos);
  CHECK(text.find("every size, digest and diff_id holds") != std::string::npos);
}

TEST_CASE("what is attached is listed by kind under its subject") {
  const auto report = inspected(testing::testdata("peers/layout-bundle"), "1.0", {});
  REQUIRE(report);
  const nlohmann::json record = to_json(*report);
  std::size_t bundles = 0;
  for (const auto& attached : record["attached"]) bundles += attached["kind"] == "bundle" ? 1 : 0;
  CHECK(bundles >= 6);
  Request bare;
  bare.referrers = false;
  CHECK(to_json(*inspected(testing::testdata("peers/layout-bundle"), "1.0", bare))["attached"].empty());
}

TEST_CASE("a diff_id that the config makes up is a mismatch that names the layer") {
  const testing::TempDirectory directory;
  testing::copy_directory(testing::testdata("peers/layout-apk"), directory / "layout");
  auto layout = layout::Layout::open(directory / "layout");
  REQUIRE(layout);
  const auto root = (*layout)->resolve({"1", std::nullopt});
  REQUIRE(root);
  const auto images = testing::images(**layout, *root, std::nullopt);
  REQUIRE(images);
  // The config with another diff_id, and a manifest around it: every digest holds but that one.
  const store::PlatformImage& image = images->front();
  std::string config = *store::fetch(**layout, image.manifest.config, kMaxConfigBytes);
  const std::string real = image.config.diff_ids.front().to_string();
  config.replace(config.find(real), real.size(), "sha256:" + std::string(64, 'a'));
  const auto made = store::put_bytes(**layout, config, image.manifest.config.media_type);
  REQUIRE(made);
  oci::Manifest manifest = image.manifest;
  manifest.config = *made;
  const std::string bytes = oci::to_bytes(manifest);
  const auto descriptor = store::put_bytes(**layout, bytes, manifest.media_type);
  REQUIRE(descriptor);
  REQUIRE((*layout)->put_manifest(*descriptor, bytes, "forged"));
  Request request;
  CHECK(inspected(directory / "layout", "forged", request));
  request.verify = true;
  const auto report = inspected(directory / "layout", "forged", request);
  REQUIRE_FALSE(report);
  CHECK(report.error().code() == ErrorCode::mismatch);
  CHECK(report.error().message().find(image.manifest.layers.front().digest.to_string()) != std::string::npos);
}

TEST_CASE("the merged tree is listed in the order of its paths") {
  const auto layout = layout::Layout::open(testing::testdata("images/layout"));
  REQUIRE(layout);
  const auto root = (*layout)->resolve({"names", std::nullopt});
  REQUIRE(root);
  const auto images = testing::images(**layout, *root, std::nullopt);
  REQUIRE(images);
  std::string lines;
  REQUIRE(list_files(**layout, images->front(), budget, [&](std::string_view more) { lines += more; }));
  CHECK(std::count(lines.begin(), lines.end(), '\n') > 0);
  CHECK(lines.ends_with("}\n"));
}

}  // namespace supply::inspect
