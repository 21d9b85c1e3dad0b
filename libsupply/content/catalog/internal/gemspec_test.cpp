#include "libsupply/content/catalog/internal/gemspec.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/testing/catalog_of_files.hpp"

using namespace supply;
using namespace supply::catalog;
using testing::catalog_of_files;
using testing::needs;
using testing::purls;
using testing::unknowns_in;

namespace {

constexpr std::string_view kLamp = R"(# -*- encoding: utf-8 -*-
# stub: lamp 1.2.0 x86_64-linux lib

Gem::Specification.new do |s|
  s.name = "lamp".freeze
  s.version = "1.2.0"
  s.platform = "x86_64-linux".freeze

  s.required_rubygems_version = Gem::Requirement.new("> 1.3.1".freeze) if s.respond_to? :required_rubygems_version=
  s.authors = ["J\u00F6rg A".freeze, "B".freeze]
  s.email = [nil, "a@example.org".freeze]
  s.homepage = "https://example.org".freeze
  s.licenses = ["Ruby".freeze, "BSD-2-Clause".freeze]
  s.summary = "it's a \"lamp\"\n  s.version = \"9\"".freeze

  if s.respond_to? :add_runtime_dependency then
    s.add_runtime_dependency(%q<wick>.freeze, ["~> 1.0"])
    s.add_development_dependency(%q<never>.freeze, [">= 0"])
  else
    s.add_dependency(%q<wick>.freeze, ["~> 1.0"])
    s.add_dependency(%q<never>.freeze, [">= 0"])
  end
end
)";

std::string spec(const std::string& name, const std::string& version) {
  return "Gem::Specification.new do |s|\n  s.name = \"" + name + "\"\n  s.version = \"" + version + "\"\nend\n";
}

}  // namespace

TEST_CASE("a gem's specification is read as RubyGems writes it") {
  const auto gem = parse_gemspec(kLamp);
  REQUIRE(gem);
  CHECK(gem->package.purl.to_string() == "pkg:gem/lamp@1.2.0?platform=x86_64-linux");
  CHECK(gem->package.supplier == "Person: J\xc3\xb6rg A, B (a@example.org)");
  CHECK(gem->package.homepage == "https://example.org");
  CHECK(gem->requires_ == std::vector<std::string>{"wick"});
  CHECK(gem->licenses == std::vector<std::string>{"Ruby", "BSD-2-Clause"});
}

TEST_CASE("a gem's name and version that are no literals are those of the comment for require") {
  const std::string program = "Gem::Specification.new do |gem|\n  gem.name = 'a'\n  gem.version = A::VERSION\nend\n";
  CHECK_FALSE(parse_gemspec(program));
  const auto gem = parse_gemspec("# stub: a 2.0 java lib\n" + program);
  REQUIRE(gem);
  CHECK(gem->package.purl.to_string() == "pkg:gem/a@2.0?platform=java");
  for (const std::string_view version : {"\"1#{x}\"", "\"1", "%w[1]", "'1' + '2'x"}) {
    INFO(version);
    const auto read =
        parse_gemspec("Gem::Specification.new do |s|\n s.name = \"a\"\n s.version = " + std::string(version) + "\n");
    if (read) CHECK(read->package.version == "1");
  }
  CHECK(
      parse_gemspec("Gem::Specification.new do |s|\n s.name='a'\n s.version='1'\n s.license = 'MIT'\nend")->licenses ==
      std::vector<std::string>{"MIT"});
}

