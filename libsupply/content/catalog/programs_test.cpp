// Programs that no package of the image's system owns.
#include <catch2/catch.hpp>
#include <set>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/content/catalog/catalog.hpp"
#include "libsupply/image/rootfs/rootfs.hpp"
#include "libsupply/testing/catalogs.hpp"
#include "libsupply/testing/elf.hpp"

using namespace supply;
using testing::TarFields;
using namespace std::string_literals;

namespace {

pkg::Inventory read(const std::vector<TarFields>& entries) {
  std::string tar;
  for (const TarFields& fields : entries) tar += testing::tar_entry(fields);
  Budget budget;
  auto catalog = testing::read_catalog(tar + testing::tar_end(), budget);
  if (!catalog) FAIL(catalog.error().message());
  return *std::move(catalog);
}

std::set<std::string> places(const pkg::Inventory& catalog) {
  std::set<std::string> out;
  for (const pkg::Package& package : catalog.packages)
    if (package.cataloger == "programs") out.insert(package.purl.to_string() + " " + package.location);
  return out;
}

using Places = std::set<std::string>;
const std::string kNginx = "\x7f\x45LF\2\1\1"s + std::string(100, '\0') + "nginx/1.22.1\0"s;
const std::string kPython = "\x7f\x45LF\2\1\1"s + std::string(100, '\0') + "3.12.4\0"s;

}  // namespace

TEST_CASE("a program that no package owns is listed with its version, place and CPE") {
  const auto catalog = read({{.path = "usr/local/sbin/nginx", .content = kNginx}});
  REQUIRE(catalog.packages.size() == 1);
  const pkg::Package& nginx = catalog.packages.front();
  CHECK(nginx.purl.to_string() == "pkg:generic/nginx@1.22.1");
  CHECK(nginx.name == "nginx");
  CHECK(nginx.version == "1.22.1");
  CHECK(nginx.location == "usr/local/sbin/nginx");
  CHECK(nginx.layer);
  CHECK(nginx.cpes == std::vector<std::string>{"cpe:2.3:a:f5:nginx:1.22.1:*:*:*:*:*:*:*",
                                               "cpe:2.3:a:nginx:nginx:1.22.1:*:*:*:*:*:*:*"});
}

TEST_CASE("a program that a package of the system owns is not listed again") {
  const TarFields status{
      .path = "var/lib/dpkg/status",
      .content = "Package: nginx\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1.22.1-9\n\n"};
  const TarFields list{.path = "var/lib/dpkg/info/nginx.list", .content = "/.\n/sbin\n/sbin/nginx\n"};
  const TarFields merged{.path = "sbin", .link = "usr/sbin", .type = '2'};
  CHECK(places(read({status, list, merged, {.path = "usr/sbin/nginx", .content = kNginx}})).empty());
  CHECK(places(read({status,
                     list,
                     merged,
                     {.path = "usr/sbin/nginx", .content = kNginx},
                     {.path = "opt/nginx", .content = kNginx}})) == Places{"pkg:generic/nginx@1.22.1 opt/nginx"});
}

TEST_CASE("files of one installation of a program are one package, further names of a file none") {
  CHECK(places(read({{.path = "usr/local/bin/python3.12", .content = kPython},
                     {.path = "usr/local/lib/libpython3.12.so.1.0", .content = kPython},
                     {.path = "opt/x/bin/python3.12", .content = kPython}})) ==
        Places{"pkg:generic/python@3.12.4 opt/x/bin/python3.12", "pkg:generic/python@3.12.4 usr/local/bin/python3.12"});
  CHECK(places(read({{.path = "a/nginx", .content = kNginx}, {.path = "b/nginx", .link = "a/nginx", .type = '1'}})) ==
        Places{"pkg:generic/nginx@1.22.1 a/nginx"});
}

TEST_CASE("a program with an application in it is its runtime, and the application's packages are said to be unknown") {
  std::string app = "\x7f\x45LF\2\1\1"s + "\0bun:jsc\0Bun/1.4.5\0\n---- Bun! ----\n"s;
  app.resize(std::size_t{16} << 20, '\0');
  const std::string renamed = app;
  app += "\n---- Bun! ----\n";
  const auto catalog = read({{.path = "srv/app", .content = app},
                             {.path = "srv/libapp.so", .content = app},
                             {.path = "opt/runtime", .content = renamed}});
  CHECK(places(catalog) == Places{"pkg:generic/bun@1.4.5 opt/runtime", "pkg:generic/bun@1.4.5 srv/app"});
  REQUIRE(catalog.unknowns.size() == 1);
  CHECK(catalog.unknowns[0].to_string() == "srv/app: an application with bun in it, whose packages are not known");
}

TEST_CASE("a script, a file of another name, and a program that says no version are no programs") {
  CHECK(places(read({{.path = "bin/nginx", .content = "#!/bin/sh\n# nginx/1.22.1 \n"},
                     {.path = "bin/other", .content = kNginx},
                     {.path = "sbin/nginx", .content = "\x7f\x45LF nothing"},
                     {.path = "lib/nginx", .content = ""}}))
            .empty());
}

TEST_CASE("a JDK is read from its release file, where a JDK stands beside it") {
  const std::string_view release = "IMPLEMENTOR=\"Eclipse Adoptium\"\nJAVA_VERSION=\"17.0.8\"\n";
  CHECK(places(read({{.path = "opt/java/openjdk/release", .content = release},
                     {.path = "opt/java/openjdk/lib/modules", .content = "x"}})) ==
        Places{"pkg:generic/openjdk@17.0.8 opt/java/openjdk/release"});
  CHECK(places(read({{.path = "opt/java/openjdk/release", .content = release}})).empty());
}

