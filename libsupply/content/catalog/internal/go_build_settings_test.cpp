#include "libsupply/content/catalog/internal/go_build_settings.hpp"

#include <catch2/catch.hpp>

using namespace supply::catalog;

namespace {

std::string version(const std::string& settings) { return go_version_of_build(settings, "example.org/x/v2"); }
std::string flags(const std::string& text) { return version("build\t-ldflags=" + text + "\n"); }

}  // namespace

TEST_CASE("a version that the linker was told to put into a variable of the program is its version") {
  CHECK(flags(R"("-s -w -X main.version=1.2.3")") == "v1.2.3");
  CHECK(flags(R"("-X=example.org/x/v2/internal/version.gitVersion=v1.2.3-rc.1")") == "v1.2.3-rc.1");
  CHECK(flags(R"("-X 'main.version=v1.2' -X \"main.Version=1.2\"")") == "v1.2");
  CHECK(flags("-X=main.Version=2.0.0") == "v2.0.0");
}

TEST_CASE("a variable of another module, of something else, or two versions say nothing") {
  CHECK(flags(R"("-X example.org/y.version=1.2.3")").empty());
  CHECK(flags(R"("-X example.org/x/v22.version=1.2.3")").empty());
  CHECK(flags(R"("-X main.goVersion=1.26.1")").empty());
  CHECK(flags(R"("-X main.version=dev")").empty());
  CHECK(flags(R"("-X main.version=1.2.3 -X main.buildVersion=1.2.4")").empty());
  CHECK(flags(R"("-X main.version")").empty());
  CHECK(flags(R"("-X)").empty());
  CHECK(version("").empty());
}

TEST_CASE("a revision with its time is a pseudo-version, as Go writes it") {
  const std::string revision = "build\tvcs=git\nbuild\tvcs.revision=72dd0fb067f6d7826c7f79907670ba4a713bfe37\n";
  const std::string time = "build\tvcs.time=2026-10-03T05:06:18Z\n";
  CHECK(version(revision + time + "build\tvcs.modified=false\n") == "v0.0.0-20261003050618-72dd0fb067f6");
  CHECK(version(revision + time + "build\tvcs.modified=true\n") == "v0.0.0-20261003050618-72dd0fb067f6+dirty");
  CHECK(version(revision).empty());
  CHECK(version(time).empty());
  CHECK(version("build\tvcs.revision=123\n" + time).empty());
  CHECK(version(revision + "build\tvcs.time=yesterday\n").empty());
}

TEST_CASE("known Go programs have their CPE whatever their major version") {
  CHECK(go_program_cpe("helm.sh/helm/v3") == "helm:helm");
  CHECK(go_program_cpe("k8s.io/kubernetes") == "kubernetes:kubernetes");
  CHECK(go_program_cpe("helm.sh/helm/vx").empty());
  CHECK(go_program_cpe("example.org/vault").empty());
}
