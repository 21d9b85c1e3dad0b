// Who brought a package, what became of its files, what belongs to nobody, and what others say of packages.
#include <algorithm>
#include <catch2/catch.hpp>
#include <map>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/content/catalog/catalog.hpp"
#include "libsupply/content/catalog/internal/embedded_sbom.hpp"
#include "libsupply/image/rootfs/rootfs.hpp"
#include "libsupply/testing/tar.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using catalog::WithOwnedFiles;

namespace {

struct Entry {
  std::string name, content = {};
  char type = '0';
  std::string link = {};
  unsigned mode = 0644;
};
using Layer = std::vector<Entry>;

Budget budget;  // of all tests here

Result<pkg::Inventory> read(const std::vector<Layer>& stack, WithOwnedFiles files = WithOwnedFiles::no) {
  rootfs::LayerRequest request;
  request.collectors = catalog::collectors(files);
  if (files == WithOwnedFiles::yes) request.file_digests = rootfs::WithFileDigests::yes;
  std::vector<rootfs::LayerScan> scans;
  std::vector<Digest> digests;
  for (const Layer& entries : stack) {
    std::string tar;
    for (const Entry& entry : entries)
      tar += testing::tar_entry(
          {.path = entry.name, .content = entry.content, .link = entry.link, .type = entry.type, .mode = entry.mode});
    tar += testing::tar_end();
    digests.push_back(crypto::sha256(tar));
    const auto source = io::from_string(tar);
    SUPPLY_TRY(rootfs::LayerScan one,
               rootfs::read_layer(*source, digests.back(), "application/vnd.oci.image.layer.v1.tar", request, budget));
    scans.push_back(std::move(one));
  }
  std::vector<const rootfs::LayerScan*> pointers;
  for (const rootfs::LayerScan& one : scans) pointers.push_back(&one);
  SUPPLY_TRY(const rootfs::FileTree tree, rootfs::FileTree::merge(pointers, budget));
  return catalog::read(tree, digests, budget, {}, files);
}

// Name to the layer that introduced it, -1 where nobody knows.
using Introduced = std::map<std::string, int>;
Introduced introduced(const std::vector<Layer>& stack) {
  const auto inventory = read(stack);
  REQUIRE(inventory);
  Introduced out;
  for (const pkg::Package& package : inventory->packages)
    out[package.name] = package.introduced ? static_cast<int>(*package.introduced) : -1;
  return out;
}

std::string deb(const std::string& name, const std::string& version) {
  return "Package: " + name + "\nStatus: install ok installed\nArchitecture: amd64\nVersion: " + version + "\n\n";
}
std::string apk(const std::string& name, const std::string& version) {
  return "P:" + name + "\nV:" + version + "\nA:x86_64\n\n";
}
Entry status(const std::string& text) { return {.name = "var/lib/dpkg/status", .content = text}; }
Entry release(const std::string& id) { return {.name = "etc/os-release", .content = "ID=" + id + "\nVERSION_ID=1\n"}; }

std::string md5(const std::string& text) { return to_hex(crypto::hash(crypto::HashAlgorithm::md5, text)); }

using Changes = std::map<std::string, std::string>;  // path to what happened
Changes changes(const pkg::Inventory& inventory) {
  Changes out;
  for (const pkg::ChangedFile& file : inventory.changed)
    out[file.path] = std::string(file.kind == pkg::ChangedFile::Kind::deleted     ? "deleted"
                                 : file.kind == pkg::ChangedFile::Kind::unchecked ? "unchecked"
                                                                                  : "changed") +
                     (file.configuration ? " configuration" : "");
  return out;
}

}  // namespace

