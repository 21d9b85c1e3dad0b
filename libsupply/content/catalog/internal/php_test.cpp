#include <catch2/catch.hpp>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/content/catalog/internal/composer.hpp"
#include "libsupply/content/catalog/internal/pear_registry.hpp"
#include "libsupply/testing/catalog_of_files.hpp"

using namespace supply;
using namespace supply::catalog;
using testing::catalog_of_files;
using testing::purls;
using testing::unknowns_in;

namespace {

constexpr std::string_view kLamp = R"({"name":"Acme/Lamp","version":"v1.2.0","license":["MIT","GPL-2.0-or-later"],
  "require":{"acme/wick":"*","acme/burn":"*","php":">=7","acme/gone":"*"},"homepage":"https://example.org/",
  "dist":{"type":"zip","shasum":"0123456789012345678901234567890123456789"},
  "authors":[{"name":"A B","email":"a@example.org"}]})";
constexpr std::string_view kWick = R"({"name":"acme/wick","version":"dev-main","provide":{"acme/burn":"1"}})";

std::string list(const std::string& begin, const std::string& end) {
  return begin + "[" + std::string(kLamp) + "," + std::string(kWick) + "]" + end;
}

}  // namespace

TEST_CASE("composer's list of installed packages is read in both of its forms") {
  for (const std::string& text :
       {list("", ""), list("{\"packages\":", ",\"dev\":true}"), "\xef\xbb\xbf" + list("", "")}) {
    const auto catalog = catalog_of_files({{"app/vendor/composer/installed.json", text}});
    CHECK(purls(catalog, "php") ==
          std::set<std::string>{"pkg:composer/acme/lamp@v1.2.0", "pkg:composer/acme/wick@dev-main"});
    const pkg::Package& lamp = testing::package_named(catalog, "Acme/Lamp");
    CHECK(lamp.depends == std::vector<std::string>{"pkg:composer/acme/wick@dev-main"});
    CHECK(lamp.declared_license == "MIT OR GPL-2.0-or-later");
    CHECK(lamp.supplier == "Person: A B (a@example.org)");
    CHECK(lamp.checksums == std::vector<pkg::Checksum>{{"sha1", "0123456789012345678901234567890123456789"}});
    CHECK(catalog.unknowns.empty());
  }
}

TEST_CASE("a list of composer's packages that cannot be read is a known unknown") {
  for (const std::string_view text : {"", "{", "{}", "[{}]", "{\"packages\":[1]}", "7"}) {
    INFO(text);
    CHECK(catalog_of_files({{"v/composer/installed.json", std::string(text)}}).unknowns.size() == 1);
  }
  const auto alone = catalog_of_files({{"v/composer/installed.php", "<?php"}});
  REQUIRE(alone.unknowns.size() == 1);
  CHECK_THAT(unknowns_in(alone)[0], Catch::Contains("v/composer/installed.php: ") && Catch::Contains("installed.json"));
  CHECK(
      catalog_of_files({{"v/composer/installed.php", "<?php"}, {"v/composer/installed.json", "[]"}}).unknowns.empty());
  for (const std::size_t more : {0, 1}) {
    const std::string text = "[" + std::string(kMaxLanguageDatabaseBytes - 2 + more, ' ') + "]";
    CHECK(catalog_of_files({{"v/composer/installed.json", text}}).unknowns.size() == more);
  }
}

TEST_CASE("what a package of composer has in its tests is not installed, and each vendor directory is for itself") {
  const std::string one = "[" + std::string(kWick) + "]", other = "[" + std::string(kLamp) + "]";
  const auto catalog = catalog_of_files({{"a/vendor/composer/installed.json", one},
                                         {"a/vendor/x/y/tests/vendor/composer/installed.json", other},
                                         {"b/tests/vendor/composer/installed.json", other}});
  CHECK(purls(catalog, "php").size() == 2);
  CHECK(testing::package_named(catalog, "Acme/Lamp").depends.empty());
}

