#include "libsupply/content/license/expression.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/package_limits.hpp"

using supply::ErrorCode;
using supply::license::Expression;

TEST_CASE("expression normalises case, parentheses and deprecated identifiers") {
  const std::pair<const char*, const char*> cases[] = {
      {"MIT", "MIT"},
      {"mit", "MIT"},
      {"(MIT)", "MIT"},
      {"MIT or apache-2.0", "MIT OR Apache-2.0"},
      {"MIT AND MIT", "MIT"},
      {"(MIT OR GPL-2.0) AND ISC", "(MIT OR GPL-2.0-only) AND ISC"},
      {"MIT AND (ISC AND Zlib)", "MIT AND ISC AND Zlib"},
      {"MIT OR (ISC AND Zlib)", "MIT OR ISC AND Zlib"},
      {"GPL-2.0+", "GPL-2.0-or-later"},
      {"GPL-3.0+", "GPL-3.0-or-later"},
      {"LGPL-2.1", "LGPL-2.1-only"},
      {"GPL-2.0-or-later WITH Bison-exception-2.2", "GPL-2.0-or-later WITH Bison-exception-2.2"},
      {"GPL-2.0-with-classpath-exception", "GPL-2.0-only WITH Classpath-exception-2.0"},
      {"Apache-1.0+", "Apache-1.0+"},
      {"LicenseRef-Foo.1 AND MIT", "LicenseRef-Foo.1 AND MIT"},
      {"DocumentRef-x:LicenseRef-y", "DocumentRef-x:LicenseRef-y"},
  };
  for (const auto& [text, want] : cases) {
    INFO(text);
    const auto parsed = Expression::parse(text);
    REQUIRE(parsed);
    CHECK(parsed->to_string() == want);
    CHECK(Expression::parse(parsed->to_string())->to_string() == want);
  }
}

TEST_CASE("expression refuses what names no licence or does not end") {
  for (const char* text :
       {"", "BSD", "MIT AND", "AND MIT", "(MIT", "MIT)", "MIT ISC", "MIT WITH MIT", "LicenseRef-", "LicenseRef-a_b",
        "MIT OR OR ISC", "GPL-2.0 WITH Bison-exception-2.2 WITH Bison-exception-2.2"}) {
    INFO(text);
    const auto parsed = Expression::parse(text);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code() == ErrorCode::malformed);
  }
  const auto deep = Expression::parse(std::string(supply::kMaxLicenseDepth + 2, '(') + "MIT");
  REQUIRE_FALSE(deep);
  CHECK(deep.error().code() == ErrorCode::limit_exceeded);
  const auto long_one = Expression::parse(std::string(supply::kMaxLicenseExpressionBytes + 1, ' '));
  REQUIRE_FALSE(long_one);
  CHECK(long_one.error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("expression says whether a choice avoids a licence") {
  const auto good = [](std::string_view license) { return !license.starts_with("GPL"); };
  CHECK(Expression::parse("MIT OR GPL-3.0-only")->satisfiable(good));
  CHECK_FALSE(Expression::parse("MIT AND GPL-3.0-only")->satisfiable(good));
  CHECK(Expression::parse("(GPL-2.0-only OR MIT) AND ISC")->satisfiable(good));
  CHECK_FALSE(Expression().satisfiable(good));
  CHECK(Expression::parse("ISC OR MIT AND ISC")->licenses() == std::vector<std::string>{"ISC", "MIT"});
}

TEST_CASE("a pattern of licences matches identifiers as the list spells them") {
  CHECK(supply::license::match_license("AGPL-3.0-*") == "AGPL-3.0-only");
  CHECK(supply::license::match_license("*"));
  CHECK_FALSE(supply::license::match_license("agpl-*"));
  CHECK_FALSE(supply::license::match_license("Nonsense-*"));
}
