#include "libsupply/content/catalog/internal/swift_workspace.hpp"

#include <catch2/catch.hpp>

#include "libsupply/testing/catalog_of_files.hpp"

using namespace supply;
using namespace supply::catalog;
using testing::catalog_of_files;
using testing::purls;
using Texts = std::vector<std::string>;

namespace {

// As swift-package-manager of Swift 5.9 writes it.
std::string state(const std::string& dependencies, int version = 6) {
  return R"({"object":{"artifacts":[],"dependencies":[)" + dependencies + R"(]},"version":)" + std::to_string(version) +
         "}\n";
}

std::string checkout(const std::string& location, const std::string& identity, const std::string& at) {
  return R"({"basedOn":null,"packageRef":{"identity":")" + identity + R"(","kind":"remoteSourceControl","location":")" +
         location + R"(","name":")" + identity + R"("},"state":{"checkoutState":{)" + at +
         R"(},"name":"sourceControlCheckout"},"subpath":")" + identity + R"("})";
}

std::string only_purl(const std::string& dependency, int version = 6) {
  const auto found = parse_swift_workspace(state(dependency, version));
  if (!found) return found.error().message();
  REQUIRE(found->size() == 1);
  return found->front().described.package.purl.to_string() + " in " + found->front().directory;
}

}  // namespace

TEST_CASE("what Swift checked out is named by its repository and version, or by the commit of a branch") {
  const std::string version = R"("revision":"532d8b5","version":"1.5.3")";
  const std::string here = " in checkouts/swift-log";
  for (const std::string location :
       {"https://github.com/apple/swift-log.git", "https://github.com/apple/swift-log",
        "git@github.com:apple/swift-log.git", "ssh://git@github.com:22/apple/swift-log.git",
        "https://user:pass@github.com/apple/swift-log/"}) {
    INFO(location);
    CHECK(only_purl(checkout(location, "swift-log", version)) == "pkg:swift/github.com/apple/swift-log@1.5.3" + here);
  }
  CHECK(only_purl(checkout("https://github.com/apple/swift-log.git", "swift-log",
                           R"("branch":"main","revision":"532d8b5")")) ==
        "pkg:swift/github.com/apple/swift-log@532d8b5" + here);
  CHECK(only_purl(checkout("/work/swift-log", "swift-log", version)) == "pkg:generic/swift-log@1.5.3" + here);
  CHECK(only_purl(R"({"packageRef":{"identity":"mona.LinkedList","kind":"registry","location":"mona.LinkedList",
                     "name":"mona.LinkedList"},"state":{"name":"registryDownload","version":"1.1.1"},
                     "subpath":"mona/LinkedList/1.1.1"})") ==
        "pkg:swift/mona/LinkedList@1.1.1 in registry/downloads/mona/LinkedList/1.1.1");
  CHECK(only_purl(R"({"packageRef":{"identity":"lib","kind":"fileSystem","location":"/src/lib","name":"lib"},
                     "state":{"name":"fileSystem","path":"/src/lib"},"subpath":"lib"})") ==
        "pkg:generic/lib in /src/lib");
  CHECK(only_purl(
            R"({"packageRef":{"identity":"swift-log","kind":"remote","path":"https://github.com/apple/swift-log.git",
                     "name":"swift-log"},"state":{"checkoutState":{"revision":"5","version":"1.0.0"},"name":"checkout"},
                     "subpath":"swift-log"})",
            4) == "pkg:swift/github.com/apple/swift-log@1.0.0" + here);
}

TEST_CASE("a state of Swift's package manager that Supply cannot read is an error") {
  CHECK_FALSE(parse_swift_workspace(""));
  CHECK_FALSE(parse_swift_workspace("{}"));
  CHECK_FALSE(parse_swift_workspace(R"({"version":6,"object":{}})"));
  CHECK_FALSE(parse_swift_workspace(state("{}")));
  CHECK(parse_swift_workspace(state("", 8)).error().code() == ErrorCode::unsupported);
  CHECK(parse_swift_workspace(state("", 7))->empty());
}

TEST_CASE("packages of Swift are those whose sources are there") {
  const std::string log = checkout("https://github.com/apple/swift-log.git", "swift-log", R"("version":"1.5.3")");
  const std::string nio = checkout("https://github.com/apple/swift-nio.git", "swift-nio", R"("version":"2.0.0")");
  const auto catalog = catalog_of_files({{"app/.build/workspace-state.json", state(log + "," + nio)},
                                         {"app/.build/checkouts/swift-log/Package.swift", "x"},
                                         {"app/.build/checkouts/swift-log/Examples/checkouts/a/b/Package.swift", "x"},
                                         {"other/.build/checkouts/lost/Package.swift", "x"}});
  CHECK(purls(catalog, "swift") == std::set<std::string>{"pkg:swift/github.com/apple/swift-log@1.5.3"});
  CHECK(testing::unknowns_in(catalog) ==
        Texts{"app/.build/workspace-state.json: names packages whose sources are not there: \"swift-nio\"",
              "other/.build/checkouts/lost: a checkout of Swift's package manager without its state"});
}
