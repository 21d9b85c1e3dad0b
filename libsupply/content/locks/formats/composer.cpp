// composer.lock. Source: getcomposer.org; composer, src/Composer/Package/Locker.php.
#include <map>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "composer.lock"; }

Status say_source(LockBuilder& out, std::size_t entry, const json::Value& package) {
  const json::Value &dist = members(package, "dist"), &source = members(package, "source");
  const std::string url = text_in(dist, "url");
  if (text_in(dist, "type") == "path") out.from_path(entry, url);
  else if (dist.empty() && text_in(source, "type") == "git")
    return out.from_git(entry, text_in(source, "url"), text_in(source, "reference"));
  else out.from_registry(entry, url);
  if (text_in(source, "type") == "git") out[entry].commit = text_in(source, "reference");
  if (const std::string hash = text_in(dist, "shasum"); !hash.empty()) out.hash(entry, "sha1", hash);
  return {};
}

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_json(text));
  if (Status status = document.check_arrays({"packages", "packages-dev"}); !status) return std::move(status).error();
  const json::Value& root = document.root();
  if (json::find(root, "packages") == nullptr) return wrong_at({}, "no packages");
  LockBuilder out("composer");
  std::map<std::string, std::size_t> by_name;
  std::vector<const json::Value*> packages;
  for (const auto& [list, scope] :
       {std::pair("packages", pkg::Scope::runtime), {"packages-dev", pkg::Scope::development}}) {
    const json::Value& of_list = elements(root, list);
    for (std::size_t i = 0; i < of_list.size(); ++i) {
      const Span span = document.span_of("/" + std::string(list) + "/" + std::to_string(i));
      const std::string name = text_in(of_list[i], "name");
      SUPPLY_TRY(const std::size_t entry, out.add(name, text_in(of_list[i], "version"), span));
      packages.push_back(&of_list[i]);
      by_name[to_lower(name)] = entry;
      for (const char* kind : {"replace", "provide"})
        for (const auto& [other, range] : members(of_list[i], kind).items()) by_name.emplace(to_lower(other), entry);
      out[entry].scope = scope;
      SUPPLY_TRY(say_source(out, entry, of_list[i]));
    }
  }
  for (std::size_t i = 0; i < packages.size(); ++i)
    for (const auto& [name, range] : members(*packages[i], "require").items())
      if (const auto to = by_name.find(to_lower(name)); to != by_name.end()) SUPPLY_TRY(out.depend(i, to->second));
  return std::move(out).finish();
}

// Names without a vendor are PHP and its extensions. Source: getcomposer.org, "The composer.json schema".
bool declares(std::string_view text) {
  const auto root = json::parse(text);
  if (!root || !root->is_object()) return true;
  for (const std::string_view kind : {"require", "require-dev"})
    for (const auto& [name, wanted] : members(*root, kind).items())
      if (name.find('/') != std::string::npos) return true;
  return false;
}

constexpr Manifest kManifests[] = {{"composer.json", declares}};

}  // namespace

namespace formats {
const Format& composer() {
  static const Format format = {"composer", matches, read, kManifests};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
