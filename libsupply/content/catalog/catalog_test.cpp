#include "libsupply/content/catalog/catalog.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/pkg/purl.hpp"
#include "libsupply/image/rootfs/rootfs.hpp"
#include "libsupply/testing/directory_source.hpp"
#include "libsupply/testing/images.hpp"
#include "libsupply/testing/tar.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using catalog::WithOwnedFiles;
using pkg::Inventory;
using testing::TarFields;

namespace {

Budget budget;  // of all tests here

// "deb/debian/curl@1:2.3" as testdata/images/expected/packages.json has it.
std::string short_form(const pkg::Package& package) {
  const pkg::PurlParts& parts = package.purl.parts();
  return parts.type + "/" + (parts.name_space.empty() ? "" : parts.name_space + "/") + parts.name +
         (parts.version.empty() ? "" : "@" + parts.version);
}

std::set<std::string> short_forms(const pkg::Inventory& catalog) {
  std::set<std::string> out;
  for (const pkg::Package& package : catalog.packages) out.insert(short_form(package));
  return out;
}

Result<pkg::Inventory> catalog_of(const std::string& tag) {
  testing::DirectorySource source(testing::testdata("images/layout"));
  oci::Selector selector;
  selector.tag = tag;
  SUPPLY_TRY(const oci::Descriptor root, source.resolve(selector));
  SUPPLY_TRY(const std::vector<store::PlatformImage> images, testing::images(source, root, {}));
  rootfs::LayerRequest request;
  request.collectors = catalog::collectors(WithOwnedFiles::yes);
  SUPPLY_TRY(const rootfs::Layers layers, rootfs::Layers::read(source, images, request, budget));
  SUPPLY_TRY(const rootfs::FileTree tree, layers.tree(images.front()));
  std::vector<Digest> digests;
  for (const rootfs::LayerScan* facts : layers.of(images.front())) digests.push_back(facts->blob);
  return catalog::read(tree, digests, budget, {}, WithOwnedFiles::yes);
}

// The catalog of layers that are made here.
Result<pkg::Inventory> catalog_of_layers(const std::vector<std::vector<TarFields>>& stack,
                                         WithOwnedFiles files = WithOwnedFiles::no) {
  rootfs::LayerRequest request;
  request.collectors = catalog::collectors(files);
  std::vector<rootfs::LayerScan> facts;
  std::vector<Digest> digests;
  for (const auto& entries : stack) {
    std::string tar;
    for (const TarFields& fields : entries) tar += testing::tar_entry(fields);
    tar += testing::tar_end();
    digests.push_back(crypto::sha256(tar));
    const auto source = io::from_string(tar);
    SUPPLY_TRY(rootfs::LayerScan one,
               rootfs::read_layer(*source, digests.back(), "application/vnd.oci.image.layer.v1.tar", request, budget));
    facts.push_back(std::move(one));
  }
  std::vector<const rootfs::LayerScan*> pointers;
  for (const rootfs::LayerScan& one : facts) pointers.push_back(&one);
  SUPPLY_TRY(const rootfs::FileTree tree, rootfs::FileTree::merge(pointers, budget));
  return catalog::read(tree, digests, budget, {}, files);
}

constexpr std::string_view kRelease = "ID=debian\nVERSION_ID=\"12\"\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n";
constexpr std::string_view kCurl =
    "Package: curl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 7.88\n\n";

}  // namespace

TEST_CASE("catalog finds in small images what is known to be in them") {
  const auto expected = nlohmann::json::parse(testing::read(testing::testdata("images/expected/packages.json")));
  for (const auto& [tag, lists] : supply::testing::some(expected.items())) {
    INFO(tag);
    const auto catalog = catalog_of(tag);
    REQUIRE(catalog);
    const std::set<std::string> found = short_forms(*catalog);
    std::set<std::string> allowed;
    for (const std::string must : lists["must"]) {
      INFO(must);
      CHECK(found.contains(must));
      allowed.insert(must);
    }
    if (lists.contains("may")) allowed.insert(lists["may"].begin(), lists["may"].end());
    for (const std::string& one : found) {
      INFO(one);
      CHECK(allowed.contains(one));
    }
  }
}

