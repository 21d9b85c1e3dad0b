#include "libsupply/base/finding/severity_rating.hpp"

#include <catch2/catch.hpp>

using namespace supply;
using Level = SeverityRating;

TEST_CASE("a severity is read by its name or as a CVSS score, by the bounds of CVSS v3.1") {
  for (const auto level : {Level::negligible, Level::low, Level::medium, Level::high, Level::critical})
    CHECK(severity_rating_of(to_string(level)) == level);
  CHECK(severity_rating_of("HIGH") == Level::high);
  CHECK(severity_rating_of("Moderate") == Level::medium);
  CHECK(severity_rating_of("important") == Level::high);
  CHECK(severity_rating_of("10.0") == Level::critical);
  CHECK(severity_rating_of("9.0") == Level::critical);
  CHECK(severity_rating_of("8.9") == Level::high);
  CHECK(severity_rating_of("7") == Level::high);
  CHECK(severity_rating_of("6.9") == Level::medium);
  CHECK(severity_rating_of("4.0") == Level::medium);
  CHECK(severity_rating_of("3.9") == Level::low);
  CHECK(severity_rating_of("0.1") == Level::low);
  CHECK(severity_rating_of("0") == Level::negligible);
  for (const char* odd : {"", "unknown", "10.1", "-1", "nan", "inf", "7.5 ", " 7.5", "CVSS:3.1/AV:N", "0x5"}) {
    INFO(odd);
    CHECK(severity_rating_of(odd) == Level::unknown);
  }
}

TEST_CASE("ratings are ordered from the least to the most severe, and an unknown one is below all") {
  CHECK(Level::unknown < Level::negligible);
  CHECK(Level::negligible < Level::low);
  CHECK(Level::low < Level::medium);
  CHECK(Level::medium < Level::high);
  CHECK(Level::high < Level::critical);
}
