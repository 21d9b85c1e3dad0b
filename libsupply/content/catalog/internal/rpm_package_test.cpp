#include "libsupply/content/catalog/internal/rpm_package.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/content/catalog/internal/rpm_headers_for_tests.hpp"

using namespace supply;
using namespace supply::catalog;
using catalog::testing::HeaderMaker;

namespace {

constexpr std::uint32_t kLess = 2, kGreater = 4, kEqual = 8;

struct Reader {
  Budget budget;
  Share share{budget};
  Licensing licensing{share};
  pkg::OperatingSystem distribution{"rhel", "9.4", ""};
  std::vector<std::string> bytes;  // what the packages' relations are views into
  std::vector<RpmPackage> packages;

  std::optional<pkg::Package> read(const HeaderMaker& maker) {
    const std::string one = maker.bytes();
    auto package = read_rpm_package(*RpmHeader::parse(one), distribution, licensing, share);
    if (!package) FAIL(package.error().message());
    if (!*package) return std::nullopt;
    return (**package).package;
  }
};

struct Relation {
  std::string name, version = "";
  std::uint32_t flags = 0;
};

HeaderMaker package(std::string_view name, const std::vector<Relation>& needs, const std::vector<Relation>& provides,
                    std::string_view architecture = "x86_64", std::string_view version = "1") {
  HeaderMaker maker;
  maker.identity(name, version, "1", architecture);
  const auto add = [&](const std::vector<Relation>& all, RpmTag names, RpmTag versions, RpmTag flags) {
    std::vector<std::string> a, b;
    std::vector<std::uint32_t> c;
    for (const Relation& one : all) a.push_back(one.name), b.push_back(one.version), c.push_back(one.flags);
    maker.texts(names, a).texts(versions, b).numbers(flags, c);
  };
  std::vector<Relation> own = provides;
  own.push_back({std::string(name), std::string(version) + "-1", kEqual});
  add(needs, RpmTag::require_name, RpmTag::require_version, RpmTag::require_flags);
  add(own, RpmTag::provide_name, RpmTag::provide_version, RpmTag::provide_flags);
  return maker;
}

// Names of what the first package depends on: "a b@2(i686)"...
std::string depends(const std::vector<HeaderMaker>& makers, const std::map<std::string, std::size_t>& files = {}) {
  Budget budget;
  Share share(budget);
  Licensing licensing(share);
  std::vector<std::string> bytes;
  for (const HeaderMaker& maker : makers) bytes.push_back(maker.bytes());
  std::vector<RpmPackage> packages;
  for (const std::string& one : bytes)
    packages.push_back(**read_rpm_package(*RpmHeader::parse(one), {}, licensing, share));
  auto owners = required_rpm_paths(packages, share);
  REQUIRE(owners);
  for (const auto& [path, owner] : files) {
    const auto found = owners->find(path);
    REQUIRE(found != owners->end());
    found->second.push_back(owner);
  }
  REQUIRE(resolve_rpm_depends(packages, *owners, share));
  std::string out;
  for (const std::string& purl : packages[0].package.depends) {
    const auto parts = pkg::Purl::parse(purl)->parts();
    out += (out.empty() ? "" : " ") + parts.name + "@" + parts.version + "." + parts.qualifiers.at("arch");
  }
  return out;
}

std::string needs(const std::string& text) {
  return depends({package("x", {{text}}, {}), package("a", {}, {}), package("b", {}, {}),
                  package("c", {}, {{"lib.so()(64bit)"}})});
}

}  // namespace

TEST_CASE("a header of rpm becomes a package") {
  Reader reader;
  const auto package = reader.read(HeaderMaker()
                                       .identity("nodejs", "18.20.4", "1.module_el9", "x86_64")
                                       .numbers(RpmTag::epoch, {1})
                                       .text(RpmTag::source_rpm, "nodejs-src-18.20.4-1.module_el9.src.rpm")
                                       .text(RpmTag::vendor, "Red Hat, Inc.")
                                       .text(RpmTag::license, "GPLv2+ and MIT")
                                       .text(RpmTag::url, "http://nodejs.org/")
                                       .text(RpmTag::modularity_label, "nodejs:18:9050020241120:rhel9"));
  REQUIRE(package);
  CHECK(package->purl.to_string() ==
        "pkg:rpm/redhat/nodejs@18.20.4-1.module_el9?arch=x86_64&distro=rhel-9.4&epoch=1&"
        "modularitylabel=nodejs:18:9050020241120:rhel9&rpmmod=nodejs:18&upstream=nodejs-src-18.20.4-1.module_el9.src."
        "rpm");
  CHECK(package->name == "nodejs");
  CHECK(package->version == "1:18.20.4-1.module_el9");
  CHECK(package->architecture == "x86_64");
  CHECK(package->source_name == "nodejs-src");
  CHECK(package->source_version == "18.20.4-1.module_el9");
  CHECK(package->supplier == "Organization: Red Hat, Inc.");
  CHECK(package->homepage == "http://nodejs.org/");
  CHECK(package->declared_license == "GPL-2.0-or-later AND MIT");
  CHECK(package->cataloger == "rpm");
}

