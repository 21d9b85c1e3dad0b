#include "libsupply/content/pkg/checksum_text.hpp"

#include <catch2/catch.hpp>
#include <string>

using supply::pkg::is_hash_of;

TEST_CASE("digits are a hash of an algorithm by their number, in lower case") {
  CHECK(is_hash_of("md5", std::string(32, 'a')));
  CHECK(is_hash_of("sha256", std::string(64, '0')));
  CHECK(is_hash_of("sha512", std::string(128, 'f')));
  CHECK_FALSE(is_hash_of("sha256", std::string(63, '0')));
  CHECK_FALSE(is_hash_of("sha384", std::string(64, '0')));
  CHECK_FALSE(is_hash_of("sha256", std::string(64, 'A')));
  CHECK_FALSE(is_hash_of("blake3", std::string(64, '0')));
  CHECK_FALSE(is_hash_of("", ""));
}
