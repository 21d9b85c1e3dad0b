#include "libsupply/trust/attest/fulcio_extension.hpp"

#include <catch2/catch.hpp>

namespace supply::attest {
namespace {

TEST_CASE("an extension of Fulcio is found by its name in any spelling, its number and its object identifier") {
  for (const char* text : {"source-repository-uri", "sourceRepositoryURI", "Source Repository URI", "12",
                           "1.3.6.1.4.1.57264.1.12", "source_repository_uri"})
    CHECK(*extension_number(text) == "12");
  CHECK(*extension_number("99") == "99");  // one to come
  for (const char* text : {"", "source", "1.3.6.1.4.1.57264.2.12", "12a", "-1", "12345"}) {
    const auto number = extension_number(text);
    REQUIRE_FALSE(number);
    CHECK(number.error().code() == ErrorCode::usage);
    CHECK(number.error().message().find("build-signer-uri") != std::string::npos);
  }
  for (const FulcioExtension& each : fulcio_extensions()) {
    CHECK(*extension_number(each.name) == each.number);
    CHECK(extension_name(each.number) == each.name);
  }
  CHECK(extension_name("99") == "extension");
}

}  // namespace
}  // namespace supply::attest
