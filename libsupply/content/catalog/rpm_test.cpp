// The catalog of images with rpm's database.
#include <catch2/catch.hpp>
#include <set>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/io/stream.hpp"
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/cataloger.hpp"
#include "libsupply/content/catalog/internal/rpm_headers_for_tests.hpp"
#include "libsupply/image/rootfs/layer_scan.hpp"
#include "libsupply/testing/catalogs.hpp"
#include "libsupply/testing/child.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using catalog::RpmTag;
using catalog::WithOwnedFiles;
using catalog::testing::HeaderMaker;
using catalog::testing::make_ndb;
using pkg::Inventory;
using testing::TarFields;

namespace {

constexpr std::string_view kRelease = "ID=fedora\nVERSION_ID=43\n";

Result<pkg::Inventory> catalog_of(std::vector<TarFields> entries) {
  entries.push_back({.path = "etc/os-release", .content = kRelease});
  std::string tar;
  for (const TarFields& fields : entries) tar += testing::tar_entry(fields);
  Budget budget;
  return testing::read_catalog(tar + testing::tar_end(), budget, {}, WithOwnedFiles::yes);
}

pkg::Inventory read(const std::vector<TarFields>& entries) {
  auto catalog = catalog_of(entries);
  if (!catalog) FAIL(catalog.error().message());
  return *std::move(catalog);
}

std::string unknowns(const pkg::Inventory& catalog) {
  std::string out;
  for (const pkg::KnownUnknown& one : catalog.unknowns) out += one.to_string() + "\n";
  return out;
}

std::string names(const pkg::Inventory& catalog) {
  std::string out;
  for (const pkg::Package& one : catalog.packages) out += one.name + " ";
  return out;
}

TarFields to_link(std::string_view path, std::string_view target) {
  return {.path = path, .link = target, .type = '2'};
}

std::string header(std::string_view name, const std::vector<std::string>& files = {},
                   const std::vector<std::string>& needs = {}) {
  return HeaderMaker().identity(name, "1", "2", "noarch").files(files).texts(RpmTag::require_name, needs).bytes();
}

}  // namespace

TEST_CASE("rpm's database is read wherever it is") {
  const std::string database = make_ndb({header("a"), header("b")});
  for (const std::string_view path :
       {"var/lib/rpm/Packages.db", "usr/lib/sysimage/rpm/Packages.db", "usr/share/rpm/Packages.db",
        "chroot/var/lib/rpm/Packages.db", "opt/db/Packages", "opt/x/rpmdb.sqlite"}) {
    INFO(path);
    const auto catalog = read({{.path = path, .content = database}});
    CHECK(names(catalog) == "a b ");
    CHECK(unknowns(catalog).empty());
    CHECK(catalog.packages.at(0).location == path);
    CHECK(catalog.packages[0].layer.has_value());
    CHECK(catalog.packages[0].purl.to_string() == "pkg:rpm/fedora/a@1-2?arch=noarch&distro=fedora-43");
  }
  CHECK(names(read({{.path = "opt/db/x", .content = database}, to_link("var/lib/rpm/rpmdb.sqlite", "/opt/db/x")})) ==
        "a b ");
  CHECK(names(read({{.path = "usr/lib/sysimage/rpm/Packages.db", .content = database},
                    to_link("var/lib/rpm", "../../usr/lib/sysimage/rpm")})) == "a b ");
  // A second name of the same file, a file without a byte, an index of Debian's, what rpm-ostree notes.
  const auto linked = read({{.path = "usr/share/rpm/Packages.db", .content = database},
                            {.path = "var/lib/rpm/Packages.db", .link = "usr/share/rpm/Packages.db", .type = '1'}});
  CHECK(names(linked) == "a b ");
  const auto nothing = read({{.path = "var/lib/rpm/rpmdb.sqlite", .content = ""},
                             {.path = "mirror/Packages", .content = "Package: x\n"},
                             {.path = "usr/lib/sysimage/rpm-ostree-base-db/rpmdb.sqlite", .content = database}});
  CHECK(names(nothing).empty());
  CHECK(unknowns(nothing).empty());
}

