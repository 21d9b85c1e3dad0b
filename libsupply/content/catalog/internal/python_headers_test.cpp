#include "libsupply/content/catalog/internal/python_headers.hpp"

#include <catch2/catch.hpp>

using namespace supply;
using catalog::PythonHeaderReader;

namespace {

std::string field(std::string_view text, std::string_view wanted, std::size_t step = 3) {
  PythonHeaderReader reader;
  for (std::size_t at = 0; at < text.size(); at += step) reader.feed(text.substr(at, step));
  const auto headers = reader.finish();
  REQUIRE(headers);
  for (const catalog::PythonHeader& header : *headers)
    if (header.name == wanted) return header.value;
  return "(none)";
}

}  // namespace

// Each was tried with importlib.metadata of python 3.11.
TEST_CASE("a METADATA is read as importlib.metadata reads it") {
  const std::pair<std::string, std::string> cases[] = {
      {"nAmE: a\nVERSION: 1\n", "a"},
      {"Name: a\nName: b\n", "a"},
      {"Name: a\rVersion: 1\r", "a"},
      {"Name: a\r\nVersion: 1\r\n", "a"},
      {"\nName: a\n", "(none)"},
      {"\xEF\xBB\xBFName: a\n", "(none)"},
      {"junk\nName: a\n", "(none)"},
      {"Version: 1\njunk line\nName: a\n", "(none)"},
      {"Name : a\n", "(none)"},
      {" x\nName: a\n", "a"},
      {"From x\nName: a\n", "a"},
      {"Version: 1\nFrom x\nName: a\n", "a"},
      {":x\nName: a\n", "a"},
      {"Version: 1\x0cName: b\nName: a\n", "a"},
      {"Version: 1\n \nName: a\n", "a"},
      {"Name:\tevil \n", "evil"},
      {"Name:\n evil\n", "evil"},
      {"N\xC3\xA4me: x\nName: a\n", "(none)"},
      {"Description: " + std::string(6'000'000, 'x') + "\n " + std::string(100, 'y') + "\nName: a\n", "a"},
      {"Name: a\xff\n", "a\xEF\xBF\xBD"},
      {"Name: a", "a"},
      {"Description: x\n Name: b\nName: a\n", "a"},
      {"", "(none)"},
  };
  for (const auto& [text, want] : cases) {
    INFO(text.substr(0, 60));
    CHECK(field(text, "name") == want);
    CHECK(field(text, "name", 1 << 20) == want);
  }
  CHECK(field("Version: 1\nLicense: a\n  b\n\tc\nName: x\n", "license") == "a\nb\nc");
}

TEST_CASE("what matters of a METADATA has a limit, and what it passes over has none") {
  const auto read = [](std::string_view text, std::size_t limit) {
    PythonHeaderReader reader(limit);
    reader.feed(text);
    return reader.finish();
  };
  CHECK(read("Name: 1234\n", 100));
  CHECK(read("Name: " + std::string(99, 'x') + "\n", 100));
  const auto longer = read("Name: " + std::string(100, 'x') + "\n", 100);
  REQUIRE_FALSE(longer);
  CHECK(longer.error().code() == ErrorCode::limit_exceeded);
  CHECK(read("Name: x\nSummary: " + std::string(1000, 'x') + "\n", 100));
}
