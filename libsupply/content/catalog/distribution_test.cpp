#include "libsupply/content/catalog/distribution.hpp"

#include <catch2/catch.hpp>

using namespace supply::catalog;

TEST_CASE("distribution is labelled as purls want it") {
  const std::string debian = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\nID=debian\n";
  CHECK(parse_os_release(debian, "").label() == "debian-12");
  CHECK(parse_os_release(debian, "12.15\n").label() == "debian-12.15");
  CHECK(parse_os_release(debian, "bookworm/sid\n").label() == "debian-12");
  CHECK(parse_os_release(debian, "").pretty_name == "Debian GNU/Linux 12 (bookworm)");
  CHECK(parse_os_release("ID=ubuntu\nVERSION_ID='22.04'\n", "bookworm/sid").label() == "ubuntu-22.04");
  CHECK(parse_os_release("# ID=x\nID=\"opensuse-leap\"\nVERSION_ID=15.5\n", "").label() == "opensuse-leap-15.5");
  CHECK(parse_os_release("ID=arch\nBUILD_ID=rolling\n", "").label() == "arch-rolling");
  CHECK(parse_os_release("ID=wolfi\n", "").label() == "wolfi");
  CHECK(parse_os_release("PRETTY_NAME=\"a \\\"b\\\"\"\nID=x", "").pretty_name == "a \"b\"");
  CHECK(parse_os_release("", "12.1").label().empty());
}