TEST_CASE("an rpm database that cannot be read is a known unknown, the image's own and others") {
  for (const std::string_view path : {"var/lib/rpm/Packages", "var/lib/rpm/Packages.db", "var/lib/rpm/rpmdb.sqlite",
                                      "usr/lib/sysimage/rpm/rpmdb.sqlite"}) {
    INFO(path);
    CHECK(unknowns(read({{.path = path, .content = "x"}})) == std::string(path) + ": no database of rpm\n");
    const std::string elsewhere = "chroot/" + std::string(path);
    CHECK(unknowns(read({{.path = elsewhere, .content = "x"}})) == elsewhere + ": no database of rpm\n");
  }
  std::string berkeley(64, '\0');
  berkeley.replace(12, 4, "\x61\x15\x06", 4);
  CHECK_THAT(unknowns(read({{.path = "opt/db/Packages", .content = berkeley}})), Catch::Contains("Berkeley DB"));
}

TEST_CASE("what could not be read of rpm's database is a known unknown") {
  const auto some = read({{.path = "var/lib/rpm/Packages.db", .content = make_ndb({header("a"), "damaged!"})}});
  CHECK(names(some) == "a ");
  CHECK(unknowns(some) ==
        "var/lib/rpm/Packages.db: 1 packages could not be read: a header whose size is not what it says\n");
  const std::string database = make_ndb({header("a")});
  const auto waiting = read({{.path = "var/lib/rpm/rpmdb.sqlite", .content = database},
                             {.path = "var/lib/rpm/rpmdb.sqlite-wal", .content = "x"}});
  CHECK(names(waiting) == "a ");
  CHECK_THAT(unknowns(waiting), Catch::StartsWith("var/lib/rpm/rpmdb.sqlite-wal: changes to rpm's database"));
  CHECK(unknowns(read({{.path = "var/lib/rpm/rpmdb.sqlite", .content = database},
                       {.path = "var/lib/rpm/rpmdb.sqlite-wal", .content = ""}}))
            .empty());
}

TEST_CASE("packages of rpm own their files, and required paths lead to them through links") {
  const std::string database =
      make_ndb({header("bash", {"/usr/bin/bash", "/usr/bin/sh", "/usr/share/java/a.jar", "/absent"}),
                header("script", {"/opt/script"}, {"/bin/sh"})});
  const auto catalog = read({{.path = "var/lib/rpm/Packages.db", .content = database},
                             to_link("bin", "usr/bin"),
                             {.path = "usr/bin/bash", .content = "x"},
                             to_link("usr/bin/sh", "bash"),
                             {.path = "usr/share/java/a.jar", .content = "x"},
                             {.path = "opt/script", .content = "x"}});
  REQUIRE(catalog.packages.size() == 2);
  CHECK(catalog.packages[0].files == std::vector<std::string>{"usr/bin/bash", "usr/share/java/a.jar"});
  CHECK(catalog.packages[1].files == std::vector<std::string>{"opt/script"});
  CHECK(catalog.packages[1].depends == std::vector<std::string>{catalog.packages[0].purl.to_string()});
  const auto chroot = read({{.path = "c/var/lib/rpm/Packages.db", .content = make_ndb({header("x", {"/f"})})},
                            {.path = "c/f", .content = "x"},
                            {.path = "f", .content = "x"}});
  CHECK(chroot.packages.at(0).files == std::vector<std::string>{"c/f"});
  const auto unknown_place =
      read({{.path = "db/Packages.db", .content = make_ndb({header("x", {"/f"})})}, {.path = "f", .content = "x"}});
  CHECK(unknown_place.packages.at(0).files.empty());
}