TEST_CASE("a package is of the layer that brought its version, not of the last that wrote the database") {
  CHECK(introduced({{release("debian"), status(deb("a", "1") + deb("b", "1"))},
                    {status(deb("a", "1") + deb("b", "2"))},
                    {status(deb("a", "1") + deb("b", "2") + deb("c", "1"))}}) ==
        Introduced{{"a", 0}, {"b", 1}, {"c", 2}});
  CHECK(introduced({{release("alpine"), {.name = "lib/apk/db/installed", .content = apk("a", "1-r0")}},
                    {{.name = "lib/apk/db/installed", .content = apk("a", "1-r0") + apk("b", "1-r0")}}}) ==
        Introduced{{"a", 0}, {"b", 1}});
}

TEST_CASE("databases of opkg, xbps, vcpkg and Composer are compared from layer to layer too") {
  const auto opkg = [](const std::string& text) { return Entry{.name = "usr/lib/opkg/status", .content = text}; };
  CHECK(introduced({{release("openwrt"), opkg(deb("a", "1"))}, {opkg(deb("a", "1") + deb("b", "1"))}}) ==
        Introduced{{"a", 0}, {"b", 1}});
  const auto xbps = [](const std::vector<std::string>& names) {
    std::string text = "<plist version=\"1.0\"><dict>";
    for (const std::string& name : names)
      text += "<key>" + name + "</key><dict><key>pkgver</key><string>" + name +
              "-1_1</string><key>state</key><string>installed</string></dict>";
    return Entry{.name = "var/db/xbps/pkgdb-0.38.plist", .content = text + "</dict></plist>"};
  };
  CHECK(introduced({{release("void"), xbps({"a"})}, {xbps({"a", "b"})}}) == Introduced{{"a", 0}, {"b", 1}});
  const auto composer = [](const std::string& more) {
    return Entry{.name = "app/vendor/composer/installed.json",
                 .content = R"({"packages":[{"name":"x/a","version":"1"})" + more + "]}"};
  };
  CHECK(introduced({{composer("")}, {composer(R"(,{"name":"x/b","version":"1"})")}}) ==
        Introduced{{"x/a", 0}, {"x/b", 1}});
  const auto port = [](const std::string& name) {
    return "Package: " + name + "\nVersion: 1\nArchitecture: x64-linux\nStatus: install ok installed\n\n";
  };
  const auto vcpkg = [](const std::string& text) {
    return Entry{.name = "opt/installed/vcpkg/status", .content = text};
  };
  CHECK(introduced({{vcpkg(port("a"))}, {vcpkg(port("a") + port("b"))}}) == Introduced{{"a", 0}, {"b", 1}});
  CHECK(introduced({{{.name = "usr/share/php/.registry/a.reg", .content = "x"}}, {vcpkg(port("a"))}}) ==
        Introduced{{"a", 1}});
}

TEST_CASE("what vcpkg and Composer installed has an owner") {
  const auto inventory = read(
      {{{.name = "opt/installed/vcpkg/status",
         .content = "Package: a\nVersion: 1\nArchitecture: x64-linux\nStatus: install ok installed\n\n"},
        {.name = "opt/installed/vcpkg/info/a_1_x64-linux.list",
         .content = "x64-linux/\nx64-linux/lib/\nx64-linux/lib/liba.so\n"},
        {.name = "opt/installed/x64-linux/lib/liba.so", .content = "\x7f\x45LF", .mode = 0755},
        {.name = "opt/installed/x64-linux/lib/libb.so", .content = "\x7f\x45LF", .mode = 0755},
        {.name = "app/vendor/composer/installed.json", .content = R"({"packages":[{"name":"x/a","version":"1"}]})"},
        {.name = "app/vendor/x/a/bin/run", .content = "#!/bin/sh\n", .mode = 0755},
        {.name = "app/vendor/x/b/run", .content = "#!/bin/sh\n", .mode = 0755}}},
      WithOwnedFiles::yes);
  REQUIRE(inventory);
  std::set<std::string> unowned;
  for (const pkg::UnownedExecutable& file : inventory->unowned) unowned.insert(file.path);
  CHECK(unowned == std::set<std::string>{"opt/installed/x64-linux/lib/libb.so", "app/vendor/x/b/run"});
}