TEST_CASE("catalog reads dpkg's database with licences, files and places") {
  const auto catalog =
      catalog_of_layers({{{.path = "etc/os-release", .content = kRelease},
                          {.path = "lib", .link = "usr/lib", .type = '2'},
                          {.path = "usr/lib/libcurl.so", .content = "x"},
                          {.path = "usr/share/doc/curl-data/copyright",
                           .content = "Format: x\n\nFiles: *\nLicense: curl or weird\n\nLicense: weird\n Be kind.\n"},
                          {.path = "usr/share/doc/curl", .link = "curl-data", .type = '2'}},
                         {{.path = "var/lib/dpkg/status", .content = kCurl},
                          {.path = "var/lib/dpkg/info/curl.list", .content = "/.\n/lib\n/lib/libcurl.so\n/gone\n"},
                          {.path = "etc/debian_version", .content = "12.15\n"}}},
                        WithOwnedFiles::yes);
  REQUIRE(catalog);
  REQUIRE(catalog->packages.size() == 1);
  const pkg::Package& curl = catalog->packages.front();
  CHECK(curl.purl.to_string() == "pkg:deb/debian/curl@7.88?arch=amd64&distro=debian-12.15");
  CHECK(curl.declared_license == "curl OR LicenseRef-weird");
  CHECK(curl.license_texts.at("LicenseRef-weird") == "Be kind.");
  CHECK(curl.files == std::vector<std::string>{"usr/lib/libcurl.so"});
  CHECK(curl.location == "var/lib/dpkg/status");
  CHECK(curl.layer.has_value());
  CHECK(catalog->distribution.pretty_name == "Debian GNU/Linux 12");
  CHECK(catalog->unknowns.empty());
}

TEST_CASE("a broken database of the image's own system is a known unknown, and stops nothing") {
  for (const std::string_view path :
       {"var/lib/dpkg/status", "var/lib/dpkg/status.d/x", "lib/apk/db/installed", "usr/lib/apk/db/installed"}) {
    INFO(path);
    const auto catalog = catalog_of_layers({{{.path = path, .content = "junk\n"},
                                             {.path = "b/package.json", .content = R"({"name":"b","version":"1"})"}}});
    REQUIRE(catalog);
    REQUIRE(catalog->unknowns.size() == 1);
    CHECK(catalog->unknowns[0].path == path);
    CHECK_THAT(catalog->unknowns[0].reason, Catch::StartsWith("line 1"));
    CHECK(catalog->packages.size() == 1);
  }
}

TEST_CASE("a database that is longer than is read is a known unknown, and stops nothing") {
  const std::string longer(kMaxCollectedFileBytes + 1, 'x');
  for (const std::string_view path :
       {"var/lib/dpkg/status", "var/lib/dpkg/info/x.list", "var/lib/dpkg/status.d/x.md5sums", "lib/apk/db/installed",
        "usr/lib/opkg/status", "usr/lib/opkg/info/x.list", "var/db/xbps/pkgdb-0.38.plist"}) {
    INFO(path);
    const auto catalog = catalog_of_layers({{{.path = path, .content = longer}}});
    REQUIRE(catalog);
    REQUIRE(catalog->unknowns.size() == 1);
    CHECK(catalog->unknowns[0].to_string() == std::string(path) + ": longer than is read");
  }
}

TEST_CASE("catalog lists what could not be read as known unknowns, and goes on") {
  const auto catalog = catalog_of_layers({{{.path = "a/package.json", .content = "{"},
                                           {.path = "b/package.json", .content = R"({"name":"b","version":"1"})"},
                                           {.path = "c/settings/package.json", .content = "{}"},
                                           {.path = "site/x-1.dist-info/METADATA", .content = "Name: x\n"},
                                           {.path = "chroot/var/lib/dpkg/status", .content = "junk\n"}}});
  REQUIRE(catalog);
  CHECK(short_forms(*catalog) == std::set<std::string>{"npm/b@1", "pypi/x@1"});  // the directory's name says it
  std::vector<std::string> places;
  for (const auto& unknown : catalog->unknowns) places.push_back(unknown.cataloger + " " + unknown.path);
  CHECK(places == std::vector<std::string>{"dpkg chroot/var/lib/dpkg/status", "npm a/package.json",
                                           "python site/x-1.dist-info/METADATA"});
}

TEST_CASE("catalog knows what is over a limit and does not stop for it") {
  const std::string huge(kMaxPackageMetadataBytes + 1, ' ');
  const auto catalog = catalog_of_layers(
      {{{.path = "a/package.json", .content = huge},
        {.path = "s/x.egg-info", .content = huge},
        {.path = "etc/os-release", .content = std::string_view(huge).substr(0, kMaxOsReleaseBytes + 1)},
        {.path = "usr/share/doc/curl/copyright", .content = huge},
        {.path = "var/lib/dpkg/status", .content = kCurl}}});
  REQUIRE(catalog);
  std::vector<std::string> unknown;  // nothing but blanks is no JSON, and no header
  for (const auto& one : catalog->unknowns) unknown.push_back(one.path);
  CHECK(unknown == std::vector<std::string>{"a/package.json", "etc/os-release", "s/x.egg-info"});
  CHECK(catalog->distribution.id.empty());
  CHECK(short_forms(*catalog) == std::set<std::string>{"deb/curl@7.88"});
}

TEST_CASE("catalog reads the licence of a package from a copyright file up to its limit") {
  const std::string text = "Format: x\n\nFiles: *\nLicense: curl\nComment: ";
  for (const bool beyond : {false, true}) {
    const auto catalog =
        catalog_of_layers({{{.path = "usr/share/doc/curl/copyright",
                             .content = text + std::string(kMaxCopyrightBytes - text.size() + (beyond ? 1 : 0), 'x')},
                            {.path = "var/lib/dpkg/status", .content = kCurl}}});
    REQUIRE(catalog);
    REQUIRE(catalog->packages.size() == 1);
    CHECK(catalog->packages.front().declared_license.empty() == beyond);
  }
}

