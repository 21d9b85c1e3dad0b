#include "libsupply/image/oci/platform.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace supply;
using oci::Platform;

namespace {
Platform platform(std::string_view text) { return *Platform::parse(text); }
}  // namespace

TEST_CASE("a platform is written as it is read") {
  for (const char* text : {"linux/amd64", "linux/arm64/v8", "windows/amd64", "linux/riscv64"})
    CHECK(platform(text).to_string() == text);
  CHECK(platform("Linux/AARCH64").to_string() == "linux/arm64");
  CHECK(platform("linux/x86_64").to_string() == "linux/amd64");
  CHECK(platform("linux/armhf").to_string() == "linux/arm/v7");
}

TEST_CASE("a text that is no platform is refused") {
  for (const std::string& text : {std::string(""), std::string("linux"), std::string("linux/"), std::string("/amd64"),
                                  std::string("linux/amd64/v1/x"), std::string("linux/am d64"),
                                  std::string("linux/\xc3\xa4"), "linux/" + std::string(256, 'a')}) {
    const auto refused = Platform::parse(text);
    REQUIRE(!refused);
    CHECK(refused.error().code() == ErrorCode::malformed);
  }
}

TEST_CASE("a platform in JSON keeps what it has, and null is absent") {
  const auto value = nlohmann::json::parse(
      R"({"os":"windows","architecture":"amd64","os.version":"10.0.17763.1","os.features":["win32k"],"variant":null})");
  const Platform read = *Platform::from_json(value);
  CHECK(read.os_version == "10.0.17763.1");
  CHECK(read.os_features == std::vector<std::string>{"win32k"});
  CHECK(read.to_json() ==
        nlohmann::json::parse(
            R"({"os":"windows","architecture":"amd64","os.version":"10.0.17763.1","os.features":["win32k"]})"));
  CHECK(!Platform::from_json(nlohmann::json::parse(R"({"os":1})")));
  CHECK(!Platform::from_json(nlohmann::json::parse(R"({"os":"linux","OS":"windows"})")));
  CHECK(!Platform::from_json(nlohmann::json::parse("[]")));
}

TEST_CASE("BuildKit's unknown platform is not runnable") {
  CHECK(!platform("unknown/unknown").runnable());
  CHECK(platform("linux/amd64").runnable());
}

TEST_CASE("an image serves those who ask for its platform or a better one") {
  const auto serves = [](const char* image, const char* wanted) { return platform(image).satisfies(platform(wanted)); };
  CHECK(serves("linux/arm64", "linux/arm64/v8"));
  CHECK(serves("linux/arm64/v8", "linux/arm64"));
  CHECK(serves("linux/arm64/v8", "linux/arm64/v9"));
  CHECK(!serves("linux/arm64/v9", "linux/arm64/v8"));
  CHECK(serves("linux/arm/v6", "linux/arm/v7"));
  CHECK(serves("linux/arm", "linux/arm/v7"));
  CHECK(!serves("linux/arm/v8", "linux/arm/v7"));
  CHECK(serves("linux/amd64/v2", "linux/amd64/v3"));
  CHECK(serves("linux/amd64", "linux/amd64/v3"));
  CHECK(!serves("linux/amd64/v3", "linux/amd64/v2"));
  CHECK(serves("linux/amd64/v3", "linux/amd64"));
  CHECK(!serves("linux/arm64", "linux/amd64"));
  CHECK(!serves("linux/arm64", "linux/arm/v8"));
  CHECK(!serves("windows/amd64", "linux/amd64"));
  CHECK(!serves("linux/ppc64le/power9", "linux/ppc64le/power8"));
}

TEST_CASE("of several images the nearest ranks first") {
  const auto rank = [](const char* image, const char* wanted) { return platform(image).rank(platform(wanted)); };
  CHECK(rank("linux/arm64/v8", "linux/arm64/v8") == 0);
  CHECK(rank("linux/arm64", "linux/arm64/v8") == 0);
  CHECK(rank("linux/arm64/v8", "linux/arm64") == 0);
  // containerd's order for arm: v8, v7, v6, v5, none
  const char* order[] = {"linux/arm/v8", "linux/arm/v7", "linux/arm/v6", "linux/arm/v5", "linux/arm"};
  for (int i = 0; i + 1 < 5; ++i) CHECK(rank(order[i], "linux/arm/v8") < rank(order[i + 1], "linux/arm/v8"));
  CHECK(rank("linux/arm/v7", "linux/arm") < rank("linux/arm/v6", "linux/arm"));
  CHECK(rank("linux/arm/v5", "linux/arm") < rank("linux/arm/v8", "linux/arm"));
  CHECK(rank("linux/amd64", "linux/amd64") < rank("linux/amd64/v2", "linux/amd64"));
  CHECK(rank("linux/amd64/v2", "linux/amd64") < rank("linux/amd64/v3", "linux/amd64"));
}

TEST_CASE("an operating system's version is asked for by its first parts") {
  const auto image = [](const char* version) {
    return *Platform::from_json(nlohmann::json{{"os", "windows"}, {"architecture", "amd64"}, {"os.version", version}});
  };
  CHECK(image("10.0.17763.1").satisfies(image("10.0.17763")));
  CHECK(!image("10.0.177631").satisfies(image("10.0.17763")));
  CHECK(image("10.0.17763").satisfies(image("")));
}
