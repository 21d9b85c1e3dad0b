#include "libsupply/base/xml/xml.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/document_limits.hpp"

using namespace supply;

namespace {

std::string message_of(std::string_view text, const xml::ParseLimits& limits = {}) {
  const auto parsed = xml::parse(text, limits);
  REQUIRE_FALSE(parsed);
  return std::string(to_string(parsed.error().code())) + ": " + parsed.error().message();
}

std::string nested(std::size_t depth) {
  std::string text;
  for (std::size_t i = 0; i < depth; ++i) text += "<a>";
  for (std::size_t i = 0; i < depth; ++i) text += "</a>";
  return text;
}

}  // namespace

TEST_CASE("an XML document becomes a tree of elements with attributes and text") {
  const auto root = xml::parse(
      "\xef\xbb\xbf<?xml version='1.0'?>\n<!-- c --><m:project a='1' b=\"&lt;2\"><x> one &amp; <y/>two<![CDATA[ <3>]]> "
      "</x><x>second</x>&#x41;</m:project>");
  REQUIRE(root);
  CHECK(root->name == "m:project");
  CHECK(root->local_name() == "project");
  CHECK(root->attributes == std::vector<std::pair<std::string, std::string>>{{"a", "1"}, {"b", "<2"}});
  CHECK(root->text == "A");
  REQUIRE(root->children.size() == 2);
  CHECK(root->text_of("x") == "one & two <3>");
  CHECK(root->child("x")->child("y") != nullptr);
  CHECK(root->child("z") == nullptr);
  CHECK(root->text_of("z").empty());
}

TEST_CASE("an XML document is read in the encoding that it declares") {
  const auto latin = xml::parse("<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>");
  REQUIRE(latin);
  CHECK(latin->text == "\xc3\xa9");
  const std::string_view wide("\xff\xfe<\0a\0>\0\xe9\0<\0/\0a\0>\0", 18);
  const auto utf16 = xml::parse(wide);
  REQUIRE(utf16);
  CHECK(utf16->text == "\xc3\xa9");
  CHECK(message_of("<?xml version='1.0' encoding='x-unknown'?><a/>") ==
        "unsupported: line 1, column 31: unknown encoding");
  CHECK(message_of("<a>\xe9</a>") == "malformed: line 1, column 4: not well-formed (invalid token)");
}

TEST_CASE("an XML document that is not well-formed is refused with its place") {
  CHECK(message_of("<a>\n <b></a>") == "malformed: line 2, column 7: mismatched tag");
  CHECK(message_of("") == "malformed: line 1, column 1: no element found");
  CHECK(message_of("<a/><b/>") == "malformed: line 1, column 5: junk after document element");
  CHECK(message_of("<a>&copy;</a>") == "malformed: line 1, column 4: undefined entity");
  CHECK(message_of("<a b='1' b='2'/>").starts_with("malformed: "));
  CHECK(message_of(std::string_view("<a>\0</a>", 8)).starts_with("malformed: "));
}

TEST_CASE("an XML document with a document type declaration is refused before its entities are read") {
  CHECK(message_of("<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>") ==
        "unsupported: line 1, column 13: a document type declaration, which is not read");
  CHECK(message_of("<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>").starts_with("unsupported: "));
}

TEST_CASE("an XML document is read up to its limits and not beyond") {
  const xml::ParseLimits defaults;
  CHECK(defaults.bytes == kMaxXmlBytes);
  CHECK(defaults.depth == kMaxXmlDepth);
  CHECK(defaults.elements == kMaxXmlElements);

  CHECK(xml::parse("<a/>", {.bytes = 4}));
  CHECK(message_of("<a/>\n", {.bytes = 4}) == "limit_exceeded: a document of 5 bytes, more than 4");
  CHECK(xml::parse(nested(kMaxXmlDepth)));
  CHECK(message_of(nested(kMaxXmlDepth + 1)).ends_with("elements nested deeper than 128"));
  CHECK(xml::parse("<a b='1'><c/></a>", {.elements = 3}));
  CHECK(message_of("<a b='1'><c/><d/></a>", {.elements = 3}).ends_with("more than 3 elements and attributes"));
}
