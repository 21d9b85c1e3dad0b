#include "libsupply/base/text/csv.hpp"

#include <catch2/catch.hpp>

namespace supply {

using Fields = std::vector<std::string>;

TEST_CASE("a line of comma-separated values has fields, quoted ones too") {
  for (const CsvQuotes quotes : {CsvQuotes::refused, CsvQuotes::kept}) {
    CHECK(csv_fields("a,b c,", quotes) == Fields{"a", "b c", ""});
    CHECK(csv_fields("", quotes) == Fields{""});
    CHECK(csv_fields(R"("a,b","say ""x""",c)", quotes) == Fields{"a,b", "say \"x\"", "c"});
  }
}

// The right side is what next(csv.reader([line])) gives in Python 3.11.
TEST_CASE("quotes that the RFC does not allow are refused, or read as Python does") {
  const std::pair<const char*, Fields> lines[] = {
      {R"("a,b)", {"a,b"}}, {R"(a"b,c)", {"a\"b", "c"}}, {R"("a"b,c)", {"ab", "c"}}, {R"("a" ,c)", {"a ", "c"}}};
  for (const auto& [line, fields] : lines) {
    INFO(line);
    CHECK(!csv_fields(line, CsvQuotes::refused));
    CHECK(csv_fields(line, CsvQuotes::kept) == fields);
  }
}

}  // namespace supply
