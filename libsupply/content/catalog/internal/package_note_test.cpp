#include "libsupply/content/catalog/internal/package_note.hpp"

#include <catch2/catch.hpp>

using namespace supply;
using namespace supply::catalog;
using namespace std::string_literals;

TEST_CASE("package metadata of a program says its package, as systemd's documentation has it") {
  const auto rpm = parse_package_note(
      R"({"type":"rpm","name":"coreutils","version":"4711.0815.fc13","architecture":"arm32",)"
      R"("osCpe":"cpe:/o:fedoraproject:fedora:33","debugInfoUrl":"https://debuginfod.fedoraproject.org/"})"
      "\0\0"s);
  REQUIRE(rpm);
  CHECK(rpm->purl.to_string() == "pkg:rpm/coreutils@4711.0815.fc13?arch=arm32");
  CHECK(rpm->architecture == "arm32");
  CHECK(rpm->cpes.empty());
  const auto epoch = parse_package_note(
      R"({"type":"rpm","name":"x","version":"1:2-3.fc40","architecture":"x86_64","os":"fedora","osVersion":"40"})");
  CHECK(epoch->purl.to_string() == "pkg:rpm/fedora/x@2-3.fc40?arch=x86_64&distro=fedora-40&epoch=1");
  CHECK(epoch->version == "1:2-3.fc40");
  const auto deb =
      parse_package_note(R"({"type":"deb","os":"ubuntu","name":"rust-coreutils","version":"0.2.2-0ubuntu1",)"
                         R"("architecture":"amd64","appCpe":"cpe:2.3:a:uutils:coreutils:0.2.2:*:*:*:*:*:*:*"})");
  CHECK(deb->purl.to_string() == "pkg:deb/ubuntu/rust-coreutils@0.2.2-0ubuntu1?arch=amd64");
  CHECK(deb->cpes.size() == 1);
  CHECK(parse_package_note(R"({"name":"tool","version":"1.0"})")->purl.to_string() == "pkg:generic/tool@1.0");
}

TEST_CASE("package metadata that is no JSON object with a name is malformed") {
  for (const std::string_view bad : {"", "{", "[]", "1", "{}", R"({"name":1})", R"({"name":""})",
                                     R"({"name":"x","version":[]})", R"({"name":"x"} y)"}) {
    INFO(bad);
    CHECK_FALSE(parse_package_note(bad));
  }
  CHECK(parse_package_note(std::string(200, '[')).error().code() == ErrorCode::malformed);
}
