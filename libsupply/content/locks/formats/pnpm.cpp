// pnpm-lock.yaml, versions 5.3 to 9.0. Source: github.com/pnpm/spec, lockfile/.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"
#include "libsupply/content/locks/internal/manifests.hpp"
#include "libsupply/content/locks/internal/npm_source.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "pnpm-lock.yaml"; }

// A version of the format, which is written as a number too.
std::string version_of(const json::Value& root) {
  const json::Value* version = json::find(root, "lockfileVersion");
  if (version == nullptr) return {};
  return version->is_string() ? version->get<std::string>() : version->dump();
}

class Reader {
 public:
  Reader(const Document& document, LockBuilder& out, int major)
      : document_(document), out_(out), major_(major), snapshots_(members(document.root(), "snapshots")) {}

  Status read() {
    const json::Value& packages = members(document_.root(), "packages");
    for (const auto& [key, value] : packages.items()) SUPPLY_TRY(add(key, value));
    const json::Value& graph = major_ >= 9 ? snapshots_ : packages;
    for (const auto& [key, value] : graph.items()) {
      const auto from = entries_.find(major_ >= 9 ? without_peers(key) : key);
      if (from == entries_.end())
        return wrong_at(document_.span_of(pointer_to("/snapshots", key)), "a snapshot of no package: " + quote(key));
      for (const char* kind : {"dependencies", "optionalDependencies"})
        for (const auto& [name, version] : members(value, kind).items())
          if (const auto to = find(name, version)) SUPPLY_TRY(out_.depend(from->second, *to));
    }
    add_roots();
    out_.spread_scopes(roots_);
    return {};
  }

 private:
  static std::string without_peers(std::string_view text) { return std::string(text.substr(0, text.find('('))); }

  // Name and version of "/@s/n/1.0.0_peers", "/@s/n@1.0.0(peers)" or "@s/n@1.0.0"; nothing of "github.com/o/r/commit".
  std::pair<std::string, std::string> identity_of(std::string_view key, const json::Value& value) const {
    std::string name = text_in(value, "name"), version = text_in(value, "version");
    if (!name.empty()) return {name, version};
    std::string plain = without_peers(key);
    if (major_ < 9 && !plain.starts_with('/')) return {};
    if (plain.starts_with('/')) plain.erase(0, 1);
    if (major_ == 5) {
      const std::size_t slash = plain.rfind('/');
      if (slash == std::string::npos) return {};
      const std::string last = plain.substr(slash + 1);
      return {plain.substr(0, slash), last.substr(0, last.find('_'))};
    }
    auto [of_key, range] = npm_name_and_range(plain);
    return {of_key, version.empty() ? range : version};
  }

  Status add(const std::string& key, const json::Value& value) {
    const Span span = document_.span_of(pointer_to("/packages", key));
    if (!value.is_object()) return wrong_at(span, "package " + quote(key) + " is no object");
    auto [name, version] = identity_of(key, value);
    if (name.empty()) {
      out_.unread(span, "package " + quote(key) + " says no name");
      name = key;
    }
    const json::Value& resolution = members(value, "resolution");
    const std::string tarball = text_in(resolution, "tarball"), commit = text_in(resolution, "commit"),
                      directory = text_in(resolution, "directory");
    if (version.find(':') != std::string::npos) version.clear();
    // With other peers it is the same package again.
    const auto [known, fresh] = known_.try_emplace(name + "\n" + version + "\n" + tarball + commit + directory, 0);
    if (!fresh) {
      entries_[key] = known->second;
      return {};
    }
    SUPPLY_TRY(const std::size_t entry, out_.add(name, version, span));
    entries_[key] = known->second = entry;
    const std::size_t hosted = tarball.find("codeload.github.com/");
    if (!commit.empty()) SUPPLY_TRY(out_.from_git(entry, text_in(resolution, "repo"), commit));
    else if (!directory.empty()) out_.from_path(entry, directory);
    else if (hosted != std::string::npos) SUPPLY_TRY(from_github(entry, tarball.substr(hosted + 20)));
    else if (!tarball.empty()) SUPPLY_TRY(say_npm_source(out_, entry, tarball));
    else out_.from_registry(entry);
    const json::Value *dev = json::find(value, "dev"), *optional = json::find(value, "optional");
    if (dev != nullptr && dev->is_boolean())
      out_[entry].scope = dev->get<bool>() ? pkg::Scope::development
                          : optional != nullptr && optional->is_boolean() && optional->get<bool>()
                              ? pkg::Scope::optional
                              : pkg::Scope::runtime;
    out_.integrity(entry, text_in(resolution, "integrity"));
    return {};
  }

