#include "libsupply/content/catalog/internal/opam_switch.hpp"

#include <algorithm>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/literals.hpp"

namespace supply::catalog {
namespace {

bool is_word(char c) { return is_alnum(c) || c == '_' || c == '-'; }

}  // namespace

bool for_each_opam_text(std::string_view text,
                        const std::function<void(std::string_view field, std::string_view value)>& call) {
  std::string_view field;
  std::size_t braces = 0, lists = 0;
  while (!text.empty()) {
    const char c = text[0];
    if (c == '#') {
      text.remove_prefix(std::min(text.find('\n'), text.size()));
    } else if (text.starts_with("(*")) {
      const std::size_t end = text.find("*)", 2);
      text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
    } else if (text.starts_with("\"\"\"")) {
      const std::size_t end = text.find("\"\"\"", 3);
      if (end == std::string_view::npos) return false;
      if (braces == 0) call(field, text.substr(3, end - 3));
      text.remove_prefix(end + 3);
    } else if (c == '"') {
      const auto value = take_quoted(text, QuoteStyle::lua);
      if (!value) return false;
      if (braces == 0) call(field, *value);
    } else if (is_word(c)) {
      const std::size_t end =
          static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_word) - text.begin());
      const std::string_view word = text.substr(0, end);
      text.remove_prefix(end);
      if (text.starts_with(':') && braces == 0) field = word;
    } else {
      if (c == '{') ++braces;
      if (c == '}' && braces > 0) --braces;
      if (c == '[') ++lists;
      if (c == ']' && lists > 0) --lists;
      text.remove_prefix(1);
    }
  }
  return braces == 0 && lists == 0;
}

Result<std::vector<std::string>> parse_switch_state(std::string_view text) {
  std::vector<std::string> out;
  const bool is_whole = for_each_opam_text(text, [&](std::string_view field, std::string_view value) {
    if (field == "installed") out.emplace_back(value);
  });
  if (!is_whole) return Error(ErrorCode::malformed, "the state of a switch is cut off");
  // An empty list is said too.
  if (out.empty() && text.find("opam-version") == std::string_view::npos)
    return Error(ErrorCode::malformed, "no state of a switch");
  return out;
}

Result<DescribedPackage> parse_opam(std::string_view text, std::string_view name_and_version) {
  DescribedPackage out;
  pkg::Package& package = out.package;
  const std::size_t dot = name_and_version.find('.');
  if (dot == std::string_view::npos || dot == 0)
    return Error(ErrorCode::malformed, "package " + quote(name_and_version) + ": no version");
  package.name = name_and_version.substr(0, dot);
  package.version = name_and_version.substr(dot + 1);
  SUPPLY_TRY(package.purl, pkg::Purl::create({"opam", "", package.name, package.version, {}, ""}));
  out.key = package.name;
  // Source: opam manual, "license": all of them, for what one of them would be is said with OR.
  out.apply = DescribedPackage::Licenses::all;
  for_each_opam_text(text, [&](std::string_view field, std::string_view raw) {
    const std::string value = is_utf8(raw) ? std::string(raw) : utf8_of_latin1(raw);
    if (field == "license") out.licenses.push_back(value);
    if (field == "homepage" && package.homepage.empty()) package.homepage = value;
    if (field == "maintainer" && package.supplier.empty()) package.supplier = person(value);
    if (field == "depends" || field == "depopts") out.requires_.push_back(value);
  });
  return out;
}

}  // namespace supply::catalog
