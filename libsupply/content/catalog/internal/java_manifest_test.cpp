#include "libsupply/content/catalog/internal/java_manifest.hpp"

#include <catch2/catch.hpp>

using supply::catalog::JavaManifest;

TEST_CASE("a manifest's main section is read with continued lines, in any case and with any line ends") {
  for (const std::string end : {"\r\n", "\n", "\r"}) {
    const JavaManifest manifest = JavaManifest::parse(
        "Manifest-Version: 1.0" + end + "Implementation-Title: a long" + end + "  title" + end +
        "BUNDLE-SymbolicName: a.b;singleton:=true" + end + " " + end + "no attribute" + end + "Twice: 1" + end +
        "twice: 2" + end + end + "Name: a/B.class" + end + "Implementation-Title: of a package" + end);
    CHECK(manifest.value("manifest-version") == "1.0");
    CHECK(manifest.value("implementation-title") == "a long title");
    CHECK(manifest.value("bundle-symbolicname") == "a.b;singleton:=true");
    CHECK(manifest.value_without_directives("bundle-symbolicname") == "a.b");
    CHECK(manifest.value("twice") == "2");
    CHECK(manifest.value("name").empty());
  }
}

TEST_CASE("a manifest without a last line end, or of other bytes, is read as far as it goes") {
  CHECK(JavaManifest::parse("A: b").value("a") == "b");
  CHECK(JavaManifest::parse("\xef\xbb\xbf"
                            "A: b")
            .value("a") == "b");
  CHECK(JavaManifest::parse(" A: b\nC: d").value("c") == "d");
  CHECK(JavaManifest::parse("").value("a").empty());
  CHECK(JavaManifest::parse("\n\nA: b").value("a").empty());
}
