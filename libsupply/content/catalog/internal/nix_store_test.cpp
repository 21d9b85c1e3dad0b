#include "libsupply/content/catalog/internal/nix_store.hpp"

#include <catch2/catch.hpp>

using namespace supply::catalog;

namespace {

const std::string kHash = "0c5nlfxhfyk2j4smd7zbv3q1wrp68gi9";

// "name version output" of a store's name.
std::string parts(const std::string& name) {
  const std::string whole = kHash + "-" + name;
  const auto found = parse_store_name(whole);
  if (!found) return {};
  CHECK(found->hash == kHash);
  return std::string(found->name) + " " + std::string(found->version) + " " + std::string(found->output);
}

}  // namespace

TEST_CASE("the version in a store's name begins at the first dash that no letter follows") {
  CHECK(parts("glibc-2.38-27") == "glibc 2.38-27 ");
  CHECK(parts("glibc-2.38-27-dev") == "glibc 2.38-27 dev");
  CHECK(parts("python3.11-requests-2.31.0") == "python3.11-requests 2.31.0 ");
  CHECK(parts("zlib-1.3.1-static") == "zlib 1.3.1 static");
  CHECK(parts("x-unstable-2023-01-02") == "x-unstable 2023-01-02 ");
  CHECK(parts("bash-interactive-5.2-p15") == "bash-interactive 5.2-p15 ");
  CHECK(parts("user-environment") == "user-environment  ");
  CHECK(parts("a-_1") == "a _1 ");
}

TEST_CASE("what is no package of a store has no name") {
  for (const std::string name : {"", "hello-2.12.drv", "hello-2.12.lock", "source", "a b-1", "a/b-1"}) {
    INFO(name);
    CHECK(parts(name).empty());
  }
  CHECK_FALSE(parse_store_name(".links"));
  CHECK_FALSE(parse_store_name("0c5nlfxhfyk2j4smd7zbv3q1wrp68gie-hello-1"));  // no 'e' in a hash
  CHECK_FALSE(parse_store_name(kHash));
  CHECK_FALSE(parse_store_name(kHash + "_x-1"));
}

TEST_CASE("a package of a store has its hash and output in its purl") {
  const std::string whole = kHash + "-glibc-2.38-bin";
  const auto package = package_in_store("nix", *parse_store_name(whole));
  REQUIRE(package);
  CHECK(package->purl.to_string() == "pkg:nix/glibc@2.38?output=bin&outputhash=" + kHash);
  CHECK(package->version == "2.38");
}
