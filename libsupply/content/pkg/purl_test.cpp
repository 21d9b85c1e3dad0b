#include "libsupply/content/pkg/purl.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/testing/testing.hpp"

using supply::ErrorCode;
using supply::pkg::Purl;
using supply::pkg::PurlParts;

namespace {

std::string text_or_empty(const nlohmann::json& parts, const char* key) {
  return parts.contains(key) && parts[key].is_string() ? parts[key].get<std::string>() : std::string();
}

PurlParts parts_of(const nlohmann::json& json) {
  PurlParts parts{text_or_empty(json, "type"),
                  text_or_empty(json, "namespace"),
                  text_or_empty(json, "name"),
                  text_or_empty(json, "version"),
                  {},
                  text_or_empty(json, "subpath")};
  if (json.contains("qualifiers") && json["qualifiers"].is_object()) {
    for (const auto& [key, value] : json["qualifiers"].items()) parts.qualifiers[key] = value.get<std::string>();
  }
  return parts;
}

// The canonical purl of what is read; "" where reading must fail. Written after purl-spec: docs/how-to-parse.md,
// how-to-build.md, and types/<type>-definition.json.
constexpr std::pair<std::string_view, std::string_view> kRead[] = {
    // scheme, type and separators
    {"pkg:cargo/lamp@1.2.3", "pkg:cargo/lamp@1.2.3"},
    {"PKG:cargo/lamp", "pkg:cargo/lamp"},
    {"pkg://cargo/lamp@1", "pkg:cargo/lamp@1"},
    {"pkg:/cargo/lamp@1", "pkg:cargo/lamp@1"},
    {"pkg:///cargo///lamp@1", "pkg:cargo/lamp@1"},
    {"pkg:Cargo/lamp", "pkg:cargo/lamp"},
    {"pkg:c.r-g9/lamp", "pkg:c.r-g9/lamp"},
    {"cargo/lamp@1", ""},
    {"pkg:cargo", ""},
    {"pkg:cargo/", ""},
    {"pkg:9cargo/lamp", ""},
    {"pkg:car_go/lamp", ""},
    {"pkg:car%2Dgo/lamp", ""},
    {"pkg:cargo/@1", ""},
    // namespace, name and version
    {"pkg:maven/org.lamp/shade@1.3.4", "pkg:maven/org.lamp/shade@1.3.4"},
    {"pkg:golang//a//b//lamp@v1", "pkg:golang/a/b/lamp@v1"},
    {"pkg:golang/a/b/lamp@v1.0.0%2Bincompatible", "pkg:golang/a/b/lamp@v1.0.0%2Bincompatible"},
    {"pkg:golang/a/b/lamp@v1.0.0+x", "pkg:golang/a/b/lamp@v1.0.0%2Bx"},
    {"pkg:npm/%40lamp/shade@1", "pkg:npm/%40lamp/shade@1"},
    {"pkg:generic/a%20b/c%20d@1%202", "pkg:generic/a%20b/c%20d@1%202"},
    {"pkg:generic/l%C3%A4mp@1", "pkg:generic/l%C3%A4mp@1"},
    {"pkg:generic/lamp@1:2~rc_1.0-1", "pkg:generic/lamp@1:2~rc_1.0-1"},
    {"pkg:generic/lamp@1%3A2%7Erc", "pkg:generic/lamp@1:2~rc"},
    {"pkg:generic/lamp/", "pkg:generic/lamp"},
    {"pkg:generic/a%2Fb/lamp", ""},
    {"pkg:generic/lamp@%", ""},
    {"pkg:generic/lamp@%4", ""},
    {"pkg:generic/%C3/lamp", ""},
    // qualifiers and subpath
    {"pkg:generic/lamp?b=2&a=1", "pkg:generic/lamp?a=1&b=2"},
    {"pkg:generic/lamp?A=1", "pkg:generic/lamp?a=1"},
    {"pkg:generic/lamp?a=&b=2", "pkg:generic/lamp?b=2"},
    {"pkg:generic/lamp?a=", "pkg:generic/lamp"},
    {"pkg:generic/lamp?a=x%20y&b=%26", "pkg:generic/lamp?a=x%20y&b=%26"},
    {"pkg:generic/lamp?a.b-c_d=1", "pkg:generic/lamp?a.b-c_d=1"},
    {"pkg:generic/lamp?a=1&a=2", ""},
    {"pkg:generic/lamp?1a=1", ""},
    {"pkg:generic/lamp?a%62=1", ""},
    {"pkg:generic/lamp?a b=1", ""},
    {"pkg:generic/lamp#a/b", "pkg:generic/lamp#a/b"},
    {"pkg:generic/lamp#/a//b/", "pkg:generic/lamp#a/b"},
    {"pkg:generic/lamp#./a/../b/.", "pkg:generic/lamp#a/b"},
    {"pkg:generic/lamp@1?a=1#a%20b", "pkg:generic/lamp@1?a=1#a%20b"},
    {"pkg:generic/a.b/lamp@1?x=%C3%A4#d", "pkg:generic/a.b/lamp@1?x=%C3%A4#d"},
    // what types do to the case of their parts, and what they ask for
    {"pkg:alpm/Arch/Lamp@1-A", "pkg:alpm/arch/lamp@1-A"},
    {"pkg:apk/Alpine/Lamp@1-R0?arch=x86", "pkg:apk/alpine/lamp@1-R0?arch=x86"},
    {"pkg:bitbucket/Keeper/Lamp@A1", "pkg:bitbucket/keeper/lamp@A1"},
    {"pkg:bitnami/Lamp@1", "pkg:bitnami/lamp@1"},
    {"pkg:brew/Home/Lamp@1", "pkg:brew/home/lamp@1"},
    {"pkg:composer/Keeper/Lamp@1", "pkg:composer/keeper/lamp@1"},
    {"pkg:deb/Debian/Lamp@1:2-B?arch=source", "pkg:deb/debian/lamp@1:2-B?arch=source"},
    {"pkg:github/Keeper/Lamp@ABC", "pkg:github/keeper/lamp@ABC"},
    {"pkg:hex/Org/Lamp@1", "pkg:hex/org/lamp@1"},
    {"pkg:huggingface/Keeper/Lamp@ABCDEF", "pkg:huggingface/Keeper/Lamp@abcdef"},
    {"pkg:luarocks/Keeper/Lamp@1", "pkg:luarocks/keeper/lamp@1"},
    {"pkg:oci/Lamp@sha256%3Aab?repository_url=r.example/lamp",
     "pkg:oci/lamp@sha256:ab?repository_url=r.example%2Flamp"},
    {"pkg:pub/Lamp@1", "pkg:pub/lamp@1"},
    {"pkg:pypi/Table_Lamp@1.0RC1", "pkg:pypi/table-lamp@1.0rc1"},
    {"pkg:qpkg/Black/Lamp@1", "pkg:qpkg/black/Lamp@1"},
    {"pkg:rpm/Fedora/Lamp@1", "pkg:rpm/fedora/Lamp@1"},
    {"pkg:yocto/Core/Lamp@1", "pkg:yocto/core/Lamp@1"},
    {"pkg:vscode-extension/Keeper/Lamp@1.0-RC", "pkg:vscode-extension/keeper/lamp@1.0-rc"},
    {"pkg:gem/Lamp@1?platform=java", "pkg:gem/Lamp@1?platform=java"},
    {"pkg:maven/Org/Lamp@1", "pkg:maven/Org/Lamp@1"},
    {"pkg:nuget/Lamp.Shade@1", "pkg:nuget/Lamp.Shade@1"},
    {"pkg:cran/Lamp@1", "pkg:cran/Lamp@1"},
    {"pkg:conda/Lamp@1?build=py_0&channel=main", "pkg:conda/Lamp@1?build=py_0&channel=main"},
    {"pkg:docker/keeper/lamp@sha256:ab", "pkg:docker/keeper/lamp@sha256:ab"},
    {"pkg:swift/git.example/keeper/lamp@1", "pkg:swift/git.example/keeper/lamp@1"},
    {"pkg:swift/lamp@1", ""},
    {"pkg:vscode-extension/lamp@1", ""},
    {"pkg:otp/lamp@1", "pkg:otp/lamp@1"},
    {"pkg:otp/keeper/lamp@1", ""},
    {"pkg:vcpkg/keeper/lamp@1", ""},
    {"pkg:cpan/KEEPER/Lamp-Shade@1", "pkg:cpan/KEEPER/Lamp-Shade@1"},
    {"pkg:cpan/KEEPER/Lamp::Shade@1", ""},
    {"pkg:julia/Lamp@1?uuid=7876af07", "pkg:julia/Lamp@1?uuid=7876af07"},
    {"pkg:julia/Lamp@1", ""},
    {"pkg:mlflow/Lamp@1?repository_url=https://x.azuredatabricks.net/",
     "pkg:mlflow/lamp@1?repository_url=https:%2F%2Fx.azuredatabricks.net%2F"},
    {"pkg:mlflow/Lamp@1?repository_url=https://x.azureml.ms/",
     "pkg:mlflow/Lamp@1?repository_url=https:%2F%2Fx.azureml.ms%2F"},
    {"pkg:chrome-extension/abcdefghijklmnopabcdefghijklmnop@1.2.3.4",
     "pkg:chrome-extension/abcdefghijklmnopabcdefghijklmnop@1.2.3.4"},
    {"pkg:chrome-extension/abcdefghijklmnopabcdefghijklmno@1", ""},
    {"pkg:chrome-extension/abcdefghijklmnopabcdefghijklmnoq@1", ""},
    {"pkg:chrome-extension/abcdefghijklmnopabcdefghijklmnop@1.2.3.4.5", ""},
    {"pkg:chrome-extension/abcdefghijklmnopabcdefghijklmnop@1.x", ""},
};

}  // namespace

