#include "libsupply/image/oci/user.hpp"

#include <catch2/catch.hpp>

using namespace supply;

TEST_CASE("root is root in every spelling") {
  for (const char* user : {"", ":5", "root", "root:5", "0", "0:0", "000", "+0", "-0", "-1", "2147483648", "4294967296",
                           "99999999999999999999"}) {
    INFO(user);
    CHECK(oci::may_be_root(user));
  }
  CHECK(oci::may_be_root("toor", 0));
  for (const char* user : {"1000", "+1", "1:0", "2147483647", "app", "app:root", "rooty"}) {
    INFO(user);
    CHECK_FALSE(oci::may_be_root(user));
  }
  CHECK_FALSE(oci::may_be_root("app", 1000));
}

TEST_CASE("a user is a number or a name") {
  CHECK(oci::user_number("1000:5") == 1000);
  CHECK(oci::user_number("+7") == 7);
  for (const char* user : {"", "app", "+", "1a", "1 ", "--1"}) CHECK_FALSE(oci::user_number(user));
}
