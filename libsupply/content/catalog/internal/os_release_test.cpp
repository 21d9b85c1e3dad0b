#include "libsupply/content/catalog/internal/os_release.hpp"

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

TEST_CASE("distribution is what a shell reads of os-release, and unknown where readers differ") {
  const std::pair<const char*, const char*> cases[] = {
      {"ID=deb'ian'\n", "debian"},
      {"ID=\"deb\"ian\n", "debian"},
      {"ID=debian # x\n", "debian"},
      {"ID=de\\bian\n", "debian"},
      {"ID='debian' #\n", "debian"},
      {"export ID=debian\n", "debian"},
      {"ID=a\nID=debian\n", "debian"},
      {"ID=Debian\n", "debian"},
      {"ID=debian#x\n", ""},
      {"ID=a/b\n", ""},
      {"ID=\"de bian\"\n", ""},
      {"ID=debian x\n", ""},
      {"ID=$OTHER\n", ""},
      {"ID=`x`\n", ""},
      {"ID=\"debian\n\"\n", ""},
      {"ID=debian;ID=x\n", ""},
      {"ID=debian\\\nx\n", ""},
      {"ID=de%62ian\n", ""},
      {"ID=\n", ""},
      {"ID=''\n", ""},
  };
  for (const auto& [text, want] : cases) {
    INFO(text);
    CHECK(parse_os_release(text, "").id == want);
  }
  CHECK(parse_os_release("ID=x\nPRETTY_NAME=\"a \\\"b\\\" \\x\"\n", "").pretty_name == "a \"b\" \\x");
}