TEST_CASE("a version that went and came back is of the layer in which it came back") {
  CHECK(introduced({{release("debian"), status(deb("a", "1"))},
                    {status(deb("a", "2"))},
                    {status(deb("a", "1") + deb("b", "1"))},
                    {status(deb("a", "1") + deb("b", "2"))}}) == Introduced{{"a", 2}, {"b", 3}});
}

TEST_CASE("a layer that removes the database is a break, however it does so") {
  for (const std::string whiteout : {"var/lib/dpkg/.wh.status", "var/lib/.wh.dpkg", "var/.wh..wh..opq"}) {
    INFO(whiteout);
    CHECK(introduced({{release("debian"), status(deb("a", "1"))}, {{.name = whiteout}}, {status(deb("a", "1"))}}) ==
          Introduced{{"a", 2}});
    CHECK(introduced({{release("debian"), status(deb("a", "1"))}, {{.name = whiteout}, status(deb("a", "1"))}}) ==
          Introduced{{"a", 1}});
  }
  CHECK(introduced({{release("debian"), status(deb("a", "1"))},
                    {{.name = "var/lib/dpkg", .type = '2', .link = "nowhere"}},
                    {{.name = "var/lib/dpkg/", .type = '5'}, status(deb("a", "1"))}})["a"] == 2);
}

TEST_CASE("of a database that one layer does not show nobody knows since when its packages are there") {
  // The link of the middle layer stands for a file that is read under another name.
  CHECK(introduced({{release("debian"), status(deb("a", "1"))},
                    {{.name = "var/lib/dpkg/status", .type = '2', .link = "status-old"}},
                    {status(deb("a", "1"))}}) == Introduced{{"a", -1}});
  // A database below cannot be read.
  CHECK(introduced({{release("debian"), status("no colon here\n")}, {status(deb("a", "1"))}}) == Introduced{{"a", -1}});
}

TEST_CASE("a database that a layer names through a link is the same one") {
  CHECK(introduced({{release("alpine"),
                     {.name = "usr/lib/", .type = '5'},
                     {.name = "lib", .type = '2', .link = "usr/lib"},
                     {.name = "usr/lib/apk/db/installed", .content = apk("a", "1-r0")}},
                    {{.name = "lib/apk/db/installed", .content = apk("a", "1-r0") + apk("b", "1-r0")}}}) ==
        Introduced{{"a", 0}, {"b", 1}});
}

TEST_CASE("a package with a file of its own is of the layer since which that file says the same") {
  const std::string at = "usr/lib/python3/dist-packages/x-1.dist-info/METADATA";
  const std::string text = "Metadata-Version: 2.1\nName: x\nVersion: 1\n";
  // As `chown -R` in a Dockerfile does it: every file again.
  CHECK(introduced({{{.name = at, .content = text}}, {{.name = at, .content = text}}}) == Introduced{{"x", 0}});
  CHECK(introduced({{{.name = at, .content = "Metadata-Version: 2.1\nName: x\nVersion: 0\n"}},
                    {{.name = at, .content = text}}}) == Introduced{{"x", 1}});
}

