// Homebrew is in no registry that this machine reaches: what is expected here is what its source says (tab.rb).
#include "libsupply/content/catalog/internal/brew_receipt.hpp"

#include <catch2/catch.hpp>

using namespace supply;
using namespace supply::catalog;

TEST_CASE("a keg has its formula's licence and the tap and edges of its receipt") {
  const std::string receipt = R"({"homebrew_version":"4.2.0","arch":"x86_64","source":{"tap":"homebrew/core"},
    "runtime_dependencies":[{"full_name":"openssl@3","version":"3.2.0"},{"full_name":"a/tap/zlib"},7]})";
  const std::string formula =
      "class Wget < Formula\n  desc \"x\"\n  homepage \"https://wget.example/\"\n  license \"GPL-3.0-or-later\"\nend\n";
  for (const std::string& text : {formula, reduce_formula(formula)}) {
    const auto keg = describe_keg("wget", "1.21.4_1", receipt, text);
    REQUIRE(keg);
    CHECK(keg->package.purl.to_string() == "pkg:brew/wget@1.21.4_1");
    CHECK(keg->package.declared_license == "GPL-3.0-or-later");
    CHECK(keg->package.homepage == "https://wget.example/");
    CHECK(keg->package.supplier == "Organization: Homebrew");
    CHECK(keg->package.architecture == "x86_64");
    CHECK(keg->depends == std::vector<std::vector<std::string>>{{"openssl@3"}, {"zlib"}});
  }
  const auto other = describe_keg("app@2", "1", R"({"source":{"tap":"some-org/some-tap"}})", "");
  REQUIRE(other);
  CHECK(other->package.purl.to_string() == "pkg:brew/some-org/some-tap/app%402@1");
  CHECK(describe_keg("a", "1", "", "")->package.purl.to_string() == "pkg:brew/a@1");
}

TEST_CASE("a formula's licence is read where it is plain") {
  const auto license = [](const std::string& line) {
    return describe_keg("a", "1", "", line)->package.declared_license;
  };
  CHECK(license("license any_of: [\"MIT\", \"Apache-2.0\"]") == "MIT OR Apache-2.0");
  CHECK(license("license all_of: [\"MIT\", \"Zlib\"]") == "MIT AND Zlib");
  CHECK(license("license :public_domain").empty());
  CHECK(license("license all_of: [\"MIT\", { \"GPL-2.0-only\" => { with: \"x\" } }]").empty());
  CHECK(license("license \"#{x}\"").empty());
}

TEST_CASE("a receipt that is damaged is malformed") {
  for (const std::string text : {"{", "[]", R"({"arch":7})", R"({"source":[]})", R"({"runtime_dependencies":{}})"}) {
    INFO(text);
    const auto keg = describe_keg("a", "1", text, "");
    REQUIRE_FALSE(keg);
    CHECK(keg.error().code() == ErrorCode::malformed);
  }
}