TEST_CASE("the list of an image of Azure Linux without rpm is read, the fuller of two") {
  const std::string_view two = "a\t1-2\t1\t1\tMicrosoft Corporation\t(none)\t1\tx86_64\t0\ta-1-2.src.rpm\n";
  const TarFields fuller{.path = "var/lib/rpmmanifest/container-manifest-2", .content = two};
  const TarFields other{.path = "var/lib/rpmmanifest/container-manifest-1", .content = "a-1-2.x86_64\nb-1-2.noarch\n"};
  const auto both = read({fuller, other});
  CHECK(names(both) == "a ");
  CHECK(both.packages.at(0).purl.parts().qualifiers.at("upstream") == "a-1-2.src.rpm");
  CHECK(names(read({other})) == "a b ");
  CHECK_THAT(unknowns(read({{.path = fuller.path, .content = "x\ty\n"}})), Catch::Contains("2 fields, not 10"));
  const std::string large(kMaxPackageMetadataBytes + 1, '\n');
  CHECK_THAT(unknowns(read({{.path = fuller.path, .content = large}})), Catch::Contains("longer than is read"));
}

TEST_CASE("rpm's databases in all their forms are read as rpm does") {
  for (const char* program : {"rpmbuild", "db5.3_load", "python3"})
    if (!testing::needs(program)) return;
  const testing::TempDirectory directory;
  testing::run({testing::testdata("rpm/make.sh"), directory.path()});
  const std::string expected = testing::read(directory / "expected"), files = testing::read(directory / "files");
  for (const std::string_view name :
       {"sqlite/rpmdb.sqlite", "ndb/Packages.db", "bdb/Packages", "bdb_big_endian/Packages"}) {
    INFO(name);
    const std::string path = "var/lib/rpm/" + std::string(name.substr(name.find('/') + 1));
    const std::string database = testing::read(directory / name);
    std::vector<TarFields> entries = {{.path = path, .content = database}};
    std::set<std::string, std::less<>> paths;
    for (const std::string_view line : lines(files)) paths.emplace(line.substr(line.find(" /") + 2));
    for (const std::string& one : paths)
      if (!one.ends_with("share/gamma") && !one.ends_with("share/wide")) entries.push_back({.path = one});
    const auto catalog = read(entries);
    CHECK(unknowns(catalog).empty());
    std::set<std::string> ours;
    for (const pkg::Package& one : catalog.packages) {
      const auto& qualifiers = one.purl.parts().qualifiers;
      const auto or_none = [&](const std::string& text) { return text.empty() ? std::string("(none)") : text; };
      const auto label = qualifiers.find("modularitylabel");
      const std::string vendor = one.supplier.starts_with("Organization: ") ? one.supplier.substr(14) : "";
      ours.insert(one.name + "|" + one.version + "|" + one.architecture + "|" + qualifiers.at("upstream") + "|" +
                  or_none(vendor) + "|" + or_none(one.homepage) + "|" +
                  (label == qualifiers.end() ? "(none)" : label->second));
    }
    std::set<std::string> theirs;
    for (const std::string_view line : lines(expected)) {
      const auto fields = split(line, '|');
      theirs.insert(join(
          std::vector<std::string_view>{fields[0], fields[1], fields[2], fields[3], fields[4], fields[6], fields[7]},
          "|"));
    }
    CHECK(ours == theirs);
    std::map<std::string, const pkg::Package*> by_name;
    for (const pkg::Package& one : catalog.packages) by_name[one.name + "." + one.architecture] = &one;
    CHECK(by_name.at("alpha.x86_64")->declared_license == "GPL-2.0-or-later AND MIT");
    CHECK(by_name.at("alpha.x86_64")->depends == std::vector<std::string>{by_name.at("beta.x86_64")->purl.to_string()});
    CHECK(by_name.at("beta.i686")->depends == std::vector<std::string>{by_name.at("alpha.i686")->purl.to_string(),
                                                                       by_name.at("gamma.noarch")->purl.to_string()});
    CHECK(by_name.at("wide.noarch")->files.size() == 1000);
    CHECK(by_name.at("gamma.noarch")->files == std::vector<std::string>{"usr/share/gamma/with space", "var/log/gamma"});
  }
}
