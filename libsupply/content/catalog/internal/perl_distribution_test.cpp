#include "libsupply/content/catalog/internal/perl_distribution.hpp"

#include <catch2/catch.hpp>

#include "libsupply/testing/catalog_of_files.hpp"

using namespace supply;
using namespace supply::catalog;
using testing::catalog_of_files;
using testing::purls;
using testing::unknowns_in;

TEST_CASE("a Perl module's version is the literal that it assigns first") {
  for (const auto& [source, version] : std::vector<std::pair<std::string, std::string>>{
           {"package A;\nour $VERSION = '1.23';\n", "1.23"},
           {"$A::VERSION=\"v1.2.3\";", "v1.2.3"},
           {"our $VERSION = 1.230;", "1.23"},
           {"our $VERSION = 1_000.5;", "1000.5"},
           {"package A::B 1.5;\n", "1.5"},
           {"package A 2.0 {\n", "2.0"},
           {"use version; our $VERSION = version->declare(\"v0.4.1\");", "v0.4.1"},
           {"our $VERSION = qv('1.2.3');", "1.2.3"},
           {"*VERSION = \\'1.01';", ""},
           {"# $VERSION = '9';\n$VERSION = '1';", "1"},
           {"=head1 X\n$VERSION = '9';\n=cut\n$VERSION = '1';", "1"},
           {"if ($VERSION == 5) {}\n$VERSION = '1';", "1"},
           {"$x = 1 if $VERSION >= 5;\n$VERSION = '1';", "1"},
           {"$XVERSION_OF = '9'; $VERSIONS = '9';\n", ""},
           {"our $VERSION = $Other::VERSION;\n", ""},
           {"our $VERSION = sprintf('%d', 1);\n", ""},
           {"", ""}}) {
    INFO(source);
    CHECK(perl_module_version(source) == version);
  }
}

TEST_CASE("perllocal.pod names the newest version of each module") {
  const std::string entry = "=head2 Sat Nov 28 2026: C<Module> L<Foo::Bar|Foo::Bar>\n\nC<VERSION: ";
  const auto read = parse_perllocal(entry + "1.2>\n" + entry + "1.3>\n=head2 x\nC<VERSION: 9>\n");
  CHECK(read == std::map<std::string, std::string>{{"Foo::Bar", "1.3"}});
}

TEST_CASE("Perl distributions are found by their lists of files and by what cpanm keeps") {
  const std::string arch = "usr/local/lib/perl5/x86_64-linux/";
  const auto catalog = catalog_of_files(
      {{arch + "auto/Foo/Bar/.packlist", "/usr/local/lib/perl5/Foo/Bar.pm\n"},
       {"usr/local/lib/perl5/Foo/Bar.pm", "package Foo::Bar;\nour $VERSION = '1.23';\n"},
       {arch + "auto/Wick/.packlist", "x"},
       {arch + "perllocal.pod", "=head2 x: C<Module> L<Wick|Wick>\n\nC<VERSION: 0.5>\n"},
       {arch + ".packlist", "of Perl itself"},
       {arch + ".meta/Foo-Bar-1.23/install.json",
        R"({"name":"Foo::Bar","version":"1.23","dist":"Foo-Bar-1.23","pathname":"A/AB/ABC/Foo-Bar-1.23.tar.gz",
        "provides":{"Foo::Bar":{},"Foo::Baz":{}}})"},
       {arch + ".meta/Foo-Bar-1.23/MYMETA.json",
        R"({"name":"Foo-Bar","version":"1.23","license":["perl_5"],"author":["A B <a@example.org>"],
        "prereqs":{"runtime":{"requires":{"Wick":"0","strict":"0"}}}})"},
       {arch + ".meta/Alone-2/MYMETA.json", R"({"name":"Alone","version":"2","license":["mit"],
        "prereqs":{"runtime":{"requires":{"Foo::Baz":"0"}}}})"},
       {arch + ".meta/Bad-2/MYMETA.json", "{"},
       {"src/Foo-Bar/META.json", R"({"name":"Src","version":"2"})"}});
  CHECK(purls(catalog, "perl") ==
        std::set<std::string>{"pkg:cpan/ABC/Foo-Bar@1.23", "pkg:cpan/Wick@0.5", "pkg:cpan/Alone@2"});
  const pkg::Package& foo = testing::package_named(catalog, "Foo-Bar");
  CHECK(foo.depends == std::vector<std::string>{"pkg:cpan/Wick@0.5"});
  CHECK(foo.declared_license == "Artistic-1.0-Perl OR GPL-1.0-or-later");
  CHECK(foo.supplier == "Person: A B (a@example.org)");
  CHECK(testing::package_named(catalog, "Alone").depends == std::vector<std::string>{"pkg:cpan/ABC/Foo-Bar@1.23"});
  CHECK(unknowns_in(catalog).size() == 1);
}

TEST_CASE("the module in the path of a list of files is what ExtUtils::Installed takes it for") {
  CHECK(module_of_packlist("a/auto/Foo/Bar/.packlist") == "Foo::Bar");
  CHECK(module_of_packlist("auto/Foo/.packlist") == "Foo");
  CHECK(module_of_packlist("a/.packlist").empty());
  CHECK(module_of_packlist("a/auto/.packlist").empty());
  CHECK(module_of_packlist("a/auto/Foo/packlist").empty());
}

TEST_CASE("the distribution that make installs is the one that ExtUtils::Installed lists") {
  if (!testing::needs("perl") || !testing::needs("make")) return;
  const testing::TempDirectory home;
  std::filesystem::create_directories(home / "src/lib/Foo");
  testing::write(home / "src/lib/Foo/Bar.pm", "package Foo::Bar;\nuse strict;\nour $VERSION = '1.230';\n1;\n");
  testing::write(home / "src/Makefile.PL",
                 "use ExtUtils::MakeMaker;\nWriteMakefile(NAME => 'Foo::Bar', VERSION_FROM => 'lib/Foo/Bar.pm');\n");
  const std::string path = home.path().string();
  REQUIRE(std::system(("cd " + path + "/src && (perl Makefile.PL INSTALL_BASE=" + path +
                       "/root && make install) >/dev/null 2>&1")
                          .c_str()) == 0);
  const auto catalog = catalog_of_files(testing::files_below(home / "root", "opt/"));
  CHECK(testing::names_and_versions(catalog, "perl") ==
        testing::lines_of("perl -MConfig -MExtUtils::Installed -e '$d = shift; $i = ExtUtils::Installed->new("
                          "inc_override => [$d, \"$d/$Config{archname}\"]); for (grep { $_ ne q(Perl) } $i->modules) "
                          "{ $v = $i->version($_); s/::/-/g; print \"$_ $v\\n\" }' " +
                          path + "/root/lib/perl5"));
  CHECK(catalog.packages.size() == 1);
}