TEST_CASE("a package of PEAR is read as its registry has it") {
  const std::string lamp =
      "a:5:{s:4:\"name\";s:4:\"Lamp\";s:7:\"channel\";s:12:\"pecl.php.net\";s:7:\"version\";a:2:{s:7:\"release\";"
      "s:5:\"1.2.0\";s:3:\"api\";s:1:\"9\";}s:7:\"license\";a:1:{s:8:\"_content\";s:3:\"MIT\";}s:12:\"dependencies\";"
      "a:1:{s:8:\"required\";a:1:{s:7:\"package\";a:2:{i:0;a:2:{s:4:\"name\";s:4:\"Wick\";s:7:\"channel\";"
      "s:12:\"pear.php.net\";}i:1;a:2:{s:4:\"name\";s:1:\"x\";s:7:\"channel\";s:1:\"y\";}}}}}";
  const std::string wick = "a:3:{s:7:\"package\";s:4:\"Wick\";s:7:\"version\";s:3:\"0.9\";s:4:\"none\";N;}";
  const auto catalog = catalog_of_files({{"usr/share/php/.registry/.channel.pecl.php.net/lamp.reg", lamp},
                                         {"usr/share/php/.registry/wick.reg", wick},
                                         {"usr/share/php/.registry/bad.reg", "a:1:{"},
                                         {"usr/share/php/.channels/pear.php.net.reg", "x"}});
  CHECK(purls(catalog, "php") ==
        std::set<std::string>{"pkg:pear/pecl.php.net/Lamp@1.2.0", "pkg:pear/pear.php.net/Wick@0.9"});
  CHECK(testing::package_named(catalog, "Lamp").depends == std::vector<std::string>{"pkg:pear/pear.php.net/Wick@0.9"});
  CHECK(testing::package_named(catalog, "Lamp").declared_license == "MIT");
  CHECK(unknowns_in(catalog) == std::vector<std::string>{"usr/share/php/.registry/bad.reg: byte 5: not a key"});
}

TEST_CASE("a value that PHP serialized is refused where it is none") {
  const auto none = [](std::string_view, std::string_view) {};
  for (const std::string_view text : {"", "s", "s:1:\"ab\";", "s:3:\"a\";", "s:99999999999:\"a\";", "a:1:{i:0;N;",
                                      "a:1:{N;N;}", "N;N;", "x:1;", "i:1", "s:-1:\"\";", "a:2:{i:0;N;}"}) {
    INFO(text);
    CHECK_FALSE(for_each_serialized(text, none));
  }
  for (const std::size_t depth : {kMaxTermDepth, kMaxTermDepth + 1}) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += "a:1:{i:0;";
    text += "N;" + std::string(depth, '}');
    CHECK(bool(for_each_serialized(text, none)) == (depth == kMaxTermDepth));
  }
}

TEST_CASE("the packages that composer installed are those that it lists") {
  if (!testing::needs("composer")) return;
  const testing::TempDirectory home;
  for (const std::string name : {"a", "b"}) {
    std::filesystem::create_directories(home / name);
    testing::write(home / name / "composer.json", "{\"name\":\"acme/" + name + "\",\"version\":\"v1.2.0" + name +
                                                      "1\",\"license\":\"MIT\"" +
                                                      (name == "a" ? ",\"require\":{\"acme/b\":\"*\"}}" : "}"));
  }
  testing::write(home / "composer.json",
                 R"({"name":"acme/app","minimum-stability":"alpha","repositories":[{"type":"path","url":"a"},
                 {"type":"path","url":"b","options":{"symlink":false}},{"packagist.org":false}],
                 "require":{"acme/a":"*"}})");
  const std::string go = "cd " + home.path().string() + " && COMPOSER_ALLOW_SUPERUSER=1 COMPOSER_HOME=h composer ";
  REQUIRE(std::system((go + "install -q --no-interaction").c_str()) == 0);
  const auto catalog = catalog_of_files(testing::files_below(home.path(), "app/"));
  std::set<std::string> theirs;
  for (std::string line : testing::lines_of(go + "show 2>/dev/null")) {
    line.resize(line.find_last_not_of(' ') + 1);
    line.erase(line.find(' '), line.find_first_not_of(' ', line.find(' ')) - line.find(' ') - 1);
    theirs.insert(line);
  }
  CHECK(testing::names_and_versions(catalog, "php") == theirs);
  CHECK(theirs.size() == 2);
  CHECK(testing::package_named(catalog, "acme/a").depends.size() == 1);
}

TEST_CASE("the packages of PEAR on this machine are those that pear lists") {
  if (!testing::needs("pear")) return;
  std::set<std::string> theirs;
  for (const std::string& line : testing::lines_of("pear list -a 2>/dev/null"))
    if (line.ends_with(" stable") || line.ends_with(" beta")) {
      const std::size_t blank = line.find(' '), version = line.find_first_not_of(' ', blank);
      theirs.insert(line.substr(0, blank) + line.substr(version - 1, line.find(' ', version) - version + 1));
    }
  const auto catalog = catalog_of_files(testing::files_below("/usr/share/php/.registry", "usr/share/php/.registry/"));
  CHECK(testing::names_and_versions(catalog, "php") == theirs);
  CHECK(theirs.size() > 3);
}