TEST_CASE("gems are found in every directory of specifications, and not in what gems have in their tests") {
  const std::string root = "usr/lib/ruby/gems/3.1.0/";
  const auto catalog = catalog_of_files(
      {{root + "specifications/lamp-1.2.0-x86_64-linux.gemspec", std::string(kLamp)},
       {root + "specifications/default/wick-1.0.gemspec", spec("wick", "1.0")},
       {root + "specifications/wick-1.10.gemspec", spec("wick", "1.10")},
       {root + "specifications/wick-1.9.gemspec", spec("wick", "1.9")},
       {root + "gems/wick-1.10/wick.gemspec", spec("wick", "2")},
       {root + "gems/wick-1.10/test/specifications/x.gemspec", spec("x", "2")},
       {root + "bundler/gems/git-0123456789ab/git.gemspec", spec("git", "3")},
       {root + "bundler/gems/git-0123456789ab/part/git-part.gemspec", spec("git-part", "3")},
       {root + "bundler/gems/git-0123456789ab/a/b/git-deep.gemspec", spec("git-deep", "3")},
       {root + "bundler/gems/git-0123456789ab/a/b/c/no.gemspec", spec("no", "3")},
       {root + "bundler/gems/git-0123456789ab/test/fixtures/no.gemspec", spec("no", "3")},
       {root + "bundler/gems/gut-0123456789ab/gut.gemspec", "Gem::Specification.new do |s|\n  s.name = N\nend\n"},
       {"usr/share/rubygems-integration/all/specifications/rake-13.gemspec", spec("rake", "13")}});
  CHECK(purls(catalog, "ruby") == std::set<std::string>{"pkg:gem/git@3", "pkg:gem/git-deep@3", "pkg:gem/git-part@3",
                                                        "pkg:gem/lamp@1.2.0?platform=x86_64-linux", "pkg:gem/rake@13",
                                                        "pkg:gem/wick@1.0", "pkg:gem/wick@1.9", "pkg:gem/wick@1.10"});
  const pkg::Package& lamp = testing::package_named(catalog, "lamp");
  CHECK(lamp.depends == std::vector<std::string>{"pkg:gem/wick@1.10"});
  CHECK(lamp.declared_license == "Ruby AND BSD-2-Clause");
  CHECK(lamp.layer.has_value());
  CHECK(unknowns_in(catalog) ==
        std::vector<std::string>{root + "bundler/gems/gut-0123456789ab/gut.gemspec: no name that "
                                        "could be read without running it"});
}

TEST_CASE("gems that Bundler loads from the application's directories are those of its lock that are there") {
  // As Bundler 2.3.15 writes it.
  const std::string lock =
      "PATH\n  remote: components/pathy\n  specs:\n    pathy (7.7.7)\n      gamma (>= 1)\n\n"
      "PATH\n  remote: engines\n  specs:\n    one (1.0)\n    gone (1.0)\n\n"
      "PATH\n  remote: ../../../../../out\n  specs:\n    out (1.0)\n\n"
      "GEM\n  specs:\n    gamma (1.3)\n\nDEPENDENCIES\n  gamma\n  pathy!\n";
  const std::string dynamic = "Gem::Specification.new do |s| s.name = \"pathy\"; s.version = Pathy::VERSION; end\n";
  const std::string gems = "srv/app/vendor/bundle/ruby/3.1.0/";
  const auto catalog = catalog_of_files({{"srv/app/Gemfile.lock", lock},
                                         {"srv/app/components/pathy/pathy.gemspec", dynamic},
                                         {"srv/app/engines/one/one.gemspec", dynamic},
                                         {"srv/other/Gemfile.lock", lock},
                                         {gems + "specifications/gamma-1.3.gemspec", spec("gamma", "1.3")},
                                         {gems + "gems/gamma-1.3/Gemfile.lock", lock},
                                         {gems + "gems/gamma-1.3/components/pathy/pathy.gemspec", dynamic}});
  CHECK(purls(catalog, "ruby") == std::set<std::string>{"pkg:gem/gamma@1.3", "pkg:gem/one@1.0", "pkg:gem/pathy@7.7.7"});
  const pkg::Package& pathy = testing::package_named(catalog, "pathy");
  CHECK(pathy.location == "srv/app/components/pathy/pathy.gemspec");
  CHECK(pathy.depends == std::vector<std::string>{"pkg:gem/gamma@1.3"});
  CHECK(unknowns_in(catalog).empty());
  CHECK(purls(catalog_of_files({{"app/Gemfile.lock", "PATH\n  remote: .\n  specs:\n    core (0.1.0-java)\n"},
                                {"app/core.gemspec", dynamic}}),
              "ruby") == std::set<std::string>{"pkg:gem/core@0.1.0?platform=java"});
  for (const std::string line : {"    core\n", "    core (1\n"})
    CHECK(unknowns_in(catalog_of_files({{"app/Gemfile.lock", "PATH\n  remote: .\n  specs:\n" + line}})).size() == 1);
}