TEST_CASE("catalog sees the newest of a file and nothing that was deleted") {
  const std::string_view newer = "Package: curl\nStatus: install ok installed\nArchitecture: amd64\nVersion: 8.0\n";
  CHECK(short_forms(*catalog_of_layers({{{.path = "var/lib/dpkg/status", .content = kCurl}},
                                        {{.path = "var/lib/dpkg/status", .content = newer}}})) ==
        std::set<std::string>{"deb/curl@8.0"});
  CHECK(catalog_of_layers({{{.path = "var/lib/dpkg/status", .content = kCurl}}, {{.path = "var/lib/dpkg/.wh.status"}}})
            ->packages.empty());
}

TEST_CASE("catalog adds several databases and keeps one of equal packages") {
  const auto catalog = catalog_of_layers(
      {{{.path = "var/lib/dpkg/status", .content = kCurl},
        {.path = "var/lib/dpkg/status.d/tzdata", .content = "Package: tzdata\nVersion: 1\nArchitecture: all\n"},
        {.path = "var/lib/dpkg/status.d/tzdata.md5sums", .content = "x"},
        {.path = "srv/a/package.json", .content = R"({"name":"a","version":"1"})"},
        {.path = "srv/b/package.json", .content = R"({"name":"a","version":"1"})"}}});
  REQUIRE(catalog);
  CHECK(short_forms(*catalog) == std::set<std::string>{"deb/curl@7.88", "deb/tzdata@1", "npm/a@1"});
  CHECK(catalog->packages.size() == 4);  // one npm package in two places
  CHECK(std::is_sorted(catalog->packages.begin(), catalog->packages.end()));
}

TEST_CASE("catalog resolves npm's dependencies as Node does") {
  const auto catalog = catalog_of_layers(
      {{{.path = "srv/package.json", .content = R"({"name":"app","version":"1","dependencies":{"a":"*","b":"*"}})"},
        {.path = "srv/node_modules/a/package.json",
         .content = R"({"name":"a","version":"1","dependencies":{"b":"*"}})"},
        {.path = "srv/node_modules/a/node_modules/b/package.json", .content = R"({"name":"b","version":"2"})"},
        {.path = "srv/node_modules/b/package.json", .content = R"({"name":"b","version":"1"})"}}});
  REQUIRE(catalog);
  std::map<std::string, std::vector<std::string>> depends;
  for (const pkg::Package& package : catalog->packages) depends[package.name + package.version] = package.depends;
  CHECK(depends["app1"] == std::vector<std::string>{"pkg:npm/a@1", "pkg:npm/b@1"});
  CHECK(depends["a1"] == std::vector<std::string>{"pkg:npm/b@2"});
}

TEST_CASE("catalog finds what a Python wheel owns and needs") {
  const auto catalog = catalog_of_layers(
      {{{.path = "usr/lib/p/a-1.dist-info/METADATA", .content = "Name: a\nVersion: 1\nRequires-Dist: b>=1\n\ntext"},
        {.path = "usr/lib/p/a-1.dist-info/RECORD", .content = "a.py,,\n../../bin/a,,\ngone.py,,\n"},
        {.path = "usr/lib/p/a.py"},
        {.path = "usr/bin/a"},
        {.path = "usr/lib/p/B.egg-info", .content = "Name: b\nVersion: 2\n"}}},
      WithOwnedFiles::yes);
  REQUIRE(catalog);
  REQUIRE(catalog->packages.size() == 2);
  CHECK(catalog->packages[0].files == std::vector<std::string>{"usr/bin/a", "usr/lib/p/a.py"});
  CHECK(catalog->packages[0].depends == std::vector<std::string>{"pkg:pypi/b@2"});
}

TEST_CASE("every suffix that a collector selects by is one that a file's name can have") {
  std::size_t suffixes = 0;
  for (const rootfs::Collector* collector : catalog::collectors(catalog::WithOwnedFiles::yes))
    for (const rootfs::Select& select : collector->selects()) {
      if (select.by != rootfs::Select::By::suffix) continue;
      ++suffixes;
      INFO(collector->name() << " " << select.text);
      CHECK(select.text.rfind('.') == 0);  // it begins at the last '.'
      CHECK(to_lower(select.text) == select.text);
    }
  CHECK(suffixes > 10);
}

TEST_CASE("a policy can name packages of every type that a cataloger makes") {
  for (const catalog::Cataloger* cataloger : catalog::all_catalogers())
    for (const std::string_view type : cataloger->types) {
      CAPTURE(cataloger->name, type);
      CHECK(pkg::is_known_type(type));
    }
}