TEST_CASE("an epoch of 0 is none, and of a package without a vendor its packager is the supplier") {
  Reader reader;
  const auto package = reader.read(HeaderMaker()
                                       .identity("a", "1", "2", "noarch")
                                       .numbers(RpmTag::epoch, {0})
                                       .text(RpmTag::source_rpm, "a-1-2.src.rpm")
                                       .text(RpmTag::packager, "Jo Doe <jo@example.org>"));
  REQUIRE(package);
  CHECK(package->version == "1-2");
  CHECK(package->purl.parts().qualifiers.count("epoch") == 0);
  CHECK(package->supplier == "Person: Jo Doe (jo@example.org)");
  CHECK(package->source_name.empty());
  CHECK(
      reader
          .read(
              HeaderMaker().identity("a", "1", "2", "noarch").text(RpmTag::vendor, "SUSE LLC <https://www.suse.com/>"))
          ->supplier == "Organization: SUSE LLC");
}

TEST_CASE("a public key in rpm's database is no package") {
  Reader reader;
  CHECK_FALSE(reader.read(HeaderMaker().text(RpmTag::name, "gpg-pubkey").text(RpmTag::version, "a14fe591")));
  CHECK(
      reader.read(HeaderMaker().identity("gpg-pubkey", "1", "1", "noarch").text(RpmTag::source_rpm, "x-1-1.src.rpm")));
}

TEST_CASE("vendors name their packages as other tools do") {
  Reader reader;
  for (const auto& [id, name_space] : std::vector<std::pair<std::string, std::string>>{
           {"fedora", "fedora"}, {"rhel", "redhat"}, {"opensuse-leap", "opensuse"}, {"sles", "sles"}, {"", ""}}) {
    reader.distribution = {id, "1", ""};
    CHECK(reader.read(HeaderMaker().identity("a", "1", "2", "noarch"))->purl.parts().name_space == name_space);
  }
}

TEST_CASE("rpm's files are those that were installed") {
  const auto list = [](const HeaderMaker& maker) {
    const std::string bytes = maker.bytes();
    std::string out;
    const Status read = each_rpm_file(*RpmHeader::parse(bytes), [&](std::string_view path) -> Status {
      out += std::string(path) + " ";
      return {};
    });
    return read ? out : out + read.error().message();
  };
  CHECK(list(HeaderMaker().files({"/usr/bin/a", "/b", "//c"})) == "usr/bin/a b c ");
  CHECK(list(HeaderMaker().files({"/a", "/replaced", "/left-out", "/shared", "/color"}).states({0, 1, 2, 3, 4})) ==
        "a shared ");
  CHECK(list(HeaderMaker()
                 .texts(RpmTag::base_names, {"a", "b"})
                 .texts(RpmTag::directory_names, {"/x/"})
                 .numbers(RpmTag::directory_indexes, {0, 1})) == "x/a a file without a directory");
  CHECK(list(HeaderMaker()).empty());
}

TEST_CASE("a package depends on what provides its requirements, in the version that it asks for") {
  CHECK(depends({package("x", {{"y"}}, {}), package("y", {}, {})}) == "y@1-1.x86_64");
  CHECK(depends({package("x", {{"virtual", "1:2", kGreater | kEqual}}, {}),
                 package("y", {}, {{"virtual", "1:2.5-1", kEqual}}), package("z", {}, {{"virtual", "9", kEqual}})}) ==
        "y@1-1.x86_64");
  CHECK(depends({package("x", {{"k", "2-1", kEqual}}, {}), package("k", {}, {}, "x86_64", "1"),
                 package("k", {}, {}, "x86_64", "2"), package("k", {}, {}, "x86_64", "3")}) == "k@2-1.x86_64");
  CHECK(depends({package("x", {{"k", "2", kLess}}, {}), package("k", {}, {}, "x86_64", "1"),
                 package("k", {}, {}, "x86_64", "2")}) == "k@1-1.x86_64");
  CHECK(depends({package("x", {{"y"}, {"x"}, {"nothing"}, {"rpmlib(CompressedFileNames)", "3", 1 << 24 | kEqual}}, {}),
                 package("rpmlib(CompressedFileNames)", {}, {})})
            .empty());
}

TEST_CASE("of packages that differ in architecture a package depends on those of its own") {
  CHECK(depends({package("x", {{"libc"}}, {}, "i686"), package("libc", {}, {}), package("libc", {}, {}, "i686")}) ==
        "libc@1-1.i686");
  CHECK(depends({package("x", {{"libc"}}, {}, "noarch"), package("libc", {}, {}), package("libc", {}, {}, "i686")}) ==
        "libc@1-1.i686 libc@1-1.x86_64");
}

