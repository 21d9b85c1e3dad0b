// Expected results are what containerd's and containers/image's sources say, see internal/choice.hpp.
#include "libsupply/image/store/internal/platform_choice.hpp"

#include <catch2/catch.hpp>

using namespace supply;
using store::internal::Choice;
using store::internal::Taken;

namespace {

oci::Platform platform(const std::string& text) {
  oci::Platform made;
  const std::size_t slash = text.find('/');
  made.os = "linux";
  made.architecture = text.substr(0, slash);
  if (slash != std::string::npos) made.variant = text.substr(slash + 1);
  return made;
}

// "amd64", "arm/v7"; "" has no platform, and "?s390x" none and a config for s390x; "z" in front: marked as zstd; "+":
// an index;
// "!" behind: with os.features.
Choice choice(std::string text) {
  Choice made;
  if (text.starts_with('+')) made.is_index = true, text.erase(0, 1);
  if (text.starts_with('z')) made.is_zstd = true, text.erase(0, 1);
  const bool features = text.ends_with('!');
  if (features) text.pop_back();
  if (text.starts_with('?')) made.config = platform(text.substr(1));
  else if (!text.empty()) made.platform = platform(text);
  if (features) made.platform->os_features = {"x"};
  return made;
}

// One letter for each entry: taken (T), taken instead of what was asked for (i), not taken (-).
std::string taken(const std::vector<std::string>& entries, const std::string& wanted) {
  std::vector<Choice> choices;
  for (const std::string& each : entries) choices.push_back(choice(each));
  std::string text;
  for (const Taken one : store::internal::taken(choices, *oci::Platform::parse("linux/" + wanted)))
    text += one == Taken::no ? '-' : one == Taken::for_it ? 'T' : 'i';
  return text;
}

}  // namespace

TEST_CASE("of an ordinary index the entry of the platform is taken, and no other") {
  const std::vector<std::string> debian{"amd64", "arm/v5", "arm/v7", "arm64/v8", "386", "ppc64le", "s390x"};
  CHECK(taken(debian, "amd64") == "T------");
  CHECK(taken(debian, "arm64") == "---T---");
  CHECK(taken(debian, "arm64/v8") == "---T---");
  CHECK(taken(debian, "arm/v7") == "--T----");
  CHECK(taken(debian, "arm/v6") == "-T-----");
  CHECK(taken(debian, "arm/v5") == "-T-----");
  CHECK(taken(debian, "arm") == "-TT----");
  CHECK(taken(debian, "386") == "----T--");
  CHECK(taken(debian, "riscv64") == "-------");
  CHECK(taken({"amd64", "amd64/v2", "amd64/v3"}, "amd64/v3") == "--T");
  CHECK(taken({"amd64", "amd64/v2"}, "amd64/v2") == "-T");
}

TEST_CASE("each reader's nearest is taken where their lists differ") {
  // containers/image wants v3 and then none (or, since 2026, v2 and then none); containerd v2.
  CHECK(taken({"amd64/v2", "amd64"}, "amd64/v3") == "TT");
  CHECK(taken({"arm64/v8.2", "arm64"}, "arm64/v8.3") == "TT");
  CHECK(taken({"arm64/v8.9", "arm64/v8.5"}, "arm64/v9") == "-T");
  CHECK(taken({"arm64/v8.6", "arm64/v8.5"}, "arm64/v9.1") == "T-");
  CHECK(taken({"arm64/v9", "arm64/v9.2"}, "arm64/v9.1") == "T-");
  // Names of arm that are a variant, whatever else is said.
  CHECK(taken({"armhf/v6", "arm/v7"}, "arm/v7") == "TT");
  CHECK(taken({"armel/v5", "arm/v6"}, "arm/v6") == "TT");
  CHECK(taken({"arm/7", "arm/v7"}, "arm/v7") == "TT");
  CHECK(taken({"aarch64/8", "arm64/v8"}, "arm64") == "TT");
  CHECK(taken({"x86_64", "amd64"}, "amd64") == "TT");
  // A podman that knows no v8 of arm.
  CHECK(taken({"arm/v8", "arm/v7", "arm/v6"}, "arm/v8") == "TT-");
}

TEST_CASE("what stands in for a platform is taken where a reader finds nothing better") {
  CHECK(taken({"386", "amd64"}, "amd64") == "-T");
  CHECK(taken({"386", "amd64/v2"}, "amd64") == "iT");  // a machine without v2
  CHECK(taken({"386", "s390x"}, "amd64") == "i-");
  CHECK(taken({"arm/v7", "arm64"}, "arm64") == "-T");
  CHECK(taken({"arm/v7", "arm64"}, "arm64/v9") == "iT");  // containerd before 1.7.14: v9 runs no v8
  CHECK(taken({"arm/v7", ""}, "arm/v6") == "iT");         // Docker takes any arm rather than none
  CHECK(taken({"?386", "amd64"}, "amd64") == "-T");
  CHECK(taken({"?386", "?amd64"}, "amd64") == "iT");
}

TEST_CASE("entries without a platform are taken by their configs, and the first of each sort whatever it says") {
  CHECK(taken({"?s390x", "?amd64"}, "amd64") == "iT");
  CHECK(taken({"?amd64", "?s390x"}, "amd64") == "T-");
  CHECK(taken({"?amd64", "z?s390x"}, "amd64") == "Ti");
  CHECK(taken({"z?amd64", "?s390x", "?s390x"}, "amd64") == "Ti-");
  CHECK(taken({"?s390x", "?amd64", "amd64"}, "amd64") == "-TT");
  CHECK(taken({"?s390x", "?amd64", "x86_64"}, "amd64") == "iTT");  // x86_64 is not amd64 for containers/image
  CHECK(taken({"?s390x", "arm64/v8"}, "arm64") == "-T");
}

TEST_CASE("a nested index may hold what is better than it says") {
  CHECK(taken({"+amd64/v2", "amd64"}, "amd64/v3") == "TT");
  CHECK(taken({"+amd64/v2", "amd64/v3"}, "amd64/v3") == "-T");
  CHECK(taken({"+386", "amd64"}, "amd64") == "-T");
  CHECK(taken({"+amd64", "386"}, "amd64") == "Ti");
  CHECK(taken({"+", "amd64"}, "amd64") == "TT");
  CHECK(taken({"+s390x", "amd64"}, "amd64") == "-T");
}

TEST_CASE("an entry that asks for features is not taken by every machine") {
  CHECK(taken({"386", "amd64!"}, "amd64") == "iT");
  CHECK(taken({"amd64/v2", "amd64/v3!"}, "amd64/v3") == "TT");
  CHECK(taken({"arm/v7", "arm64!"}, "arm64") == "iT");
  CHECK(taken({"386", "amd64!", "amd64"}, "amd64") == "-TT");
}

// Source: containerd platforms/database.go, normalizeOS: an empty one is the machine's. Case 382 of seed 771 in
// ci/e2e/test_runtimes_agree.py: what was found was a yes for the entry without a platform.
TEST_CASE("an operating system that an entry does not name is the machine's") {
  Choice nameless = choice("amd64"), other = choice("?amd64");
  nameless.platform->os.clear();
  for (const char* wanted : {"linux/amd64", "linux/amd64/v2", "linux/amd64/v3", "linux/amd64/v4", "windows/amd64/v3"}) {
    INFO(wanted);
    CHECK(store::internal::taken({nameless}, *oci::Platform::parse(wanted)).front() == Taken::for_it);
    CHECK(store::internal::taken({other, nameless}, *oci::Platform::parse(wanted)).back() == Taken::for_it);
  }
}
