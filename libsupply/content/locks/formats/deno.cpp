// deno.lock, versions 2 to 5: packages of npm and of JSR, and modules by their addresses.
// Source: docs.deno.com, "Integrity checking and lock files"; deno_lockfile, which reads all of its own versions.
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

bool matches(std::string_view path) { return base_name(path) == "deno.lock"; }

// "1.0.0" of "1.0.0_react@18.3.1": behind '_' are the peers that it was resolved with, and no version has one.
std::string without_peers(std::string_view version) { return std::string(version.substr(0, version.find('_'))); }

class Reader {
 public:
  Reader(const Document& document, LockBuilder& out, int version)
      : document_(document), out_(out), of_version_4_(version >= 4) {
    const json::Value& root = document.root();
    const json::Value& older = members(root, version == 2 ? "npm" : "packages");
    const json::Value& graph = of_version_4_ ? root : older;
    npm_ = &members(graph, version == 2 ? "packages" : "npm");
    jsr_ = &members(graph, "jsr");
    specifiers_ = &members(graph, "specifiers");
    above_ = version >= 4 ? "" : version == 2 ? "/npm" : "/packages";
    npm_at_ = above_ + (version == 2 ? "/packages" : "/npm");
  }

  Status read() {
    for (const auto& [key, value] : npm_->items()) SUPPLY_TRY(add_npm(key, value));
    for (const auto& [key, value] : jsr_->items()) SUPPLY_TRY(add_jsr(key, value));
    for (const auto& [key, value] : npm_->items()) SUPPLY_TRY(relate_npm(key, value));
    for (const auto& [key, value] : jsr_->items()) SUPPLY_TRY(relate_jsr(key, value));
    for (const auto& [address, hash] : members(document_.root(), "remote").items())
      SUPPLY_TRY(add_remote(address, hash));
    return {};
  }

 private:
  using Entries = std::map<std::string, std::size_t>;

  Result<std::pair<std::string, std::string>> parted(const std::string& key, const Span& span) const {
    auto [name, version] = npm_name_and_range(key);
    if (version.empty()) return wrong_at(span, "package " + quote(key) + " has no version");
    return std::pair(name, without_peers(version));
  }

  Status add_npm(const std::string& key, const json::Value& value) {
    const Span span = document_.span_of(pointer_to(npm_at_, key));
    SUPPLY_TRY(const auto parts, parted(key, span));
    const auto [known, fresh] = same_.try_emplace("npm:" + parts.first + "@" + parts.second, out_.size());
    entries_["npm:" + key] = known->second;
    by_name_.emplace("npm:" + parts.first, known->second);
    if (!fresh) return {};  // with other peers it is the same package again
    SUPPLY_TRY(const std::size_t entry, out_.add(parts.first, parts.second, span));
    out_.from_registry(entry, text_in(value, "tarball"));
    out_.integrity(entry, text_in(value, "integrity"));
    return {};
  }

  // A package of JSR. Its hash is of the list of its files, which the registry makes: of no file that anybody has.
  Status add_jsr(const std::string& key, const json::Value& value) {
    const Span span = document_.span_of(pointer_to(above_ + "/jsr", key));
    SUPPLY_TRY(const auto parts, parted(key, span));
    const std::size_t slash = parts.first.find('/');
    SUPPLY_TRY(const std::size_t entry, out_.add(parts.first, parts.second, span));
    SUPPLY_TRY(out_.say_type(entry, "jsr", slash == std::string::npos ? "" : parts.first.substr(0, slash),
                             parts.first.substr(slash == std::string::npos ? 0 : slash + 1)));
    entries_["jsr:" + key] = entry;
    same_.emplace("jsr:" + parts.first + "@" + parts.second, entry);
    by_name_.emplace("jsr:" + parts.first, entry);
    out_.from_registry(entry);
    out_.other_hash(entry, "jsr", text_in(value, "integrity"));
    return {};
  }

  // "name", where there is one version of it, "name@version", "key@npm:name@version"; before version 4 a map.
  Status relate_npm(const std::string& key, const json::Value& value) {
    const std::size_t from = entries_.at("npm:" + key);
    for (const char* kind : {"dependencies", "optionalDependencies"}) {
      const json::Value* wanted = json::find(value, kind);
      if (wanted == nullptr) continue;
      for (const auto& [name, one] : wanted->items())
        if (one.is_string()) SUPPLY_TRY(depend(from, "npm:", one.get<std::string>()));
    }
    return {};
  }