TEST_CASE("purl is read, and written in its canonical form, as the specification says") {
  for (const auto& [text, canonical] : kRead) {
    INFO(text);
    const auto purl = Purl::parse(text);
    if (canonical.empty()) {
      CHECK_FALSE(purl);
      if (!purl) CHECK(purl.error().code() == ErrorCode::malformed);
      continue;
    }
    CHECK(purl);
    if (!purl) continue;
    CHECK(purl->to_string() == canonical);
    const auto again = Purl::parse(canonical);
    CHECK(again);
    if (again) CHECK(*again == *purl);
    const auto built = Purl::create(purl->parts());
    CHECK(built);
    if (built) CHECK(built->to_string() == canonical);
  }
}

TEST_CASE("purl gives what the suite of the purl authors wants") {
  const auto path = supply::testing::registry_data("purl-suite.json");
  if (path.empty()) return;
  std::size_t run = 0;
  for (const auto& test : nlohmann::json::parse(supply::testing::read(path))) {
    INFO(test["description"] << ": " << test["purl"]);
    ++run;
    if (test["is_invalid"]) {
      CHECK_FALSE(Purl::parse(test["purl"].get<std::string>()));
      continue;
    }
    PurlParts want = parts_of(test);
    if (want.name_space.ends_with('/')) want.name_space.pop_back();  // one test has it so, against the specification
    const std::string canonical = test["canonical_purl"];
    for (const std::string& text : {test["purl"].get<std::string>(), canonical}) {
      const auto purl = Purl::parse(text);
      CHECK(purl);
      if (!purl) continue;
      CHECK(purl->parts().type == want.type);
      CHECK(purl->parts().name_space == want.name_space);
      CHECK(purl->parts().name == want.name);
      CHECK(purl->parts().version == want.version);
      CHECK(purl->parts().qualifiers == want.qualifiers);
      CHECK(purl->parts().subpath == want.subpath);
      CHECK(purl->to_string() == Purl::parse(canonical)->to_string());
    }
    const auto built = Purl::create(want);
    CHECK(built);
    if (built) CHECK(built->to_string() == Purl::parse(canonical)->to_string());
  }
  CHECK(run > 30);
}