  // "OWNER/NAME/tar.gz/COMMIT"
  Status from_github(std::size_t entry, const std::string& path) {
    const auto parts = split(path, '/');
    if (parts.size() < 4) return {};
    return out_.from_git(entry, "https://github.com/" + std::string(parts[0]) + "/" + std::string(parts[1]) + ".git",
                         parts[3]);
  }

  std::optional<std::size_t> find(const std::string& name, const json::Value& version) const {
    if (!version.is_string()) return std::nullopt;
    const auto text = version.get<std::string>();
    for (const std::string& key :
         {"/" + name + (major_ == 5 ? "/" : "@") + text, name + "@" + without_peers(text), without_peers(text), text})
      if (const auto entry = entries_.find(key); entry != entries_.end()) return entry->second;
    return std::nullopt;
  }

  void add_roots() {
    const auto of = [&](const json::Value& importer) {
      for (const auto& [kind, scope] : {std::pair("dependencies", pkg::Scope::runtime),
                                        {"optionalDependencies", pkg::Scope::optional},
                                        {"devDependencies", pkg::Scope::development},
                                        {"configDependencies", pkg::Scope::development},
                                        {"packageManagerDependencies", pkg::Scope::development}})
        for (const auto& [name, value] : members(importer, kind).items()) {
          const json::Value* version = value.is_object() ? json::find(value, "version") : &value;
          if (version == nullptr) continue;
          if (const auto entry = find(name, *version)) roots_.emplace_back(*entry, scope);
        }
    };
    of(document_.root());
    for (const auto& [path, importer] : members(document_.root(), "importers").items()) of(importer);
  }

  const Document& document_;
  LockBuilder& out_;
  int major_;
  const json::Value& snapshots_;
  std::map<std::string, std::size_t> entries_, known_;
  std::vector<std::pair<std::size_t, pkg::Scope>> roots_;
};

Status read_document(std::string_view text, std::size_t before, LockBuilder& out) {
  SUPPLY_TRY(const Document document, Document::from_yaml(text));
  SUPPLY_TRY(document.check_objects({"packages", "snapshots", "importers"}));
  const std::string version = version_of(document.root());
  if (version.empty()) return wrong_at({}, "no lockfileVersion");
  const bool known = version.starts_with("5.") || version.starts_with("6.") || version == "9.0";
  if (!known) return unknown_version(version);
  const std::size_t first = out.size();
  SUPPLY_TRY(Reader(document, out, version.front() - '0').read());
  const std::size_t lines = static_cast<std::size_t>(std::count(text.data() - before, text.data(), '\n'));
  for (std::size_t i = first; i < out.size(); ++i)
    out[i].span = {out[i].span.line + lines, out[i].span.begin + before, out[i].span.end + before};
  return {};
}

// Since pnpm 11 there may be a document before that of the project: what pnpm itself is run with.
Result<LockFile> read(std::string_view text) {
  LockBuilder out("npm");
  for (std::size_t begin = text.starts_with("---\n") ? 4 : 0;;) {
    const std::size_t end = text.find("\n---\n", begin);
    SUPPLY_TRY(read_document(text.substr(begin, end == std::string_view::npos ? end : end + 1 - begin), begin, out));
    if (end == std::string_view::npos) return std::move(out).finish();
    begin = end + 5;
  }
}

}  // namespace

namespace formats {
const Format& pnpm() {
  static const Format format = {"pnpm", matches, read, javascript_manifests()};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