  Status relate_jsr(const std::string& key, const json::Value& value) {
    const std::size_t from = entries_.at("jsr:" + key);
    for (const json::Value& one : elements(value, "dependencies")) {
      if (!one.is_string()) continue;
      const auto text = one.get<std::string>();
      const std::string kind = text.substr(0, text.find(':') + 1);
      std::string resolved = text_in(*specifiers_, text);
      if (resolved.starts_with(kind)) resolved.erase(0, kind.size());
      else if (!resolved.empty()) resolved = npm_name_and_range(text.substr(kind.size())).first + "@" + resolved;
      SUPPLY_TRY(depend(from, kind, resolved.empty() ? text.substr(kind.size()) : resolved));
    }
    return {};
  }

  Status depend(std::size_t from, const std::string& kind, std::string wanted) {
    SUPPLY_TRY(out_.looked_up(wanted.size()));
    if (const std::size_t alias = wanted.find("@npm:"); alias != std::string::npos) wanted.erase(0, alias + 5);
    if (const auto found = entries_.find(kind + wanted); found != entries_.end())
      return out_.depend(from, found->second);
    const auto [name, version] = npm_name_and_range(wanted);
    // With peers that are not written, or by its name alone.
    const Entries& among = version.empty() ? by_name_ : same_;
    const auto found = among.find(kind + name + (version.empty() ? "" : "@" + without_peers(version)));
    return found == among.end() ? Status() : out_.depend(from, found->second);
  }

  // "https://deno.land/x/name@1.0.0/mod.ts": the modules of one version are one package. A module at an address
  // without a version is one of its own.
  Status add_remote(const std::string& address, const json::Value& hash) {
    const Span span = document_.span_of(pointer_to("/remote", address));
    const std::size_t scheme = address.find("://");
    if (scheme == std::string::npos) return wrong_at(span, "not an address: " + quote(address));
    const std::size_t path = address.find('/', scheme + 3);
    const std::size_t at = path == std::string::npos ? path : address.find('@', path + 2);
    const std::size_t end = at == std::string::npos ? address.size() : std::min(address.find('/', at), address.size());
    const std::string package = address.substr(0, end);
    if (!remote_.insert(package).second) return {};
    const std::string version = at == std::string::npos ? std::string() : address.substr(at + 1, end - at - 1);
    SUPPLY_TRY(const std::size_t entry,
               out_.add(address.substr(scheme + 3, std::min(at, end) - scheme - 3), version, span));
    const std::string name = out_[entry].name;
    SUPPLY_TRY(out_.say_type(entry, "generic", "", name.substr(name.rfind('/') + 1)));
    SUPPLY_TRY(out_.from_url(entry, package));
    if (at == std::string::npos && hash.is_string()) out_.hash(entry, "sha256", hash.get<std::string>());
    return {};
  }

  const Document& document_;
  LockBuilder& out_;
  bool of_version_4_;
  const json::Value *npm_ = nullptr, *jsr_ = nullptr, *specifiers_ = nullptr;
  std::string above_, npm_at_;
  Entries entries_, same_, by_name_;  // by all that is written, without peers, and the first of a name
  std::set<std::string> remote_;
};

// It does not tell what is needed for tests alone: there are no scopes.
Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_json(text));
  if (Status status = document.check_objects({"npm", "jsr", "packages", "specifiers", "remote"}); !status)
    return std::move(status).error();
  const std::string version = text_in(document.root(), "version");
  if (version.empty()) return wrong_at({}, "no version of the format");
  if (version.size() != 1 || version < "2" || version > "5") return unknown_version(version);
  LockBuilder out("npm");
  SUPPLY_TRY(Reader(document, out, version[0] - '0').read());
  return std::move(out).finish();
}

bool declares(std::string_view text) {
  constexpr std::string_view kNames[] = {"imports", "scopes"};
  return json_declares(text, kNames);
}

// Deno reads package.json too.
std::span<const Manifest> manifests() {
  static const Manifest kManifests[] = {{"deno.json", declares}, {"deno.jsonc"}, javascript_manifests()[0]};
  return kManifests;
}

}  // namespace

namespace formats {
const Format& deno() {
  static const Format format = {"deno", matches, read, manifests()};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