TEST_CASE("files that are not as dpkg recorded them are found, and what dpkg does not mind is not") {
  const std::string sums = md5("same") + "  usr/bin/same\n" + md5("before") + "  usr/bin/other\n" + md5("gone") +
                           "  usr/share/gone\n" + md5("moved") + "  usr/bin/moved\n";
  const auto inventory = read(
      {{release("debian"),
        status("Package: a\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1\nConffiles:\n /etc/a.conf " +
               md5("as shipped") + "\n /etc/b.conf " + md5("b") + "\n /etc/old " + md5("old") + " obsolete\n\n"),
        {.name = "var/lib/dpkg/info/a.list",
         .content = "/.\n/usr/bin/same\n/usr/bin/other\n/usr/share/gone\n/usr/bin/moved\n/etc/a.conf\n/etc/b.conf\n"},
        {.name = "var/lib/dpkg/info/a.md5sums", .content = sums},
        {.name = "var/lib/dpkg/diversions", .content = "/usr/bin/moved\n/usr/bin/moved.a\nb\n"},
        {.name = "usr/bin/same", .content = "same", .mode = 0755},
        {.name = "usr/bin/other", .content = "before", .mode = 0755},
        {.name = "usr/bin/moved.a", .content = "moved", .mode = 0755},
        {.name = "usr/bin/moved", .content = "of b", .mode = 0644},
        {.name = "etc/b.conf", .content = "b"}},
       {{.name = "usr/bin/other", .content = "after", .mode = 0755}, {.name = "etc/a.conf", .content = "edited"}}},
      WithOwnedFiles::yes);
  REQUIRE(inventory);
  CHECK(changes(*inventory) ==
        Changes{{"usr/bin/other", "changed"}, {"usr/share/gone", "deleted"}, {"etc/a.conf", "changed configuration"}});
  const auto other = std::find_if(inventory->changed.begin(), inventory->changed.end(),
                                  [](const auto& file) { return file.path == "usr/bin/other"; });
  CHECK(other->found == md5("after"));
  CHECK(other->expected == pkg::Checksum{"md5", md5("before")});
  CHECK(other->layer == inventory->layers[1].digest);
  CHECK(other->package == "pkg:deb/debian/a@1?arch=amd64&distro=debian-1");
}

TEST_CASE("files that are not as apk recorded them are found, links by where they lead") {
  const auto q1 = [](const std::string& text) {
    return "Z:Q1" + to_base64(crypto::hash(crypto::HashAlgorithm::sha1, text)) + "\n";
  };
  const auto q2 = [](const std::string& text) {
    return "Z:Q2" + to_base64(crypto::hash(crypto::HashAlgorithm::sha256, text)) + "\n";
  };
  const std::string database = "P:a\nV:1-r0\nA:x86_64\nF:usr/lib\nR:liba.so.1\n" + q1("liba.so.1.0") + "R:liba.so.2\n" +
                               q1("liba.so.2.0") + "R:liba.so.1.0\n" + q2("library") + "F:etc\nR:a.conf\n" +
                               q1("shipped") + "R:gone\n" + q1("gone") +
                               "R:no-sum\nR:odd\nZ:Q9x\nR:odd-link\nZ:Q9x\n\n";
  const auto inventory = read({{release("alpine"),
                                {.name = "lib/apk/db/installed", .content = database},
                                {.name = "usr/lib/liba.so.1", .type = '2', .link = "liba.so.1.0"},
                                {.name = "usr/lib/liba.so.2", .type = '2', .link = "elsewhere"},
                                {.name = "usr/lib/liba.so.1.0", .content = "library"},
                                {.name = "etc/odd", .content = "x"},
                                {.name = "etc/odd-link", .type = '2', .link = "odd"},
                                {.name = "etc/a.conf", .content = "edited"}}},
                              WithOwnedFiles::yes);
  REQUIRE(inventory);
  CHECK(changes(*inventory) == Changes{{"usr/lib/liba.so.2", "changed"},
                                       {"etc/odd", "unchecked configuration"},
                                       {"etc/a.conf", "changed configuration"},
                                       {"etc/gone", "deleted configuration"}});
}

