// No xbps is in Debian: what is expected here is what its source says.
#include "libsupply/content/catalog/internal/xbps_database.hpp"

#include <catch2/catch.hpp>

using namespace supply;
using namespace supply::catalog;

namespace {

Budget budget;  // of all tests here
Share share(budget);

std::string plist(const std::string& inside) {
  return "<?xml version=\"1.0\"?>\n<!DOCTYPE plist>\n<plist version=\"1.0\">\n<dict>\n" + inside +
         "</dict>\n</plist>\n";
}

}  // namespace

TEST_CASE("xbps's packages have licence, edges and state") {
  const auto packages = parse_xbps_database(
      plist("<key>_XBPS_ALTERNATIVES_</key><dict><key>x</key><string>y</string></dict>\n"
            "<key>bash</key>\n<dict>\n<key>automatic-install</key><true/>\n"
            "<key>architecture</key><string>x86_64</string>\n<key>homepage</key><string>http://a?b&amp;c</string>\n"
            "<key>installed_size</key><integer>7</integer>\n<key>license</key><string>GPL-3.0-or-later, MIT</string>\n"
            "<key>maintainer</key><string>Jo Doe &lt;jo@example.org&gt;</string>\n"
            "<key>pkgver</key><string>bash-5.2.21_1</string>\n"
            "<key>run_depends</key><array><string>glibc&gt;=2.36_1</string><string>ncurses-6_1</string></array>\n"
            "<key>state</key><string>installed</string>\n</dict>\n"
            "<key>gone</key><dict><key>pkgver</key><string>gone-1_1</string>"
            "<key>state</key><string>not-installed</string></dict>\n"),
      {"void", "", ""}, share);
  REQUIRE(packages);
  REQUIRE(packages->size() == 1);
  const pkg::Package& bash = packages->front().package;
  CHECK(bash.purl.to_string() == "pkg:generic/xbps/bash@5.2.21_1?arch=x86_64&distro=void");
  CHECK(bash.declared_license == "GPL-3.0-or-later AND MIT");
  CHECK(bash.homepage == "http://a?b&c");
  CHECK(bash.supplier == "Person: Jo Doe (jo@example.org)");
  CHECK(packages->front().depends == std::vector<std::vector<std::string>>{{"glibc"}, {"ncurses"}});
}

TEST_CASE("a database of xbps that is damaged says where") {
  for (const auto& [text, message] : {std::pair<std::string, std::string>("<dict><key", "a tag without an end"),
                                      {"<dict>", "ends within an element"},
                                      {"[1, 2]\n", "no dictionary in it"},
                                      {"<html><body>Not found</body></html>\n", "no dictionary in it"},
                                      {"</dict>", "the end of what did not begin"},
                                      {"<array></dict>", "the end of what did not begin"},
                                      {"<key>a</key>", "a key outside of a dictionary"},
                                      {"<dict><key>a</dict>", "an element without an end"}}) {
    INFO(text);
    const auto packages = parse_xbps_database(text, {}, share);
    REQUIRE_FALSE(packages);
    CHECK(packages.error().code() == ErrorCode::malformed);
    CHECK_THAT(packages.error().message(), Catch::Contains(message));
  }
}

TEST_CASE("xbps's list of files has files, configuration and links") {
  CHECK(reduce_xbps_files(
            plist("<key>files</key><array><dict><key>file</key><string>/usr/bin/a&amp;b</string>"
                  "<key>sha256</key><string>00</string></dict></array>\n<key>links</key><array><dict>"
                  "<key>file</key><string>/bin/c</string><key>target</key><string>a</string></dict></array>\n"
                  "<key>dirs</key><array><dict><key>file</key><string>/usr</string></dict></array>\n")) ==
        "usr/bin/a&b\nbin/c\n");
}

TEST_CASE("xbps's packages are paid for before they are made") {
  Budget::Amounts few{};
  few[static_cast<std::size_t>(Cost::memory)] = 100'000;
  std::string many;
  for (int i = 0; i < 100; ++i)
    many += "<key>p" + std::to_string(i) + "</key><dict><key>pkgver</key><string>p-1_1</string></dict>";
  Budget small(few);
  Share part(small);
  const auto packages = parse_xbps_database(plist(many), {}, part);
  REQUIRE_FALSE(packages);
  CHECK(packages.error().code() == ErrorCode::limit_exceeded);
}
