#include "libsupply/base/deb822/deb822.hpp"

#include <catch2/catch.hpp>

namespace supply::deb822 {
namespace {

std::string read(std::string_view text, Strictness strictness) {
  std::string out;
  const Status status = for_each_stanza(text, strictness, [&](const Stanza& stanza) -> Status {
    out += std::to_string(stanza.line);
    for (const auto& [name, value] : stanza.fields) out.append("|").append(name).append("=").append(value);
    out += ';';
    return {};
  });
  return status ? out : status.error().message();
}

}  // namespace

TEST_CASE("stanzas have fields, and fields have continuation lines") {
  for (const Strictness strictness : {Strictness::dpkg, Strictness::control, Strictness::tolerant})
    CHECK(read("A1: x\n y\n .\n\n\nB1:z\nC1: 2\n", strictness) == "1|A1= x\n y\n .;6|B1=z|C1= 2;");
}

TEST_CASE("a field is found by its name in any case") {
  (void)for_each_stanza("Name:  x \n", Strictness::dpkg, [](const Stanza& stanza) -> Status {
    CHECK(stanza.find("nAME") == "x");
    CHECK(stanza.get("NAME") == "x");
    CHECK(!stanza.find("Names"));
    CHECK(stanza.get("Names").empty());
    return {};
  });
}

TEST_CASE("what dpkg refuses in its database is malformed") {
  const std::pair<const char*, const char*> texts[] = {
      {"Aa: x", "line 1: the last line has no end: the file was cut"},
      {" \nAa: x\n", "line 1: a line of blanks"},
      {" x\n", "line 1: continuation of nothing"},
      {"Aa: x\nno colon\n", "line 2: no field name in \"no colon\""},
      {"Aa: x\nb b: y\n", "line 2: bad field name \"b b\""},
      {"# comment: x\n", "line 1: bad field name \"# comment\""},
      {"Aa: x\n-b: y\n", "line 2: bad field name \"-b\""},
      {"Aa: x\naA: y\n", "line 1: field \"aa\" twice in one stanza"},
      {"A: x\n\n", "line 1: bad field name \"A\""},
      {"Aa:\n", "line 1: field \"Aa\" without a value at the end: the file was cut"}};
  for (const auto& [text, message] : texts) {
    INFO(text);
    CHECK(read(text, Strictness::dpkg) == message);
  }
}

TEST_CASE("a control file may lack the end of its last line and have blanks on empty ones") {
  CHECK(read("Aa: x\n \nBb: y", Strictness::control) == "1|Aa= x;3|Bb= y;");
  CHECK(read("Aa: x\naA: y", Strictness::control) == "line 1: field \"aa\" twice in one stanza");
}

TEST_CASE("a tolerant reader passes over what is no field") {
  CHECK(read(" x\n# Aa: c\nno field\n", Strictness::tolerant) == "");
  CHECK(read("Aa: x\n# c\n y\naa: 2\nb b: z", Strictness::tolerant) == "1|Aa= x\n# c\n y|aa= 2|b b= z;");
  CHECK(read("Aa: x\n\f\n y\n", Strictness::tolerant) == "1|Aa= x\n\f\n y;");
}

}  // namespace supply::deb822
