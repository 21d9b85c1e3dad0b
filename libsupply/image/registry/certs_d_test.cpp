#include "libsupply/image/registry/certs_d.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/network_limits.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using registry::certificate_directories;
using registry::find_certificates;

namespace {

const std::string kPem = "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n";

}  // namespace

TEST_CASE("certificates are looked for where podman and docker have them, the user's first") {
  CHECK(certificate_directories({{"HOME", "/h"}}) ==
        std::vector<std::string>{"/h/.config/containers/certs.d", "/etc/containers/certs.d", "/etc/docker/certs.d"});
  CHECK(certificate_directories({{"HOME", "/h"}, {"XDG_CONFIG_HOME", "/x"}}).front() == "/x/containers/certs.d");
  CHECK(certificate_directories({}).size() == 2);
}

TEST_CASE("the first directory that knows the registry speaks for it") {
  const testing::TempDirectory directory;
  const std::vector<std::string> places{(directory / "a").string(), (directory / "b").string()};
  CHECK(find_certificates(places, "r.example:5000")->ca_certificates.empty());
  testing::write(directory / "b/r.example:5000/one.crt", kPem + "one");
  testing::write(directory / "b/r.example:5000/two.crt", kPem + "two");
  testing::write(directory / "b/r.example:5000/README", "hello");
  auto found = find_certificates(places, "r.example:5000");
  REQUIRE(found);
  CHECK(found->ca_certificates == kPem + "one\n" + kPem + "two\n");
  CHECK_FALSE(found->client);
  CHECK(find_certificates(places, "r.example")->ca_certificates.empty());
  testing::write(directory / "a/r.example:5000/client.cert", kPem);
  testing::write(directory / "a/r.example:5000/client.key", "key");
  found = find_certificates(places, "r.example:5000");
  REQUIRE(found);
  CHECK(found->ca_certificates.empty());
  CHECK(found->client->certificate_file == (directory / "a/r.example:5000/client.cert").string());
  CHECK(found->client->key_file == (directory / "a/r.example:5000/client.key").string());
}

TEST_CASE("half a pair, or a file that is no certificate, is an error and not passed over") {
  const auto code = [](const std::string& name, const std::string& text) {
    const testing::TempDirectory directory;
    testing::write(directory / ("r.example/" + name), text);
    const auto found = find_certificates({directory.path().string()}, "r.example");
    REQUIRE_FALSE(found);
    CHECK(found.error().message().find(name) != std::string::npos);
    return found.error().code();
  };
  CHECK(code("client.cert", kPem) == ErrorCode::usage);
  CHECK(code("client.key", "key") == ErrorCode::usage);
  CHECK(code("ca.crt", "hello") == ErrorCode::usage);
  const testing::TempDirectory directory;
  testing::write(directory / "r.example/a.crt", kPem + std::string(kMaxTrustFileBytes - 100, ' '));
  testing::write(directory / "r.example/b.crt", kPem);
  CHECK(find_certificates({directory.path().string()}, "r.example").error().code() == ErrorCode::limit_exceeded);
}