TEST_CASE("purl writes what syft writes when every colon is encoded") {
  // Source: syft 1.57's documents of an Alpine and a Debian image.
  for (const std::string_view text :
       {"pkg:deb/debian/"
        "bsdutils@1%3A2.38.1-5%2Bdeb12u3?arch=amd64&distro=debian-12.15&upstream=util-linux%402.38.1-5%2Bdeb12u3",
        "pkg:deb/debian/binutils-common@2.40-2?arch=amd64&distro=debian-12.15&upstream=binutils",
        "pkg:apk/alpine/libcrypto3@3.3.2-r0?arch=x86_64&distro=alpine-3.20.3&upstream=openssl",
        "pkg:npm/%40sc/right@2.1.0", "pkg:golang/github.com/docker/cli@v29.7.2%2Bincompatible",
        "pkg:golang/stdlib@1.26.8"}) {
    const auto purl = Purl::parse(text);
    REQUIRE(purl);
    CHECK(purl->to_encoded_string() == text);
    CHECK(*Purl::parse(purl->to_string()) == *purl);
  }
  CHECK(Purl::parse("pkg:deb/debian/bsdutils@1%3A2")->to_string() == "pkg:deb/debian/bsdutils@1:2");
}

TEST_CASE("purl refuses what is not one") {
  for (const std::string_view text :
       {"", "pkg:", "pkg:npm", "pkg:npm/", "npm/a", "http://npm/a", "pkg:npm/a@%zz", "pkg:npm/a@%ff", "pkg:npm/a?x",
        "pkg:npm/a?x=1&x=2", "pkg:npm/a?X=1&x=2", "pkg:npm/a%2Fb/c", "pkg:n pm/a", "pkg:npm/a@1%"}) {
    INFO(text);
    const auto purl = Purl::parse(text);
    REQUIRE_FALSE(purl);
    CHECK(purl.error().code() == ErrorCode::malformed);
  }
  const auto huge = Purl::parse("pkg:npm/" + std::string(supply::kMaxPurlBytes, 'a'));
  REQUIRE_FALSE(huge);
  CHECK(huge.error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("purl takes an npm scope that is not encoded") {
  CHECK(Purl::parse("pkg:npm/@sc/right")->to_string() == "pkg:npm/%40sc/right");
  CHECK(Purl::parse("pkg:npm/@sc/right@2.1.0")->to_string() == "pkg:npm/%40sc/right@2.1.0");
}
