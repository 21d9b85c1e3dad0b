#include "libsupply/content/catalog/internal/findlib_meta.hpp"

#include <algorithm>
#include <set>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/literals.hpp"

namespace supply::catalog {
namespace {

bool is_name(char c) { return is_alnum(c) || c == '_' || c == '-' || c == '.'; }

struct Meta {
  std::string version;              // at the top
  std::set<std::string> of_parts;   // versions
  std::set<std::string> requires_;  // libraries
};

// "re.str,seq" and "re seq" are libraries and parts of them.
void add_required(std::string_view value, std::string_view self, Meta& into) {
  while (!value.empty()) {
    const std::size_t length = std::min(value.find_first_of(", \t\r\n"), value.size());
    const std::string_view part = value.substr(0, length), library = part.substr(0, part.find('.'));
    if (!library.empty() && library != self) into.requires_.emplace(library);
    value.remove_prefix(std::min(length + 1, value.size()));
  }
}

// A definition is NAME [(PREDICATES)] = VALUE, and "package" VALUE ( … ) has those of a part.
Result<Meta> read(std::string_view text, std::string_view self) {
  Meta out;
  std::string_view variable;
  bool in_predicates = false, has_predicates = false, is_addition = false;
  std::size_t parts = 0;
  while (!text.empty()) {
    const char c = text.front();
    if (c == '#') {
      text.remove_prefix(std::min(text.find('\n'), text.size()));
    } else if (c == '"') {
      const auto value = take_quoted(text, QuoteStyle::lua);
      if (!value) return Error(ErrorCode::malformed, "a text has no end");
      if (variable == "version" && !has_predicates) {
        if (parts > 0) out.of_parts.insert(*value);
        else out.version = is_addition && !out.version.empty() ? out.version + " " + *value : *value;
      }
      if (variable == "requires") add_required(*value, self, out);
    } else if (is_name(c)) {
      const std::size_t length =
          static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_name) - text.begin());
      if (!in_predicates) variable = text.substr(0, length), has_predicates = is_addition = false;
      text.remove_prefix(length);
    } else {
      if (c == '(' && variable == "package") ++parts, variable = {};
      else if (c == '(') in_predicates = has_predicates = true;
      is_addition = is_addition || c == '+';  // "+=": with a space between
      if (c == ')' && in_predicates) in_predicates = false;
      else if (c == ')' && parts > 0) --parts;
      text.remove_prefix(1);
    }
  }
  if (parts > 0 || in_predicates) return Error(ErrorCode::malformed, "a part has no end");
  return out;
}

}  // namespace

bool is_findlib_meta(std::string_view path) {
  if (base_name(path) != "META") return false;
  // lib/ocaml/re, lib/ocaml/4.14/re, lib/ocaml/4.14/site-lib/re.
  std::string_view at = directory_of(directory_of(path));
  for (int i = 0; i < 3; ++i, at = directory_of(at))
    if (base_name(at) == "ocaml") return true;
  return false;
}

Result<DescribedList> parse_findlib_meta(std::string_view text, std::string_view name) {
  SUPPLY_TRY(Meta meta, read(text, name));
  DescribedPackage out;
  pkg::Package& package = out.package;
  package.name = name;
  package.version = std::move(meta.version);
  if (package.version.empty() && meta.of_parts.size() == 1) package.version = *meta.of_parts.begin();
  // "[distributed with OCaml 4.07 or above]", of what a later OCaml has itself.
  if (package.version.starts_with("[distributed with ")) return DescribedList{};
  SUPPLY_TRY(package.purl, pkg::Purl::create({"opam", "", package.name, package.version, {}, ""}));
  out.key = name;
  out.requires_.assign(meta.requires_.begin(), meta.requires_.end());
  return DescribedList{std::move(out)};
}

}  // namespace supply::catalog
