#include "libsupply/content/catalog/internal/cargo_installs.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/text/text.hpp"
#include "libsupply/base/toml/toml.hpp"
#include "libsupply/content/catalog/internal/json_fields.hpp"

namespace supply::catalog {
namespace {

// "NAME VERSION (SOURCE)"; of a source "git+URL?branch=x#COMMIT".
Result<DescribedPackage> crate_of(std::string_view id) {
  const std::size_t name_end = id.find(' ');
  if (name_end == 0 || name_end == std::string_view::npos)
    return Error(ErrorCode::malformed, "no crate and version: " + quote(id));
  std::string_view rest = id.substr(name_end + 1);
  const std::string_view version = rest.substr(0, rest.find(' '));
  if (version.empty()) return Error(ErrorCode::malformed, "a crate without a version: " + quote(id));
  rest.remove_prefix(version.size());
  DescribedPackage out;
  out.package.name = id.substr(0, name_end);
  out.package.version = version;
  pkg::PurlParts parts{"cargo", "", out.package.name, out.package.version, {}, ""};
  constexpr std::string_view kGit = " (git+";
  if (rest.starts_with(kGit) && rest.ends_with(')')) {
    rest = rest.substr(kGit.size(), rest.size() - kGit.size() - 1);
    const std::size_t commit = rest.find('#');
    std::string url = "git+" + std::string(rest.substr(0, rest.find_first_of("?#")));
    if (commit != std::string_view::npos) url += "@" + std::string(rest.substr(commit + 1));
    parts.qualifiers["vcs_url"] = std::move(url);
  }
  SUPPLY_TRY(out.package.purl, pkg::Purl::create(std::move(parts)));
  out.key = out.package.name;
  return out;
}

Result<DescribedList> crates_of(const json::Value& root, std::string_view member) {
  const json::Value* list = json::find(root, member);
  if (list == nullptr || !list->is_object()) return Error(ErrorCode::malformed, "no list of crates, " + quote(member));
  DescribedList out;
  for (const auto& [id, what] : list->items()) {
    SUPPLY_TRY(DescribedPackage crate, crate_of(id));
    out.push_back(std::move(crate));
  }
  return out;
}

}  // namespace

Result<DescribedList> parse_crates2_json(std::string_view text) {
  SUPPLY_TRY(const json::Value root, parse_lenient_json(text));
  return crates_of(root, "installs");
}

Result<DescribedList> parse_crates_toml(std::string_view text) {
  SUPPLY_TRY(const toml::Document document, toml::Document::parse(text));
  return crates_of(document.root(), "v1");
}

}  // namespace supply::catalog