TEST_CASE("a gem's specification that is longer than is read is a known unknown") {
  for (const std::size_t more : {0, 1}) {
    std::string text = spec("a", "1");
    text += std::string(kMaxPackageMetadataBytes - text.size() + more, '\n');
    const auto catalog = catalog_of_files({{"specifications/a-1.gemspec", text}});
    CHECK(catalog.packages.size() == 1 - more);
    CHECK(catalog.unknowns.size() == more);
  }
}

TEST_CASE("of versions the newest is found by its numbers") {
  CHECK(is_older_version("1.9", "1.10"));
  CHECK(is_older_version("1.0", "1.0.1"));
  CHECK(is_older_version("1.09", "1.10"));
  CHECK_FALSE(is_older_version("1.10", "1.9"));
  CHECK_FALSE(is_older_version("1", "1"));
  CHECK_FALSE(is_older_version("01", "1"));
}

TEST_CASE("the gems of this machine and of one that gem installs are those that gem lists") {
  if (!needs("gem")) return;
  const testing::TempDirectory home;
  testing::write(home / "a.gemspec", R"(Gem::Specification.new do |s|
  s.name = "lamp-o_x"
  s.version = "1.2.0.pre1"
  s.summary = "it's a \"lamp\" \#{x} #{1 + 1} #x \\ ä\n"
  s.authors = ["Jörg \u{1F600}", %q(B "C")]
  s.license = "MIT"
  s.platform = "x86_64-linux"
  s.files = []
  s.add_dependency "rake"
end
)");
  const std::string go = "cd " + home.path().string() + " && ";
  REQUIRE(std::system((go + "gem build -q a.gemspec >/dev/null 2>&1 && gem install -q --local --no-document -i home "
                            "--ignore-dependencies *.gem >/dev/null 2>&1")
                          .c_str()) == 0);
  std::vector<testing::ImageFile> files = testing::files_below(home / "home", "home/");
  for (const std::string& path : testing::lines_of("ruby -e 'puts Gem::Specification.map(&:loaded_from)'"))
    files.push_back({path.substr(1), testing::read(path)});
  const auto catalog = catalog_of_files(files);
  const std::string list =
      "ruby -e 'Gem::Specification.each { |s| puts %Q(#{s.name} #{s.version} #{s.platform} "
      "#{s.authors.join(\", \")} #{s.licenses.length} #{s.homepage})}'";
  std::set<std::string> theirs = testing::lines_of(list);
  theirs.merge(testing::lines_of(go + "GEM_HOME=home GEM_PATH=home " + list));
  std::set<std::string> ours;
  for (const pkg::Package& package : catalog.packages) {
    const std::string& platform = package.architecture;
    std::string authors = package.supplier.substr(std::min<std::size_t>(package.supplier.size(), 8));
    if (authors.ends_with(')')) authors.resize(authors.rfind(" ("));
    const auto licenses = parse_gemspec(std::find_if(files.begin(), files.end(),
                                                     [&](const auto& file) { return file.path == package.location; })
                                            ->content)
                              ->licenses;
    ours.insert(package.name + " " + package.version + " " + (platform.empty() ? "ruby" : platform) + " " + authors +
                " " + std::to_string(licenses.size()) + " " + package.homepage);
  }
  CHECK(ours == theirs);
  CHECK(ours.size() > 50);
  CHECK(unknowns_in(catalog).empty());
  CHECK(testing::package_named(catalog, "lamp-o_x").depends.size() == 1);
}
