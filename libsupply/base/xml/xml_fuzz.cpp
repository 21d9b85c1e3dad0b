#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "libsupply/base/xml/xml.hpp"

namespace {

void escape(std::string& out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '<': out += "&lt;"; break;
      case '&': out += "&amp;"; break;
      case '>': out += "&gt;"; break;
      case '\'': out += "&apos;"; break;
      case '\r': out += "&#13;"; break;
      case '\n': out += "&#10;"; break;
      case '\t': out += "&#9;"; break;
      default: out += c;
    }
  }
}

// Expat takes some names in UTF-16 that it does not take in UTF-8.
bool has_plain_names(const supply::xml::Element& element) {
  const auto plain = [](const std::string& name) {
    return std::all_of(name.begin(), name.end(), [](unsigned char c) { return c < 0x80; });
  };
  return plain(element.name) &&
         std::all_of(element.attributes.begin(), element.attributes.end(),
                     [&](const auto& attribute) { return plain(attribute.first); }) &&
         std::all_of(element.children.begin(), element.children.end(), has_plain_names);
}

// The children first, then the text: as a tree has it.
void print(std::string& out, const supply::xml::Element& element) {
  out += '<' + element.name;
  for (const auto& [name, value] : element.attributes) {
    out += ' ' + name + "='";
    escape(out, value);
    out += '\'';
  }
  out += '>';
  for (const supply::xml::Element& child : element.children) print(out, child);
  escape(out, element.text);
  out += "</" + element.name + '>';
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply;
  const auto once = xml::parse({reinterpret_cast<const char*>(data), size});
  if (!once || !has_plain_names(*once)) return 0;
  std::string printed, again;
  print(printed, *once);
  const auto twice = xml::parse(printed, {.bytes = 1U << 30});
  if (!twice) std::abort();
  print(again, *twice);
  if (printed != again) std::abort();
  return 0;
}
