#include "libsupply/content/catalog/internal/license_address.hpp"

#include <catch2/catch.hpp>
#include <string>

using supply::catalog::license_at;

TEST_CASE("the address of a well-known licence names it, and no other address does") {
  CHECK(license_at("https://www.apache.org/licenses/LICENSE-2.0.txt") == "Apache-2.0");
  CHECK(license_at("http://www.apache.org/licenses/LICENSE-2.0") == "Apache-2.0");
  CHECK(license_at("https://opensource.org/licenses/BSD-3-Clause") == "BSD-3-Clause");
  CHECK(license_at("http://www.opensource.org/licenses/mit-license.php") == "MIT");
  CHECK(license_at("http://www.eclipse.org/org/documents/edl-v10.php") == "BSD-3-Clause");
  CHECK(license_at("https://mozilla.org/MPL/2.0/") == "MPL-2.0");
  CHECK(license_at("https://www.gnu.org/licenses/lgpl-2.1.html").empty());
  CHECK(license_at("https://example.org/licenses/LICENSE-2.0").empty());
  CHECK(license_at("").empty());
  CHECK(license_at(std::string(200, 'x')).empty());
}
