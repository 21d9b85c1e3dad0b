#include "libsupply/content/catalog/internal/native_image_sbom.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "libsupply/testing/catalog_of_files.hpp"
#include "libsupply/testing/zip.hpp"

using namespace supply;
using namespace supply::catalog;

namespace {

constexpr std::string_view kDocument =
    R"({"bomFormat":"CycloneDX","specVersion":"1.5","components":[{"type":"library","name":"wick",)"
    R"("purl":"pkg:maven/org.example/wick@1.0"}]})";

// A program with the two symbols, as native-image exports them; empty without the programs that make it.
std::string program(const std::string& flags = "-rdynamic") {
  if (!testing::needs("gcc") || !testing::needs("gzip")) return {};
  const testing::TempDirectory directory;
  testing::write(directory / "sbom.json", kDocument);
  testing::write(directory / "a.s",
                 ".data\n.globl sbom, sbom_length\nsbom: .incbin \"sbom.json.gz\"\nend: .balign 8\n"
                 "sbom_length: .quad end - sbom\n.section .note.GNU-stack,\"\",@progbits\n");
  testing::write(directory / "main.c", "int main(void) { return 0; }\n");
  const std::string command =
      "cd '" + directory.path().string() + "' && gzip -nk sbom.json && gcc -o program main.c a.s " + flags + " 2>&1";
  REQUIRE(std::system(command.c_str()) == 0);
  return testing::read(directory / "program");
}

std::optional<std::string> search(std::string_view bytes, std::size_t part, std::size_t limit = 1 << 20) {
  NativeImageSbomSearch search(limit);
  for (std::size_t at = 0; at < bytes.size(); at += part) search.feed(bytes.substr(at, part));
  return search.finish();
}

}  // namespace

TEST_CASE("the SBOM that a native image has in it is found, however its bytes come") {
  std::string bytes = program();
  if (bytes.empty()) return;
  // gzip(1) writes what made it and its level behind the time; Java writes none.
  const std::size_t at = bytes.find(std::string_view("\x1f\x8b\x08\0", 4));
  REQUIRE(at != std::string::npos);
  bytes[at + 8] = '\0';
  for (const std::size_t part : {1, 100, 1'000'000}) {
    const auto record = search(bytes, part);
    REQUIRE(record);
    CHECK(record->starts_with("CycloneDX-1.5\n"));
    CHECK(record->find("\npurl pkg:maven/org.example/wick@1.0\n") != std::string::npos);
  }
  const auto too_long = search(bytes, 100, 60);
  REQUIRE(too_long);
  CHECK(too_long->starts_with("unread: longer than is read"));
  CHECK_FALSE(search(program("-DNO_EXPORTS"), 100));  // no exported symbols in its front
  bytes[at + 20] = static_cast<char>(~bytes[at + 20]);
  if (const auto damaged = search(bytes, 100)) CHECK(damaged->starts_with("unread: "));
  bytes[at + 20] = static_cast<char>(~bytes[at + 20]);
  const std::string jar = testing::zip_archive(
      {{"META-INF/MANIFEST.MF", "Manifest-Version: 1.0\nImplementation-Title: app\nImplementation-Version: 1\n"},
       {"META-INF/sbom/application.cdx.json", std::string(kDocument)},
       {"META-INF/maven/org.example/wick/pom.properties", "groupId=org.example\nartifactId=wick\nversion=1.0\n"}});
  const auto catalog = testing::catalog_of_files({{"srv/native", bytes}, {"srv/app.jar", jar}});
  REQUIRE(catalog.embedded.size() == 2);
  CHECK(catalog.embedded[0].path == "srv/app.jar!/META-INF/sbom/application.cdx.json");
  CHECK(catalog.embedded[1].path == "srv/native");
  for (const pkg::EmbeddedSbom& one : catalog.embedded) {
    CHECK(one.format == "CycloneDX-1.5");
    CHECK(one.describes == std::vector<std::string>{"pkg:maven/org.example/wick@1.0"});
  }
  CHECK(testing::purls(catalog, "java").contains("pkg:maven/org.example/wick@1.0"));
}