TEST_CASE("files that are not as pip recorded them are found") {
  const std::string site = "usr/lib/python3.11/site-packages/";
  std::string sum = to_base64(crypto::hash(crypto::HashAlgorithm::sha256, "print()\n"));
  std::replace(sum.begin(), sum.end(), '+', '-');
  std::replace(sum.begin(), sum.end(), '/', '_');
  sum.erase(sum.find('='));
  const auto inventory = read(
      {{{.name = site + "x-1.dist-info/METADATA", .content = "Metadata-Version: 2.1\nName: x\nVersion: 1\n"},
        {.name = site + "x-1.dist-info/RECORD",
         .content = "x/a.py,sha256=" + sum + ",8\nx/b.py,sha256=" + sum +
                    ",8\nx/c.py,sha512=" + to_base64(std::string(64, 'x')) +
                    ",1\nx-1.dist-info/RECORD,,\n../../../bin/x,sha256=" + sum + ",8\n../../../bin/y,sha256=" + sum +
                    ",8\nx/d.py,sha256=!,1\nx/e.py,sha256=abcd,1\nx/f.py,sha256,1\n"},
        {.name = site + "x/d.py", .content = "x"},
        {.name = site + "x/e.py", .content = "x"},
        {.name = site + "x/f.py", .content = "x"},
        {.name = site + "x/a.py", .content = "print()\n"},
        {.name = site + "x/b.py", .content = "print(1)\n"},
        {.name = site + "x/c.py", .content = "x"},
        {.name = "usr/bin/x", .content = "print()\n", .mode = 0755}}},
      WithOwnedFiles::yes);
  REQUIRE(inventory);
  CHECK(changes(*inventory) == Changes{{site + "x/b.py", "changed"},
                                       {site + "x/c.py", "unchecked"},
                                       {site + "x/d.py", "unchecked"},
                                       {site + "x/e.py", "unchecked"},
                                       {site + "x/f.py", "unchecked"},
                                       {"usr/bin/y", "deleted"}});
  CHECK(inventory->unowned.empty());
}

TEST_CASE("executables that no package owns have an x bit or are ELF") {
  const auto inventory =
      read({{release("debian"),
             status(deb("a", "1")),
             {.name = "var/lib/dpkg/info/a.list", .content = "/.\n/usr/bin/a\n/usr/bin/a-2\n"},
             {.name = "usr/bin/a", .content = "#!/bin/sh\n", .mode = 0755},
             {.name = "var/lib/dpkg/info/a.postinst", .content = "#!/bin/sh\n", .mode = 0755},
             {.name = "var/lib/dpkg/info/a:amd64.prerm", .content = "#!/bin/sh\n", .mode = 0755},
             {.name = "var/lib/dpkg/info/b.postinst", .content = "#!/bin/sh\n", .mode = 0755},
             {.name = "var/lib/dpkg/diversions", .content = "/usr/bin/a-2\n/usr/bin/a-2.distrib\n:\n"},
             {.name = "usr/bin/a-2.distrib", .content = "#!/bin/sh\n", .mode = 0755},
             {.name = "usr/local/bin/script", .content = "#!/bin/sh\n", .mode = 0755},
             {.name = "opt/x/libx.so",
              .content = "\x7f"
                         "ELF" +
                         std::string(60, '\0'),
              .mode = 0644},
             {.name = "opt/x/link", .type = '2', .link = "libx.so"},
             {.name = "opt/x/data", .content = "data", .mode = 0644},
             {.name = "srv/node_modules/y/package.json", .content = R"({"name":"y","version":"1.0.0"})"},
             {.name = "srv/node_modules/y/bin/y.js", .content = "#!/usr/bin/env node\n", .mode = 0755}}},
           WithOwnedFiles::yes);
  REQUIRE(inventory);
  std::vector<std::string> paths;
  for (const auto& file : inventory->unowned) paths.push_back(file.path);
  CHECK(paths == std::vector<std::string>{"opt/x/libx.so", "usr/local/bin/script", "var/lib/dpkg/info/b.postinst"});
}

