#include "libsupply/content/sbom/makers.hpp"

#include "libsupply/base/text/text.hpp"

namespace supply::sbom {

Result<std::string> parse_author(std::string_view text) {
  std::string_view kind = "Person: ", rest = text;
  for (const std::string_view prefix : {"Person: ", "Organization: "}) {
    if (!text.starts_with(prefix)) continue;
    kind = prefix;
    rest = text.substr(prefix.size());
  }
  std::string name(rest);
  if (const auto open = rest.find('<'); open != std::string_view::npos && rest.ends_with('>'))
    name = std::string(trim(rest.substr(0, open))) + " (" + std::string(rest.substr(open + 1, rest.size() - open - 2)) +
           ")";
  if (trim(name).empty() || escape_for_terminal(name) != name)
    return Error(ErrorCode::usage, "author " + quote(text) + ": want a name, with or without <ADDRESS> behind it");
  return std::string(kind) + std::string(trim(name));
}

Result<std::vector<std::string>> parse_authors(const std::vector<std::string>& texts) {
  std::vector<std::string> out;
  for (const std::string& text : texts) {
    SUPPLY_TRY(std::string author, parse_author(text));
    out.push_back(std::move(author));
  }
  return out;
}

}  // namespace supply::sbom
