#include "libsupply/base/crypto/distinguished_name.hpp"

#include <catch2/catch.hpp>

#include "libsupply/testing/der.hpp"

namespace supply::crypto {
namespace {

using testing::der_sequence;
using testing::der_set;

std::string attribute(std::string_view oid, const std::string& value) {
  return der_sequence(testing::der_oid(std::string(oid)) + testing::der_text(value));
}

TEST_CASE("of a name both are shown, the common one and the organization, as far as they are there") {
  const std::string common = attribute(kCommonName, "their CA"),
                    organization = attribute(kOrganization, "Others, Inc.");
  CHECK(shown_name(der_sequence(der_set(organization) + der_set(common))) == R"("their CA" of "Others, Inc.")");
  CHECK(shown_name(der_sequence(der_set(common + organization))) == R"("their CA" of "Others, Inc.")");
  CHECK(shown_name(der_sequence(der_set(common))) == R"("their CA")");
  CHECK(shown_name(der_sequence(der_set(organization))) == R"("Others, Inc.")");
  CHECK(shown_name(der_sequence(der_set(attribute("2.5.4.6", "DE")))) == "nobody");
  CHECK(shown_name(der_sequence(der_set(attribute(kCommonName, "\x1b[31mred")))).find('\x1b') == std::string::npos);
}

TEST_CASE("what is no name has no attributes") {
  for (const std::string& bytes : {std::string(), std::string("x"), der_sequence("x"), der_sequence(der_set("x")),
                                   der_sequence(der_set(der_sequence(testing::der_oid("2.5.4.3")))),
                                   der_sequence(der_set(attribute(kCommonName, "\xff")))})
    CHECK(name_attribute(bytes, kCommonName).empty());
}

}  // namespace
}  // namespace supply::crypto
