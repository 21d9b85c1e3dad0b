#include "libsupply/content/pkg/purl.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/bytes/limits.hpp"
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

// Tests of the suite that contradict other tests of it or the specification.
bool contradicts(const std::string& file, const nlohmann::json& test) {
  // The type git is a draft: its name is to hold a slash that the general rules take for the namespace's.
  if (file == "git-test.json") return true;
  // A qualifier key in upper case must fail to parse here, and must be folded in another test of the same file.
  static const std::set<std::string> folded = {"pkg:gem/jruby-launcher@1.1.2?Platform=java",
                                               "pkg:Rpm/fedora/curl@7.50.3-1.fc25?Arch=i386&Distro=fedora-25"};
  return test["test_type"] == "parse" && test["expected_failure"] == true && folded.contains(test["input"]);
}

}  // namespace

TEST_CASE("purl gives what the specification's own tests want") {
  std::size_t run = 0;
  for (const auto& file : std::filesystem::directory_iterator(supply::testing::testdata("pkg/purl-spec"))) {
    if (file.path().extension() != ".json") continue;
    const auto suite = nlohmann::json::parse(supply::testing::read(file.path()));
    for (const auto& test : suite["tests"]) {
      if (contradicts(file.path().filename(), test)) continue;
      const std::string kind = test["test_type"];
      const bool must_fail = test["expected_failure"];
      INFO(file.path().filename().string() << ": " << kind << ": " << test["description"] << ": " << test["input"]);
      ++run;
      const auto purl =
          kind == "build" ? Purl::create(parts_of(test["input"])) : Purl::parse(test["input"].get<std::string>());
      if (must_fail) {
        CHECK_FALSE(purl);
        if (!purl) CHECK(purl.error().code() == ErrorCode::malformed);
        continue;
      }
      CHECK(purl);
      if (!purl) continue;
      if (kind != "parse") {
        CHECK(purl->to_string() == test["expected_output"].get<std::string>());
        continue;
      }
      const PurlParts want = parts_of(test["expected_output"]);
      CHECK(purl->parts().type == want.type);
      CHECK(purl->parts().name_space == want.name_space);
      CHECK(purl->parts().name == want.name);
      CHECK(purl->parts().version == want.version);
      CHECK(purl->parts().qualifiers == want.qualifiers);
      CHECK(purl->parts().subpath == want.subpath);
    }
  }
  CHECK(run > 500);
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
