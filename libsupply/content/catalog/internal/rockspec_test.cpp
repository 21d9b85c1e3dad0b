#include "libsupply/content/catalog/internal/rockspec.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/testing/catalog_of_files.hpp"

using namespace supply;
using namespace supply::catalog;
using testing::catalog_of_files;
using testing::purls;

namespace {

constexpr std::string_view kLamp = R"(
-- version = "0-0"
package = "Lamp" --[==[ license = "x" ]==]
local v = "1.2"
version = v .. "-1"
source = { url = "git+https://example.org/lamp.git", tag = "v" .. v }
description = {
  summary = "it's \"a\" \z
             lamp", detailed = [[
 license = "y" }
]], ["homepage"] = 'https://example.org', license = "MIT/X11";
  maintainer = "A B <a@example.org>",
}
dependencies = { "lua >= 5.1", "Wick >= 1.0, < 2", "gone", platforms = { unix = { "never" } } }
build = { type = "builtin", modules = { lamp = "lamp.lua" } }
)";

std::set<std::string> texts(std::string_view text) {
  std::set<std::string> out;
  for_each_lua_text(text, [&](std::string_view names, std::string_view value) {
    out.insert(std::string(names) + "=" + std::string(value));
  });
  return out;
}

}  // namespace

TEST_CASE("an installed rock is read from its rockspec") {
  const std::string root = "usr/local/lib/luarocks/rocks-5.1/";
  const auto catalog = catalog_of_files({{root + "lamp/1.2-1/lamp-1.2-1.rockspec", std::string(kLamp)},
                                         {root + "wick/1.0-1/wick-1.0-1.rockspec", "junk"},
                                         {root + "wick/1.0-1/x.rockspec", "package = 'x'"},
                                         {"src/lamp-1.2-1.rockspec", std::string(kLamp)}});
  CHECK(purls(catalog, "lua") == std::set<std::string>{"pkg:luarocks/lamp@1.2-1", "pkg:luarocks/wick@1.0-1"});
  const pkg::Package& lamp = testing::package_named(catalog, "lamp");
  CHECK(lamp.depends == std::vector<std::string>{"pkg:luarocks/wick@1.0-1"});
  CHECK(lamp.declared_license == "MIT");
  CHECK(lamp.homepage == "https://example.org");
  CHECK(lamp.supplier == "Person: A B (a@example.org)");
  CHECK(catalog.unknowns.empty());
}

TEST_CASE("texts of Lua are found wherever they are assigned, and what is computed is none") {
  using Set = std::set<std::string>;
  CHECK(texts("a='1' b={'2',c={['d e']='3'};'4'}") == Set{"a=1", "b/1=2", "b/c/d e=3", "b/2=4"});
  CHECK(texts("a='1'..'2' b=f('3') c=d=='4'").empty());
  CHECK(texts("a=[==[x]]y]==]") == Set{"a=x]]y"});
  CHECK(texts("a='\\65\\x42\\u{43}\\n'") == Set{"a=ABC\n"});
  for (const std::string_view text : {"a={", "a='", "a=[[", "a={[", "a={b=", "--[[", "a={['x'", "}"}) {
    INFO(text);
    CHECK(texts(text).size() <= 1);
  }
  for (const std::size_t depth : {kMaxTermDepth, kMaxTermDepth + 1}) {
    const std::string text = "a=" + std::string(depth, '{') + "'x'" + std::string(depth, '}') + "b='y'";
    CHECK(texts(text).size() == (depth == kMaxTermDepth ? 2 : 1));
  }
}

TEST_CASE("the rock that luarocks makes is the one that it lists") {
  if (!testing::needs("luarocks")) return;
  const testing::TempDirectory home;
  testing::write(home / "lamp.lua", "return 1\n");
  testing::write(
      home / "lamp-1.2-1.rockspec",
      "package = \"Lamp\"\nversion = \"1.2-1\"\nsource = { url = \"file://lamp.lua\" }\n"
      "description = { license = \"MIT\" }\nbuild = { type = \"builtin\", modules = { lamp = \"lamp.lua\" } }\n");
  const std::string go = "cd " + home.path().string() + " && HOME=" + home.path().string() + " luarocks --tree root ";
  REQUIRE(std::system((go + "make >/dev/null 2>&1").c_str()) == 0);
  const auto catalog = catalog_of_files(testing::files_below(home / "root", "root/"));
  CHECK(testing::names_and_versions(catalog, "lua") ==
        testing::lines_of(go + "list --porcelain | cut -f1,2 | tr '\\t' ' '"));
  CHECK(catalog.packages.size() == 1);
}
