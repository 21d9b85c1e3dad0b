#include "libsupply/image/registry/certificates.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using registry::certificate_folders;
using registry::find_certificates;

namespace {

const std::string kPem = "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n";

}  // namespace

TEST_CASE("certificates are looked for where podman and docker have them, the user's first") {
  CHECK(certificate_folders({{"HOME", "/h"}}) ==
        std::vector<std::string>{"/h/.config/containers/certs.d", "/etc/containers/certs.d", "/etc/docker/certs.d"});
  CHECK(certificate_folders({{"HOME", "/h"}, {"XDG_CONFIG_HOME", "/x"}}).front() == "/x/containers/certs.d");
  CHECK(certificate_folders({}).size() == 2);
}

TEST_CASE("the first folder that knows the registry speaks for it") {
  const testing::TempFolder folder;
  const std::vector<std::string> places{(folder / "a").string(), (folder / "b").string()};
  CHECK(find_certificates(places, "r.example:5000")->authorities.empty());
  testing::write(folder / "b/r.example:5000/one.crt", kPem + "one");
  testing::write(folder / "b/r.example:5000/two.crt", kPem + "two");
  testing::write(folder / "b/r.example:5000/README", "hello");
  auto found = find_certificates(places, "r.example:5000");
  REQUIRE(found);
  CHECK(found->authorities == kPem + "one\n" + kPem + "two\n");
  CHECK_FALSE(found->client);
  CHECK(find_certificates(places, "r.example")->authorities.empty());
  testing::write(folder / "a/r.example:5000/client.cert", kPem);
  testing::write(folder / "a/r.example:5000/client.key", "key");
  found = find_certificates(places, "r.example:5000");
  REQUIRE(found);
  CHECK(found->authorities.empty());
  CHECK(found->client->certificate_file == (folder / "a/r.example:5000/client.cert").string());
  CHECK(found->client->key_file == (folder / "a/r.example:5000/client.key").string());
}

TEST_CASE("half a pair, or a file that is no certificate, is an error and not passed over") {
  const auto code = [](const std::string& name, const std::string& text) {
    const testing::TempFolder folder;
    testing::write(folder / ("r.example/" + name), text);
    const auto found = find_certificates({folder.path().string()}, "r.example");
    REQUIRE_FALSE(found);
    CHECK(found.error().message().find(name) != std::string::npos);
    return found.error().code();
  };
  CHECK(code("client.cert", kPem) == ErrorCode::usage);
  CHECK(code("client.key", "key") == ErrorCode::usage);
  CHECK(code("ca.crt", "hello") == ErrorCode::usage);
  const testing::TempFolder folder;
  testing::write(folder / "r.example/a.crt", kPem + std::string(kMaxTrustFileBytes - 100, ' '));
  testing::write(folder / "r.example/b.crt", kPem);
  CHECK(find_certificates({folder.path().string()}, "r.example").error().code() == ErrorCode::limit_exceeded);
}
