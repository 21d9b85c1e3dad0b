#include "libsupply/verdict/gate/internal/notable_files.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/io/stream.hpp"
#include "libsupply/base/limits/policy_limits.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/testing/tar.hpp"

namespace supply::gate {
namespace {

using testing::tar_end;
using testing::tar_entry;

/// "kind path detail" of each, "-" before what a later layer removes.
std::string found_in(const std::vector<std::string>& tars) {
  Budget budget;
  rootfs::LayerRequest request;
  request.collectors = {credential_collector()};
  std::vector<std::unique_ptr<rootfs::LayerScan>> owned;
  std::vector<const rootfs::LayerScan*> layers;
  for (const std::string& tar : tars) {
    const std::unique_ptr<io::Source> source = io::from_string(tar);
    auto scan = rootfs::read_layer(*source, crypto::sha256(tar), oci::kLayerType, request, budget);
    REQUIRE(scan);
    owned.push_back(std::make_unique<rootfs::LayerScan>(*std::move(scan)));
    layers.push_back(owned.back().get());
  }
  const auto tree = rootfs::FileTree::merge(layers, budget);
  REQUIRE(tree);
  const auto files = notable_files(*tree);
  if (!files) return "too many";
  std::string all;
  for (const policy::FileFact& each : *files)
    all += (each.removed ? "-" : "") + each.kind + " " + each.path + " " + each.detail + "\n";
  return all;
}

const std::string kPem = "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n";

TEST_CASE("modes of files are read from their headers") {
  CHECK(
      found_in({tar_entry({.path = "usr/bin/su", .mode = 04755}) + tar_entry({.path = "usr/bin/wall", .mode = 02755}) +
                tar_entry({.path = "tmp/", .type = '5', .mode = 01777}) +
                tar_entry({.path = "srv/", .type = '5', .mode = 0777}) + tar_entry({.path = "etc/x", .mode = 0666}) +
                tar_end()}) ==
      "setuid usr/bin/su mode 4755\nsetuid usr/bin/wall mode 2755\nworld-writable etc/x mode 0666\n"
      "world-writable srv mode 0777\n");
}

TEST_CASE("a file with capabilities is one with setuid") {
  using std::string_view_literals::operator""sv;
  const auto with = [](std::string_view key, std::string_view value) {
    return testing::tar_pax('x', {{key, value}}) + tar_entry({.path = "usr/bin/ping", .content = "x", .mode = 0755}) +
           tar_entry({.path = "usr/bin/other", .content = "x", .mode = 0755}) + tar_end();
  };
  const auto raw = "\x01\x00\x00\x02\x00\x20\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"sv;
  CHECK(found_in({with("SCHILY.xattr.security.capability", raw)}) ==
        "setuid usr/bin/ping capabilities cap_net_raw=ep\n");
  CHECK(found_in({with("SCHILY.xattr.security.capability", "x")}) ==
        "setuid usr/bin/ping capabilities in a form that is not read\n");
  CHECK(found_in({with("SCHILY.xattr.security.selinux", raw)}).empty());
  // A later layer's file in its place has none.
  CHECK(found_in({with("SCHILY.xattr.security.capability", raw),
                  tar_entry({.path = "usr/bin/ping", .content = "y", .mode = 0755}) + tar_end()})
            .empty());
}

TEST_CASE("programs are found behind directories that are links") {
  const auto to = [](std::string_view path, std::string_view target) {
    return tar_entry({.path = path, .link = target, .type = '2'});
  };
  const std::string program = tar_entry({.path = "srv/tools/gcc", .content = "x", .mode = 0755}) +
                              tar_entry({.path = "srv/tools/apt-get", .content = "x", .mode = 0755});
  const std::string found = "compiler srv/tools/gcc \npackage-manager srv/tools/apt-get \n";
  CHECK(found_in({program + to("opt/bin", "/srv/tools") + tar_end()}) == found);
  CHECK(found_in({program + tar_end(), to("usr/local/bin", "../../srv/tools") + tar_end()}) == found);
  CHECK(found_in({program + tar_entry({.path = "srv/all/bin/make", .content = "x"}) + to("usr", "srv/all") +
                  to("srv/all/sbin", "../tools") + tar_end()}) == "compiler srv/all/bin/make \n" + found);
  CHECK(found_in({program + tar_end()}).empty());
  CHECK(found_in({program + to("srv/bin", "/srv/tools") + tar_end()}).empty());
}

// What buildah (as Docker and podman) makes of a hard link's mode; umoci leaves the target's.
TEST_CASE("a hard link with setuid makes its file so, unless a later entry takes its place") {
  const std::string plain = tar_entry({.path = "usr/bin/a", .content = "x", .mode = 0755});
  const auto link = [](unsigned mode) {
    return tar_entry({.path = "usr/bin/b", .link = "usr/bin/a", .type = '1', .mode = mode});
  };
  const std::string both = "setuid usr/bin/a mode 4755\nsetuid usr/bin/b mode 4755\n";
  CHECK(found_in({plain + link(04755) + tar_end()}) == both);
  CHECK(found_in({plain + tar_end(), link(04755) + tar_end()}) == both);
  CHECK(found_in({plain + link(0755) + tar_end()}).empty());
  CHECK(found_in({plain + link(0757) + tar_end()}) ==
        "world-writable usr/bin/a mode 0757\nworld-writable usr/bin/b mode 0757\n");
  // The other name keeps what the link brought.
  CHECK(found_in({plain + link(04755) + tar_end(), tar_entry({.path = "usr/bin/.wh.b"}) + tar_end()}) ==
        "setuid usr/bin/a mode 4755\n");
  const std::string again =
      tar_entry({.path = "usr/bin/a", .mode = 0755}) + tar_entry({.path = "usr/bin/b", .mode = 0755});
  CHECK(found_in({plain + link(04755) + tar_end(), again + tar_end()}).empty());
  CHECK(found_in({plain + link(04755) + again + tar_end()}).empty());
  // A link to a symbolic link has no mode of its own.
  CHECK(found_in({plain + tar_entry({.path = "usr/bin/s", .link = "a", .type = '2'}) +
                  tar_entry({.path = "usr/bin/b", .link = "usr/bin/s", .type = '1', .mode = 04755}) + tar_end()})
            .empty());
}

TEST_CASE("programs are known by their names, where programs lie") {
  for (const char* path : {"usr/bin/apt-get", "sbin/apk", "usr/local/bin/pip3", "usr/bin/pip3.11", "usr/bin/dnf5"})
    CHECK(kind_by_name(path) == "package-manager");
  for (const char* path : {"usr/bin/gcc-12", "usr/bin/x86_64-linux-gnu-gcc-12", "usr/bin/g++", "usr/bin/clang-15",
                           "usr/local/go/bin/go", "usr/bin/ld"})
    CHECK(kind_by_name(path) == "compiler");
  for (const char* path : {"usr/bin/python3.11", "opt/app/apt", "usr/share/doc/gcc-12", "usr/bin/make-it-so",
                           "usr/bin/ldd", "usr/lib/bin/x/apt"})
    CHECK(kind_by_name(path).empty());
  CHECK(kind_by_name("app/.git") == "git");
  CHECK(kind_by_name("app/.env.production") == "env");
  CHECK(kind_by_name("app/.env.example").empty());
  CHECK(kind_by_name("app/.environment").empty());
}

TEST_CASE("a private key is found whatever its file is called, a public one and a certificate are none") {
  CHECK(found_in({tar_entry({.path = "app/readme", .content = kPem}) +
                  tar_entry({.path = "b.pem", .content = "-----BEGIN CERTIFICATE-----\n"}) +
                  tar_entry({.path = "c.pem", .content = "-----BEGIN PUBLIC KEY-----\n"}) +
                  tar_entry({.path = "d", .content = "-----BEGIN OPENSSH PRIVATE KEY-----\n"}) + tar_end()}) ==
        "private-key app/readme \"RSA PRIVATE KEY\"\nprivate-key d \"OPENSSH PRIVATE KEY\"\n");
}

TEST_CASE("a credential in a file is told by its line, never by its value") {
  const std::string found =
      found_in({tar_entry({.path = "root/.npmrc",
                           .content = "x=1\n//r/:_authToken=npm_abcdefghijklmnopqrstuvwxyz0123456789\n"}) +
                tar_entry({.path = "app/.env", .content = "A=1\nDB_PASSWORD=hunter2hunter2\n"}) + tar_end()});
  CHECK(found.find("secret root/.npmrc ") != std::string::npos);
  CHECK(found.find("in line 2\n") != std::string::npos);
  CHECK(found.find("secret app/.env named like a secret in line 2\n") != std::string::npos);
  CHECK(found.find("env app/.env") != std::string::npos);
  CHECK(found.find("hunter2") == std::string::npos);
  CHECK(found.find("npm_") == std::string::npos);
}

TEST_CASE("what a later layer removes is found, and said to be removed") {
  const std::string first = tar_entry({.path = "app/id_rsa", .content = kPem}) +
                            tar_entry({.path = "app/.git/", .type = '5', .mode = 0755}) + tar_end();
  const std::string second = tar_entry({.path = "app/.wh.id_rsa"}) + tar_entry({.path = "app/.wh..git"}) + tar_end();
  CHECK(found_in({first, second}) == "-git app/.git \n-private-key app/id_rsa \"RSA PRIVATE KEY\"\n");
  CHECK(found_in({first, tar_entry({.path = "app/id_rsa", .content = "gone"}) + tar_end()}) ==
        "git app/.git \n-private-key app/id_rsa \"RSA PRIVATE KEY\"\n");
}

TEST_CASE("a file over kMaxCredentialFileBytes is not taken for one without credentials") {
  const std::string at(kMaxCredentialFileBytes, ' '), beyond(kMaxCredentialFileBytes + 1, ' ');
  CHECK(found_in({tar_entry({.path = ".netrc", .content = at}) + tar_end()}).empty());
  CHECK(
      found_in({tar_entry({.path = ".netrc", .content = beyond}) + tar_end()}).find("too many to be looked through") !=
      std::string::npos);
}

TEST_CASE("more than kMaxNotableFiles files are not listed in part") {
  const auto with = [](std::size_t count) {
    std::string tar;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string path = "f" + std::to_string(i);
      tar += tar_entry({.path = path, .mode = 0666});
    }
    return found_in({tar + tar_end()});
  };
  CHECK(with(kMaxNotableFiles + 1) == "too many");
  CHECK(with(kMaxNotableFiles) != "too many");
}

}  // namespace
}  // namespace supply::gate