TEST_CASE("a program that says its package in a note is that package, where no package owns it") {
  const std::string note = R"({"type":"deb","os":"debian","name":"tool","version":"1-2","architecture":"amd64"})";
  const std::string program = testing::elf_file({.notes = {{"GNU", 3, "id"}, {"FDO", 0xcafe1a7e, note}}});
  const std::string broken = testing::elf_file({.notes = {{"FDO", 0xcafe1a7e, "{"}}});
  const auto catalog = read({{.path = "opt/bin/one", .content = program},
                             {.path = "opt/bin/two", .content = program},
                             {.path = "opt/bin/three", .content = broken},
                             {.path = "opt/bin/four", .content = testing::elf_file({})}});
  REQUIRE(catalog.packages.size() == 1);
  CHECK(catalog.packages.front().purl.to_string() == "pkg:deb/debian/tool@1-2?arch=amd64");
  CHECK(catalog.packages.front().location == "opt/bin/one");
  REQUIRE(catalog.unknowns.size() == 1);
  CHECK(catalog.unknowns.front().path == "opt/bin/three");
  const TarFields status{
      .path = "var/lib/dpkg/status",
      .content = "Package: tool\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1-2\n\n"};
  CHECK(read({status,
              {.path = "var/lib/dpkg/info/tool.list", .content = "/.\n/usr/bin/tool\n"},
              {.path = "usr/bin/tool", .content = program}})
            .packages.size() == 1);
}

TEST_CASE("a program that is cut off is a known unknown with its place, where no package owns it") {
  const std::string program = testing::elf_file({.notes = {{"GNU", 3, "id"}}});
  const std::string cut = program.substr(0, program.size() - 1);
  const auto catalog = read({{.path = "opt/bin/whole", .content = program},
                             {.path = "opt/bin/cut", .content = cut},
                             {.path = "opt/lib/junk.so", .content = "\x7f\x45LF and more"},
                             {.path = "lib/firmware/q6.mdt", .content = cut}});
  CHECK(catalog.packages.empty());
  std::vector<std::string> unknowns;
  for (const pkg::KnownUnknown& each : catalog.unknowns) unknowns.push_back(each.to_string());
  CHECK(unknowns == std::vector<std::string>{"opt/bin/cut: ELF: the table of sections is behind the file's end",
                                             "opt/lib/junk.so: ELF: the header is cut off"});
  const TarFields status{
      .path = "var/lib/dpkg/status",
      .content = "Package: tool\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1-2\n\n"};
  CHECK(read({status,
              {.path = "var/lib/dpkg/info/tool.list", .content = "/.\n/usr/bin/tool\n"},
              {.path = "usr/bin/tool", .content = cut}})
            .unknowns.empty());
}

TEST_CASE("a kernel and its modules are one package for each release, and modules with versions") {
  std::string kernel(0x4000, '\0');
  kernel.replace(0x202, 4, "HdrS").replace(0x20e, 2, "\0\x30"s).replace(0x3200, 8, "6.1.0-18"s);
  const auto module_of = [](const std::string& info) {
    return testing::elf_file({.type = 1, .sections = {{".modinfo", info}}});
  };
  const std::string zfs = module_of("license=CDDL\0version=2.1.11\0name=zfs\0vermagic=6.1.0-18 SMP\0"s);
  const std::string ext4 = module_of("license=GPL\0name=ext4\0vermagic=6.1.0-18 SMP\0"s);
  const std::string other = module_of("license=GPL\0name=ext4\0vermagic=5.10.0 SMP\0"s);
  const auto catalog = read({{.path = "boot/vmlinuz-6.1.0-18", .content = kernel},
                             {.path = "lib/modules/6.1.0-18/updates/zfs.ko", .content = zfs},
                             {.path = "lib/modules/6.1.0-18/kernel/ext4.ko", .content = ext4},
                             {.path = "lib/modules/5.10.0/kernel/ext4.ko", .content = other},
                             {.path = "lib/modules/5.4/kernel/a.ko.xz", .content = "\xfd\x37zXZ\0abc"s},
                             {.path = "lib/modules/5.4/kernel/b.ko.xz", .content = "\xfd\x37zXZ\0abc"s},
                             {.path = "opt/src/x.ko", .content = ext4}});
  std::set<std::string> found;
  for (const pkg::Package& package : catalog.packages) found.insert(package.purl.to_string() + " " + package.location);
  CHECK(found == Places{"pkg:generic/linux@5.10.0 lib/modules/5.10.0/kernel/ext4.ko",
                        "pkg:generic/linux@6.1.0-18 boot/vmlinuz-6.1.0-18",
                        "pkg:generic/zfs@2.1.11 lib/modules/6.1.0-18/updates/zfs.ko"});
  CHECK(catalog.packages[1].cpes == std::vector<std::string>{"cpe:2.3:o:linux:linux_kernel:6.1.0:*:*:*:*:*:*:*"});
  CHECK(catalog.packages[2].declared_license == "LicenseRef-CDDL");
  REQUIRE(catalog.unknowns.size() == 1);
  CHECK(catalog.unknowns.front().path == "lib/modules/5.4");
}

TEST_CASE("a kernel module is read up to its limit") {
  for (const std::size_t more : {0, 1}) {
    const std::string content(kMaxKernelModuleBytes + more, 'x');
    const auto catalog = read({{.path = "lib/modules/6.1/x.ko", .content = content}});
    REQUIRE(catalog.unknowns.size() == 1);
    CHECK_THAT(catalog.unknowns.front().reason, Catch::Contains(more == 1 ? "larger than is read" : "no header"));
  }
}
