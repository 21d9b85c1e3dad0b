#include "libsupply/content/catalog/internal/deps_json.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/json_fields.hpp"

namespace supply::catalog {
namespace {

// "Name/1.2.3". Names have no case.
struct LibraryName {
  std::string name, version;
};

LibraryName split_library(const std::string& text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return {text, ""};
  return {text.substr(0, slash), text.substr(slash + 1)};
}

bool has_assets(const json::Value& entry) {
  for (const std::string_view kind : {"runtime", "native", "resources", "runtimeTargets"})
    if (!part_of(entry, kind).empty()) return true;
  return false;
}

// "sha512-…" in base64, of the .nupkg.
void add_checksum(const json::Value& library, pkg::Package& package) {
  const std::string text = text_of(library, "sha512");
  if (!text.starts_with("sha512-")) return;
  const auto bytes = from_base64(std::string_view(text).substr(7));
  if (bytes && bytes->size() == 64) package.checksums.push_back({"sha512", to_hex(*bytes)});
}

// What a library requires, by the lower-case names of those that have assets.
class Requirements {
 public:
  explicit Requirements(const json::Value& target) {
    for (const auto& [library, entry] : target.items()) entries_[to_lower(split_library(library).name)] = &entry;
  }
  std::vector<std::string> of(const std::string& name) const {
    std::set<std::string> seen, found;
    std::vector<std::string> todo = {name};
    while (!todo.empty()) {
      const std::string one = std::move(todo.back());
      todo.pop_back();
      const auto entry = entries_.find(one);
      if (entry == entries_.end()) continue;
      const json::Value& dependencies = part_of(*entry->second, "dependencies");
      if (!dependencies.is_object()) continue;
      for (const auto& [dependency, version] : dependencies.items()) {
        std::string key = to_lower(dependency);
        const auto target = entries_.find(key);
        if (target == entries_.end() || !seen.insert(key).second) continue;
        if (has_assets(*target->second)) {
          found.insert(std::move(key));
        } else if (seen.size() < kMost) {
          todo.push_back(std::move(key));
        }
      }
    }
    return {found.begin(), found.end()};
  }

 private:
  static constexpr std::size_t kMost = 500;  // libraries without assets, in one another
  std::map<std::string, const json::Value*> entries_;
};

}  // namespace

Result<DescribedList> parse_deps_json(std::string_view text) {
  SUPPLY_TRY(const json::Value root, parse_lenient_json(text));
  const json::Value& targets = part_of(root, "targets");
  const json::Value* name = json::find(root, "runtimeTarget");
  DescribedList out;
  if (name == nullptr && targets.empty()) return out;
  // Old files have the name alone.
  const std::string target_name = name != nullptr && name->is_string() ? name->get<std::string>()
                                  : name != nullptr                    ? text_of(*name, "name")
                                                                       : "";
  const json::Value& target = part_of(targets, target_name);
  if (target_name.empty() || !target.is_object() || json::find(targets, target_name) == nullptr)
    return Error(ErrorCode::malformed, "no target " + quote(target_name));
  const json::Value& libraries = part_of(root, "libraries");
  const Requirements requirements(target);
  constexpr std::string_view kPack = "runtimepack.";
  for (const auto& [library_name, entry] : target.items()) {
    const json::Value& library = part_of(libraries, library_name);
    const std::string type = to_lower(text_of(library, "type"));
    // The program's own assemblies may be elsewhere; those of a package that has none are not here.
    if (!has_assets(entry) && type != "project") continue;
    if (type != "package" && type != "project" && type != "runtimepack") continue;
    auto [own_name, version] = split_library(library_name);
    DescribedPackage one;
    one.key = to_lower(own_name);
    one.requires_ = requirements.of(one.key);
    if (type == "runtimepack" && own_name.starts_with(kPack)) own_name.erase(0, kPack.size());
    one.package.name = own_name;
    one.package.version = version;
    SUPPLY_TRY(one.package.purl, pkg::Purl::create({"nuget", "", own_name, version, {}, ""}));
    add_checksum(library, one.package);
    out.push_back(std::move(one));
  }
  return out;
}

std::set<std::string> assemblies_of_deps_json(std::string_view text) {
  std::set<std::string> out;
  const Result<json::Value> root = parse_lenient_json(text);
  if (!root) return out;
  for (const auto& [target, libraries] : part_of(*root, "targets").items()) {
    for (const auto& [library, entry] : libraries.items()) {
      for (const std::string_view kind : {"runtime", "native", "runtimeTargets"})
        for (const auto& [path, asset] : part_of(entry, kind).items()) out.insert(to_lower(base_name(path)));
    }
  }
  return out;
}

}  // namespace supply::catalog
