#include "libsupply/base/text/utf8.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/text/text.hpp"

using namespace supply;

TEST_CASE("code points are written as RFC 3629 has them") {
  std::string out;
  for (const std::uint32_t point :
       {0x24U, 0x7fU, 0x80U, 0xa3U, 0x7ffU, 0x800U, 0x20acU, 0xffffU, 0x10000U, 0x10348U, 0x10ffffU})
    append_utf8(out, point);
  CHECK(is_utf8(out));
  CHECK(out ==
        "\x24\x7f\xc2\x80\xc2\xa3\xdf\xbf\xe0\xa0\x80\xe2\x82\xac\xef\xbf\xbf\xf0\x90\x80\x80\xf0\x90\x8d\x88\xf4\x8f"
        "\xbf\xbf");
}
