#include "libsupply/image/oci/platform.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libsupply/base/limits/document_limits.hpp"

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
                                  std::string("linux/\xc3\xa4"), "linux/" + std::string(kMaxPlatformBytes - 5, 'a')}) {
    const auto refused = Platform::parse(text);
    REQUIRE(!refused);
    CHECK(refused.error().code() == ErrorCode::malformed);
  }
  CHECK(Platform::parse("linux/" + std::string(kMaxPlatformBytes - 6, 'a')));
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
  const auto serves = [](const char* image, const char* wanted) { return platform(image).may_serve(platform(wanted)); };
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
  // Nobody can compare these: a runtime may choose it.
  CHECK(serves("linux/ppc64le/power9", "linux/ppc64le/power8"));
}

TEST_CASE("a platform in other words is the same platform") {
  const auto serves = [](const char* text, const char* wanted) {
    return Platform::from_json(nlohmann::json::parse(text))->may_serve(platform(wanted));
  };
  CHECK(serves(R"({"os":"linux","architecture":"x86_64"})", "linux/amd64"));
  CHECK(serves(R"({"os":"Linux","architecture":"AMD64"})", "linux/amd64"));
  CHECK(serves(R"({"os":"linux","architecture":"amd64","variant":"v1"})", "linux/amd64"));
  CHECK(serves(R"({"os":"linux","architecture":"aarch64","variant":"8"})", "linux/arm64/v8"));
  CHECK(serves(R"({"os":"linux","architecture":"arm","variant":"7"})", "linux/arm/v7"));
  CHECK(serves(R"({"os":"macOS","architecture":"arm64"})", "darwin/arm64"));
  CHECK(serves(R"({"os":"linux"})", "linux/amd64"));
  CHECK(serves(R"({"architecture":"amd64"})", "linux/amd64"));
  CHECK(serves(R"({"os":"unknown","architecture":"amd64"})", "linux/amd64"));
  CHECK(!serves(R"({"os":"windows"})", "linux/amd64"));
  CHECK(!serves(R"({"os":"linux","architecture":"arm64"})", "linux/amd64"));
  CHECK(platform("linux/amd64/v1").normalised() == platform("linux/amd64"));
  CHECK(platform("linux/arm64/v8").normalised() == platform("linux/arm64"));
  CHECK(platform("linux/arm/v7").normalised() == platform("linux/arm/v7"));
}

TEST_CASE("of several images the nearest ranks first") {
  const auto rank = [](const char* image, const char* wanted) { return platform(image).rank(platform(wanted)); };
  CHECK(rank("linux/arm64/v8", "linux/arm64/v8") == 0);
  CHECK(rank("linux/arm64", "linux/arm64/v8") == 0);
  CHECK(rank("linux/arm64/v8", "linux/arm64") == 0);
  // containerd's order for arm: v8, v7, v6, v5
  const char* order[] = {"linux/arm/v8", "linux/arm/v7", "linux/arm/v6", "linux/arm/v5"};
  for (int i = 0; i + 1 < 4; ++i) CHECK(rank(order[i], "linux/arm/v8") < rank(order[i + 1], "linux/arm/v8"));
  CHECK(!rank("linux/arm", "linux/arm/v7"));  // v7 for one reader, v5 for another
  CHECK(!rank("linux/arm/odd", "linux/arm/v7"));
  CHECK(rank("linux/arm/v7", "linux/arm") < rank("linux/arm/v6", "linux/arm"));
  CHECK(rank("linux/arm/v5", "linux/arm") < rank("linux/arm/v8", "linux/arm"));
  CHECK(rank("linux/amd64", "linux/amd64") < rank("linux/amd64/v2", "linux/amd64"));
  CHECK(rank("linux/amd64/v2", "linux/amd64") < rank("linux/amd64/v3", "linux/amd64"));
}

TEST_CASE("an operating system's version is asked for by its first parts") {
  const auto image = [](const char* version) {
    return *Platform::from_json(nlohmann::json{{"os", "windows"}, {"architecture", "amd64"}, {"os.version", version}});
  };
  CHECK(image("10.0.17763.1").may_serve(image("10.0.17763")));
  CHECK(!image("10.0.177631").may_serve(image("10.0.17763")));
  CHECK(image("10.0.17763").may_serve(image("")));
}
