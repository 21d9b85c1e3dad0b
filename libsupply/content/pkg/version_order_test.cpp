#include "libsupply/content/pkg/version_order.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace supply;
using pkg::compare_versions;

namespace {

// In ascending order, each before all behind it.
void check_ascending(std::string_view type, const std::vector<std::string>& versions) {
  for (std::size_t i = 0; i < versions.size(); ++i)
    for (std::size_t j = 0; j < versions.size(); ++j) {
      INFO(type << " " << versions[i] << " " << versions[j]);
      CHECK(compare_versions(type, versions[i], versions[j]) == (i < j ? -1 : i > j ? 1 : 0));
    }
}

}  // namespace

TEST_CASE("versions are ordered as each package manager's documents order them") {
  // semver.org, section 11.
  check_ascending("npm", {"1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2",
                          "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.0.1", "1.2.0", "1.10.0", "2.0.0"});
  check_ascending("golang", {"v0.0.0-20240101000000-0123456789ab", "v0.9.9", "v1.0.0-rc.1", "v1.0.0"});
  // PEP 440, "Summary of permitted suffixes and relative ordering".
  check_ascending("pypi", {"1.dev0",
                           "1.0.dev456",
                           "1.0a1",
                           "1.0a2.dev456",
                           "1.0a12.dev456",
                           "1.0a12",
                           "1.0b1.dev456",
                           "1.0b2",
                           "1.0b2.post345.dev456",
                           "1.0b2.post345",
                           "1.0rc1.dev456",
                           "1.0rc1",
                           "1.0",
                           "1.0+abc.5",
                           "1.0+abc.7",
                           "1.0+5",
                           "1.0.post456.dev34",
                           "1.0.post456",
                           "1.0.15",
                           "1.1.dev1",
                           "1!0.1"});
  // deb-version(7).
  check_ascending("deb", {"1.0~~", "1.0~~a", "1.0~", "1.0", "1.0-1", "1.0-1+deb12u1", "1.0-2", "1.0a", "1.0+b", "1.0.1",
                          "1.2", "1.10", "1:0.1", "2:0"});
  check_ascending("rpm", {"1.0~rc1-1", "1.0-1", "1.0^git1-1", "1.0.1-1", "1.10-1.el9", "1.10-2.el9", "1:0.1-1"});
  // apk-tools, test/version.data.
  check_ascending("apk", {"0.1.0_alpha", "0.1.0_alpha1", "0.1.0_beta2", "0.1.0_pre2", "0.1.0_rc1", "0.1.0", "0.1.0-r1",
                          "0.1.0_p1", "0.1.1", "1.0", "1.05", "1.1", "1.2.3", "1.2.3a", "1.2.3b", "1.2.3.1", "3.10"});
}

TEST_CASE("spellings of one version are equal, and what is no version has no order") {
  CHECK(compare_versions("pypi", "1.0", "v1.0.0") == 0);
  CHECK(compare_versions("pypi", "1.0-1", "1.0.post1") == 0);
  CHECK(compare_versions("deb", "0:1.0", "1.0") == 0);
  CHECK(compare_versions("deb", "1.0-0", "1.0") == 0);
  CHECK(compare_versions("npm", "1.0.0+a", "1.0.0+b") == 0);
  CHECK(compare_versions("npm", "00123456789012345678901.0.0", "123456789012345678901.0.0") == 0);
  for (const auto& [type, odd] : {std::pair<const char*, const char*>{"npm", "1.0"},
                                  {"npm", "latest"},
                                  {"npm", ""},
                                  {"pypi", "one"},
                                  {"deb", "a1"},
                                  {"deb", "x:1"},
                                  {"deb", ""},
                                  {"deb", "1-"},
                                  {"deb", "1 2"},
                                  {"rpm", ""},
                                  {"rpm", "1 0"},
                                  {"apk", "1_who1"},
                                  {"apk", "r1"},
                                  {"apk", ""},
                                  {"maven", "1.0"},
                                  {"", "1"}}) {
    INFO(type << " " << odd);
    CHECK(compare_versions(type, odd, odd) == std::nullopt);
  }
  CHECK(pkg::has_version_order("deb"));
  CHECK_FALSE(pkg::has_version_order("maven"));
}