TEST_CASE("an SBOM that lies in the image speaks of packages and installs none") {
  // Made after melange's documents: the package, its source, and the recipe that it was built by.
  const std::string document = R"({"spdxVersion":"SPDX-2.3","packages":[
    {"SPDXID":"SPDXRef-a","name":"a","versionInfo":"1-r0","externalRefs":[{"referenceCategory":"PACKAGE_MANAGER",
      "referenceType":"purl","referenceLocator":"pkg:apk/wolfi/a@1-r0?arch=x86_64"}]},
    {"SPDXID":"SPDXRef-s","name":"source","externalRefs":[{"referenceType":"purl",
      "referenceLocator":"pkg:github/example/a@v1"}]},
    {"SPDXID":"SPDXRef-y","name":"a.yaml"}],
    "relationships":[{"spdxElementId":"SPDXRef-a","relationshipType":"GENERATED_FROM","relatedSpdxElement":"SPDXRef-s"}]})";
  const auto inventory = read({{release("wolfi"),
                                {.name = "lib/apk/db/installed", .content = apk("a", "1-r0")},
                                {.name = "var/lib/db/sbom/a-1-r0.spdx.json", .content = document},
                                {.name = "var/lib/db/sbom/damaged.spdx.json", .content = "{"}}});
  REQUIRE(inventory);
  REQUIRE(inventory->packages.size() == 1);
  const std::string purl = inventory->packages[0].purl.to_string();
  CHECK(inventory->unknowns.empty());
  REQUIRE(inventory->embedded.size() == 2);
  const pkg::EmbeddedSbom& one = inventory->embedded[0];
  CHECK(one.path == "var/lib/db/sbom/a-1-r0.spdx.json");
  CHECK(one.format == "SPDX-2.3");
  CHECK(one.sha256 == crypto::sha256(document).encoded());
  CHECK(one.listed == std::vector<std::string>{"pkg:apk/wolfi/a@1-r0?arch=x86_64", "pkg:github/example/a@v1"});
  CHECK(one.describes == std::vector<std::string>{purl});
  CHECK(one.generated_from == std::vector<std::pair<std::string, std::string>>{{purl, "pkg:github/example/a@v1"}});
  CHECK(inventory->embedded[1].format.starts_with("unread: "));
}

TEST_CASE("an embedded SBOM may be CycloneDX or SPDX 3, and has limits") {
  const auto cyclonedx = catalog::parse_embedded_sbom(
      R"({"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"purl":"pkg:pypi/x@1"}},
          "components":[{"name":"n","components":[{"purl":"pkg:generic/libjpeg@9"}]}]})");
  REQUIRE(cyclonedx);
  CHECK(cyclonedx->format == "CycloneDX-1.6");
  CHECK(cyclonedx->purls == std::vector<std::string>{"pkg:generic/libjpeg@9", "pkg:pypi/x@1"});
  const auto spdx3 =
      catalog::parse_embedded_sbom(R"({"@context":"x","@graph":[{"software_packageUrl":"pkg:npm/a@1"}]})");
  REQUIRE(spdx3);
  CHECK(spdx3->purls == std::vector<std::string>{"pkg:npm/a@1"});
  const std::string two =
      R"({"bomFormat":"CycloneDX","specVersion":"1.6","components":[{"purl":"pkg:npm/a@1"},{"purl":"pkg:npm/b@1"}]})";
  CHECK(catalog::parse_embedded_sbom(two, 2));  // kMaxEmbeddedSbomPurls by default
  CHECK(catalog::parse_embedded_sbom(two, 1).error().code() == ErrorCode::limit_exceeded);
  CHECK(catalog::parse_embedded_sbom("{}").error().code() == ErrorCode::unsupported);
  CHECK(catalog::parse_embedded_sbom("[1").error().code() == ErrorCode::malformed);
  std::string long_one = two;
  long_one.append(kMaxEmbeddedSbomBytes - long_one.size(), ' ');
  CHECK(catalog::parse_embedded_sbom(long_one));
  CHECK(catalog::parse_embedded_sbom(long_one + " ").error().code() == ErrorCode::limit_exceeded);
}