TEST_CASE("a required path leads to the package that has the file, or provides the name") {
  CHECK(depends({package("x", {{"/bin/sh"}, {"/usr/bin/python3"}}, {}), package("bash", {}, {{"/bin/sh"}}),
                 package("python3", {}, {})},
                {{"/usr/bin/python3", 2}}) == "bash@1-1.x86_64 python3@1-1.x86_64");
  CHECK(depends({package("x", {{"(/bin/a if (b or /bin/c))"}}, {}), package("a", {}, {}), package("b", {}, {})},
                {{"/bin/a", 1}, {"/bin/c", 0}}) == "a@1-1.x86_64");
}

TEST_CASE("boolean dependencies lead to what is there") {
  CHECK(needs("(a and b)") == "a@1-1.x86_64 b@1-1.x86_64");
  CHECK(needs("(a or absent)") == "a@1-1.x86_64");
  CHECK(needs("(a if b)") == "a@1-1.x86_64");
  CHECK(needs("(a if absent)").empty());
  CHECK(needs("(a if absent else b)") == "b@1-1.x86_64");
  CHECK(needs("(a unless b else c)") == "c@1-1.x86_64");
  CHECK(needs("(a unless absent)") == "a@1-1.x86_64");
  CHECK(needs("((a and b) or (absent with c))") == "a@1-1.x86_64 b@1-1.x86_64 c@1-1.x86_64");
  CHECK(needs("(lib.so()(64bit) >= 1 without absent)") == "c@1-1.x86_64");
  CHECK(needs("(a >= 0.5 and a < 2)") == "a@1-1.x86_64");
  CHECK(needs("(a >= 2 or b)") == "b@1-1.x86_64");
  for (const char* damaged : {"(", "()", "(a", "(a or)", "(a xor b)", "(a b)", "((a)"}) CHECK(needs(damaged).empty());
  const auto nested = [](std::size_t depth) { return std::string(depth, '(') + "a" + std::string(depth, ')'); };
  CHECK(needs(nested(kMaxRpmDependencyDepth)) == "a@1-1.x86_64");
  CHECK(needs(nested(kMaxRpmDependencyDepth + 1)).empty());
}

TEST_CASE("the lists of images of Azure Linux are read") {
  Budget budget;
  Share share(budget);
  const pkg::OperatingSystem azure{"mariner", "2.0", ""};
  const auto two = parse_rpm_manifest(
      "filesystem\t1.1-18.cm2\t1696879190\t1696876437\tMicrosoft "
      "Corporation\t(none)\t7596\tx86_64\t0\tfilesystem-1.1-18.cm2.src.rpm\n"
      "openssl-libs\t1.1.1k-27.cm2\t1\t1\tMicrosoft Corporation\t2\t7596\tx86_64\t2\topenssl-1.1.1k-27.cm2.src.rpm\n"
      "gpg-pubkey\t1-1\t1\t1\t(none)\t(none)\t0\t(none)\t0\t(none)\n",
      azure, share);
  REQUIRE(two);
  REQUIRE(two->size() == 2);
  CHECK((*two)[0].purl.to_string() ==
        "pkg:rpm/mariner/filesystem@1.1-18.cm2?arch=x86_64&distro=mariner-2.0&upstream=filesystem-1.1-18.cm2.src.rpm");
  CHECK((*two)[0].supplier == "Organization: Microsoft Corporation");
  CHECK((*two)[1].version == "2:1.1.1k-27.cm2");
  CHECK((*two)[1].source_name == "openssl");
  const auto one = parse_rpm_manifest("tzdata-2023c-1.cm2.noarch\n\ngpg-pubkey-3135ce90-5e6fda74\n", azure, share);
  REQUIRE(one);
  REQUIRE(one->size() == 1);
  CHECK((*one)[0].purl.to_string() == "pkg:rpm/mariner/tzdata@2023c-1.cm2?arch=noarch&distro=mariner-2.0");
  for (const char* damaged : {"a\tb\n", "noname\n", "a.b\n", "-1-2.x\n", "\t1\t\t\t\t\t\tx86_64\t0\tx\n"})
    CHECK_FALSE(parse_rpm_manifest(damaged, azure, share));
}

TEST_CASE("packages of rpm are paid for before they are made") {
  Budget budget(Budget::Amounts{10'000, 0, 0, 0, 1'000'000});
  Share share(budget);
  Licensing licensing(share);
  const std::vector<std::string> provides(1000, "p");
  const std::string bytes =
      HeaderMaker().identity("a", "1", "2", "noarch").texts(RpmTag::provide_name, provides).bytes();
  const auto refused = read_rpm_package(*RpmHeader::parse(bytes), {}, licensing, share);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == ErrorCode::limit_exceeded);
}
