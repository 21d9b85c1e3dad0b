#include "libsupply/content/sbom/makers.hpp"

#include <catch2/catch.hpp>

using namespace supply;

TEST_CASE("an author is a person unless it says otherwise, its address in brackets") {
  CHECK(*sbom::parse_author("A B") == "Person: A B");
  CHECK(*sbom::parse_author("Example Inc <sbom@example.org>") == "Person: Example Inc (sbom@example.org)");
  CHECK(*sbom::parse_author("Organization: Example Inc <sbom@example.org>") ==
        "Organization: Example Inc (sbom@example.org)");
  CHECK(*sbom::parse_author("Person:  A ") == "Person: A");
  CHECK(*sbom::parse_authors({"A", "Organization: B"}) == std::vector<std::string>{"Person: A", "Organization: B"});
}

TEST_CASE("an author without a name, or with control characters, is refused") {
  for (const char* text : {"", "  ", "Person: ", "Organization:  ", "A\nB", "\x1b[31mA"}) {
    const auto author = sbom::parse_author(text);
    REQUIRE_FALSE(author);
    CHECK(author.error().code() == ErrorCode::usage);
  }
}
