#include "libsupply/image/registry/internal/header_fields.hpp"

#include <catch2/catch.hpp>

using namespace supply;
using namespace supply::registry;

TEST_CASE("the next page is the link that says so") {
  CHECK(next_link({"</v2/app/tags/list?last=b&n=2>; rel=\"next\""}) == "/v2/app/tags/list?last=b&n=2");
  CHECK(next_link({"<a>; rel=prev, <b,c>; title=\"x;, <d>; rel=next\"; rel=\"last NEXT\""}) == "b,c");
  CHECK(next_link({"<a>; rel=prev", "<b>;rel=next"}) == "b");
  CHECK_FALSE(next_link({"<a>; rel=nextish", "b; rel=next", "<c"}).has_value());
  CHECK_FALSE(next_link({}).has_value());
}

TEST_CASE("only warnings of code 299 are shown") {
  CHECK(warning_text("299 - \"your tag is \\\"old\\\"\"") == "your tag is \"old\"");
  CHECK_FALSE(warning_text("199 - \"misc\"").has_value());
  CHECK_FALSE(warning_text("299 - unquoted").has_value());
  CHECK_FALSE(warning_text("299 - \"open").has_value());
}

TEST_CASE("how much of an upload has arrived") {
  CHECK(uploaded_bytes({{"Range", "0-99"}}) == 100);
  CHECK(uploaded_bytes({{"Range", "bytes=0-99"}}) == 100);
  CHECK(uploaded_bytes({{"Range", "0-0"}}) == 0);
  CHECK_FALSE(uploaded_bytes({{"Range", "5-9"}}).has_value());
  CHECK_FALSE(uploaded_bytes({{"Range", "0-x"}}).has_value());
  CHECK_FALSE(uploaded_bytes({{"Range", "0-18446744073709551615"}}).has_value());
  CHECK_FALSE(uploaded_bytes({}).has_value());
}

TEST_CASE("a Content-Type is what stands before its parameters") {
  CHECK(content_type({{"Content-Type", "Application/JSON; charset=utf-8"}}) == "application/json");
  CHECK(content_type({}).empty());
}
