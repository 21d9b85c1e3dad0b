#include "libsupply/content/catalog/internal/nimble_package.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/direct_url.hpp"
#include "libsupply/content/catalog/internal/json_fields.hpp"
#include "libsupply/content/catalog/internal/literals.hpp"

namespace supply::catalog {
namespace {

// A line without its comments. `is_inside` says whether it begins, and whether what is behind it does, in a comment of
// several lines. Source: The Nim Manual, "Comments", "Multiline comments"; those in comments are not told apart.
std::string code_of(std::string_view line, bool& is_inside) {
  std::string out;
  while (!line.empty()) {
    if (is_inside) {
      const std::size_t end = line.find("]#");
      if (end == std::string_view::npos) break;
      is_inside = false;
      line.remove_prefix(end + 2);
    } else if (line.starts_with("#[")) {
      is_inside = true;
      line.remove_prefix(2);
    } else if (line.front() == '#') {
      break;
    } else if (line.front() == '"') {
      std::string_view rest = line;
      if (!take_quoted(rest, QuoteStyle::lua)) rest = {};
      out += line.substr(0, line.size() - rest.size());
      line = rest;
    } else {
      out += line.front();
      line.remove_prefix(1);
    }
  }
  return std::string(trim(out));
}

// The plain texts of a line.
std::vector<std::string> texts_in(std::string_view line) {
  std::vector<std::string> out;
  for (std::size_t at = line.find('"'); at != std::string_view::npos; at = line.find('"')) {
    line.remove_prefix(at);
    auto text = take_quoted(line, QuoteStyle::lua);
    if (!text) break;
    out.push_back(*std::move(text));
  }
  return out;
}

// Whether a line begins with a word, and not with a longer one.
bool begins_with_word(std::string_view line, std::string_view word) {
  return line.starts_with(word) && line.size() > word.size() &&
         std::string_view(" \t=(\"").find(line[word.size()]) != std::string_view::npos;
}

}  // namespace

std::optional<NimblePlace> nimble_place(std::string_view path) {
  const std::string_view directory = directory_of(path), above = base_name(directory_of(directory));
  if (base_name(path) != "nimblemeta.json" || (above != "pkgs" && above != "pkgs2")) return std::nullopt;
  std::string_view text = base_name(directory);
  constexpr std::size_t kSha1 = 40;
  if (const std::size_t last = text.rfind('-'); last != std::string_view::npos && above == "pkgs2" &&
                                                text.size() - last - 1 == kSha1 && is_lower_hex(text.substr(last + 1)))
    text = text.substr(0, last);
  // No name of a package has a '-'.
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos || dash == 0 || dash + 1 == text.size()) return std::nullopt;
  return NimblePlace{std::string(text.substr(0, dash)), std::string(text.substr(dash + 1))};
}

Result<DescribedPackage> parse_nimble_meta(std::string_view text, const NimblePlace& place) {
  SUPPLY_TRY(const json::Value root, parse_lenient_json(text));
  const json::Value& data = json::find(root, "metaData") != nullptr ? part_of(root, "metaData") : root;
  DescribedPackage out;
  out.package.name = place.name;
  out.package.version = place.version;
  out.key = to_lower(place.name);  // Source: nimble, README, "names are case insensitive"
  pkg::PurlParts parts{"generic", "", place.name, place.version, {}, ""};
  // As of an entry in nimble.lock.
  const std::string url = without_credentials(text_of(data, "url")), commit = text_of(data, "vcsRevision");
  // Source: nimble, src/nimblepkg/common.nim: DownloadMethod; until nimble 0.13 the method is not stated.
  const std::string vcs = text_of(data, "downloadMethod") == "hg" ? "hg+" : "git+";
  if (!url.empty()) parts.qualifiers["vcs_url"] = vcs + url + (commit.empty() ? "" : "@" + commit);
  SUPPLY_TRY(out.package.purl, pkg::Purl::create(std::move(parts)));
  if (url.starts_with("http://") || url.starts_with("https://")) out.package.homepage = url;
  return out;
}

void add_nimble_file(std::string_view text, DescribedPackage& package) {
  bool goes_on = false, is_in_comment = false;  // a list of requirements
  for (const std::string_view each : lines(text)) {
    const std::string line = code_of(each, is_in_comment);
    if (line.empty()) continue;
    if (begins_with_word(line, "license"))
      for (std::string& one : texts_in(line)) package.licenses.push_back(std::move(one));
    if (!goes_on && !begins_with_word(line, "requires")) continue;
    for (const std::string& one : texts_in(line)) {
      const std::string name = to_lower(one.substr(0, one.find_first_of(" \t<>=~^#@[&")));
      if (!name.empty() && name != "nim" && name != "nimrod") package.requires_.push_back(name);
    }
    goes_on = std::string_view(",([").find(line.back()) != std::string_view::npos;
  }
}

}  // namespace supply::catalog
