#include "libsupply/content/catalog/internal/erlang_application.hpp"

#include <catch2/catch.hpp>

#include "libsupply/testing/catalog_of_files.hpp"

using namespace supply;
using namespace supply::catalog;
using testing::catalog_of_files;
using testing::purls;

namespace {

constexpr std::string_view kLamp = R"(%% {vsn,"0"} in a comment
{application, lamp,
 [{description, "it's \"a\" }], {vsn,\"9\"}"},
  {modules, [lamp, 'Elixir.Lamp.Sup']},
  {env, [{a, #{b => <<"c">>, d => 16#ff}}, {e, $}}, {f, -1.5e3}, {g, [x|y]}]},
  {vsn, "1.2" ".3"},
  {mod, {lamp, []}},
  {applications, [kernel, stdlib, 'wick']}, {included_applications, []},
  {licenses, ["Apache-2.0"]}]}.
)";

}  // namespace

TEST_CASE("an application of Erlang is read from its resource file") {
  const auto one = parse_erlang_application(kLamp, "lamp.app");
  if (!one) FAIL(one.error().message());
  CHECK(one->package.purl.to_string() == "pkg:otp/lamp@1.2.3");
  CHECK(one->requires_ == std::vector<std::string>{"kernel", "stdlib", "wick"});
  CHECK(one->licenses == std::vector<std::string>{"Apache-2.0"});
  CHECK(parse_erlang_application("{application,a,[]}.", "a.app")->package.version.empty());
  CHECK(parse_erlang_application("{application,a,[{vsn,git}]}.", "a.app")->package.version.empty());
  CHECK(parse_erlang_application("{application,a,[{vsn,\"\xe4\"}]}.", "a.app")->package.version == "\xc3\xa4");
}

TEST_CASE("a resource file that Erlang would not load is a known unknown") {
  for (const std::string_view text :
       {"", "{", "{application", "{application,lamp", "{application,lamp,[", "{application,lamp,[{vsn,\"1\"}",
        "{application,lamp,[{vsn,\"1\"}]", "{application,lamp,[{vsn,\"1]}", "{application,other,[]}.", "[application]",
        "{application,lamp,[vsn]}.", "{application,lamp,[{vsn,\"1\"]}"}) {
    INFO(text);
    CHECK_FALSE(parse_erlang_application(text, "lamp.app"));
    CHECK(catalog_of_files({{"lib/lamp/ebin/lamp.app", std::string(text)}}).unknowns.size() == 1);
  }
}

TEST_CASE("applications of a release are found, and not what they have in their tests") {
  const std::string root = "app/lib/";
  const auto catalog =
      catalog_of_files({{root + "lamp-1.2.3/ebin/lamp.app", std::string(kLamp)},
                        {root + "wick-2/ebin/wick.app", "{application,wick,[{vsn,\"2\"}]}."},
                        {root + "wick-2/test/data/x-1/ebin/x.app", "{application,x,[{vsn,\"1\"}]}."},
                        {root + "wick-2/src/wick.app", "{application,wick,[{vsn,\"3\"}]}."},
                        {"usr/lib/erlang/lib/kernel-8/ebin/kernel.app", "{application,kernel,[{vsn,\"8\"}]}."}});
  CHECK(purls(catalog, "erlang") == std::set<std::string>{"pkg:otp/lamp@1.2.3", "pkg:otp/wick@2", "pkg:otp/kernel@8"});
  CHECK(testing::package_named(catalog, "lamp").depends ==
        std::vector<std::string>{"pkg:otp/kernel@8", "pkg:otp/wick@2"});
}

TEST_CASE("the applications of this machine's Erlang and Elixir are those that Erlang reads") {
  if (!testing::needs("erl")) return;
  std::vector<testing::ImageFile> files;
  for (const std::string directory : {"/usr/lib/erlang/lib", "/usr/lib/elixir/lib"})
    if (std::filesystem::exists(directory))
      for (testing::ImageFile& file : testing::files_below(directory, directory.substr(1) + "/"))
        if (file.path.ends_with(".app")) files.push_back(std::move(file));
  const auto catalog = catalog_of_files(files);
  const auto theirs = testing::lines_of(
      "erl -noshell -eval '[begin {ok,[{application,N,L}]} = file:consult(F), "
      "io:format(\"~s ~s~n\",[N,proplists:get_value(vsn,L)]) end || "
      "F <- filelib:wildcard(\"/usr/lib/{erlang,elixir}/lib/*/ebin/*.app\")], halt().'");
  CHECK(testing::names_and_versions(catalog, "erlang") == theirs);
  CHECK(theirs.size() >= 5);  // those of erlang-base
  CHECK(catalog.unknowns.empty());
  CHECK(testing::package_named(catalog, "sasl").depends.size() == 2);
}
