#include "libsupply/trust/sigstore/signing_config.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/sigstore_limits.hpp"
#include "libsupply/trust/sigstore/services.hpp"

namespace supply::sigstore {
namespace {

const std::string kHead = R"({"mediaType":"application/vnd.dev.sigstore.signingconfig.v0.2+json")";

std::string service(const std::string& url, int version, const std::string& start, const std::string& owner,
                    const std::string& end = {}) {
  return R"({"url":")" + url + R"(","majorApiVersion":)" + std::to_string(version) + R"(,"validFor":{"start":")" +
         start + '"' + (end.empty() ? "" : R"(,"end":")" + end + '"') + R"(},"operator":")" + owner + "\"}";
}

Time at(const std::string& text) { return *parse_rfc3339(text); }

std::vector<std::string> urls(const Result<std::vector<Service>>& services) {
  std::vector<std::string> all;
  if (!services) return {services.error().message()};
  for (const Service& each : *services) all.push_back(each.url);
  return all;
}

// The shape of the community's own configuration.
const std::string kLogs = service("new", 2, "2026-06-01T00:00:00Z", "sigstore.dev") + ',' +
                          service("old", 2, "2025-09-01T00:00:00Z", "sigstore.dev") + ',' +
                          service("v1", 1, "2021-01-01T00:00:00Z", "sigstore.dev") + ',' +
                          service("other", 2, "2025-01-01T00:00:00Z", "example.org") + ',' +
                          service("future", 3, "2025-01-01T00:00:00Z", "example.net");

TEST_CASE("services are those of the highest known version that are valid, the newest of each operator") {
  const auto config = SigningConfig::parse(kHead + R"(,"rekorTlogUrls":[)" + kLogs + "]}");
  REQUIRE(config);
  const ServiceSelector any, all{ServiceSelector::Kind::all, 0}, two{ServiceSelector::Kind::exact, 2},
      three{ServiceSelector::Kind::exact, 3};
  const Time now = at("2026-07-01T00:00:00Z");
  CHECK(urls(select(config->logs, any, {1, 2}, now, "logs")) == std::vector<std::string>{"new"});
  CHECK(urls(select(config->logs, all, {1, 2}, now, "logs")) == std::vector<std::string>{"new", "other"});
  CHECK(urls(select(config->logs, two, {1, 2}, now, "logs")) == std::vector<std::string>{"new", "other"});
  CHECK(select(config->logs, three, {1, 2}, now, "logs").error().code() == ErrorCode::unsupported);
  CHECK(urls(select(config->logs, any, {1}, now, "logs")) == std::vector<std::string>{"v1"});
  // The newer log is not yet there for everybody.
  CHECK(urls(select(config->logs, any, {1, 2}, at("2026-05-31T23:59:59Z"), "logs")) == std::vector<std::string>{"old"});
  CHECK(urls(select(config->logs, all, {2}, at("2020-01-01T00:00:00Z"), "logs")).front().find("0 of 5") !=
        std::string::npos);
}

TEST_CASE("both ends of a service's validity are in it") {
  const auto config = SigningConfig::parse(kHead + R"(,"tsaUrls":[)" +
                                           service("a", 1, "2026-01-01T00:00:00Z", "o", "2026-02-01T00:00:00Z") + "]}");
  REQUIRE(config);
  const auto found = [&](const char* time) {
    return static_cast<bool>(select(config->timestamp_authorities, {}, {1}, at(time), "x"));
  };
  CHECK(found("2026-01-01T00:00:00Z"));
  CHECK(found("2026-02-01T00:00:00Z"));
  CHECK_FALSE(found("2025-12-31T23:59:59Z"));
  CHECK_FALSE(found("2026-02-01T00:00:01Z"));
}

TEST_CASE("a configuration without logs or authorities asks none; one of which none can be used is an error") {
  const auto none = SigningConfig::parse(kHead + "}");
  REQUIRE(none);
  const auto addresses = addresses_of(*none, Time());
  REQUIRE(addresses);
  CHECK(addresses->certificate_authority.empty());
  CHECK(addresses->logs.empty());
  const auto over = SigningConfig::parse(kHead + R"(,"caUrls":[)" +
                                         service("a", 1, "2020-01-01T00:00:00Z", "o", "2021-01-01T00:00:00Z") + "]}");
  REQUIRE(over);
  CHECK(addresses_of(*over, at("2026-01-01T00:00:00Z")).error().code() == ErrorCode::unsupported);
}

TEST_CASE("a configuration that is not understood is refused") {
  const auto code = [](const std::string& text) { return SigningConfig::parse(text).error().code(); };
  CHECK(code(R"({"mediaType":"application/vnd.dev.sigstore.signingconfig.v0.1+json"})") == ErrorCode::unsupported);
  CHECK(code("[]") == ErrorCode::malformed);
  for (const char* const rest :
       {R"(,"more":1})", R"(,"caUrls":[{"majorApiVersion":1}]})", R"(,"caUrls":[{"url":"","majorApiVersion":1}]})",
        R"(,"caUrls":[{"url":"u","majorApiVersion":-1}]})", R"(,"caUrls":[{"url":"u","more":1}]})",
        R"(,"caUrls":[{"url":"u","validFor":{"start":"now"}}]})", R"(,"caUrls":[1]})", R"(,"caUrls":{}})",
        R"(,"tsaConfig":{"selector":"SOME"}})", R"(,"tsaConfig":{"selector":"EXACT"}})",
        R"(,"tsaUrls":[{"url":"u","majorApiVersion":1}],"tsaConfig":{}})", R"(,"tsaUrls":[],"tsaUrls":[]})"}) {
    INFO(rest);
    CHECK(code(kHead + rest) == ErrorCode::malformed);
  }
}

TEST_CASE("a configuration without services is what cosign writes to sign with a key alone") {
  const auto none = SigningConfig::parse(kHead + R"(,"rekorTlogConfig":{},"tsaConfig":{}})");
  REQUIRE(none);
  const auto addresses = addresses_of(*none, at("2026-01-01T00:00:00Z"));
  REQUIRE(addresses);
  CHECK(addresses->logs.empty());
  CHECK(addresses->timestamp_authorities.empty());
}

TEST_CASE("a configuration lists kMaxSigningServices of a kind at most, in kMaxSigningConfigBytes") {
  const auto config = [](std::size_t count) {
    std::string list;
    for (std::size_t i = 0; i < count; ++i) list += (i == 0 ? "" : ",") + std::string(R"({"url":"u"})");
    return SigningConfig::parse(kHead + R"(,"caUrls":[)" + list + "]}");
  };
  CHECK(config(kMaxSigningServices));
  CHECK(config(kMaxSigningServices + 1).error().code() == ErrorCode::limit_exceeded);
  const std::string least = kHead + "}";
  CHECK(SigningConfig::parse(least + std::string(kMaxSigningConfigBytes - least.size(), ' ')));
  CHECK(SigningConfig::parse(least + std::string(kMaxSigningConfigBytes - least.size() + 1, ' ')).error().code() ==
        ErrorCode::limit_exceeded);
}

}  // namespace
}  // namespace supply::sigstore
