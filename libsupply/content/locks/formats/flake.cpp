// flake.lock of Nix, versions 5 to 7, and devenv.lock, which is one. An input is a repository at a commit, or an
// address with the hash of what was unpacked from it. Source: Nix, doc/manual, "nix flake", "Lock files";
// src/libflake/lockfile.cc.
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "libsupply/base/path/path.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"
#include "libsupply/content/secrets/credential.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) {
  const std::string_view name = base_name(path);
  return name == "flake.lock" || name == "devenv.lock";
}

class Reader {
 public:
  explicit Reader(const Document& document)
      : document_(document), nodes_(members(document.root(), "nodes")), root_(text_in(document.root(), "root")) {}

  Result<LockFile> read() {
    if (!nodes_.contains(root_)) return wrong_at({}, "no root among the nodes");
    for (const auto& [name, node] : nodes_.items())
      if (name != root_) SUPPLY_TRY(add(name, node));
    for (const auto& [name, node] : nodes_.items()) {
      const auto from = by_node_.find(name);
      if (from == by_node_.end()) continue;
      for (const auto& [input, target] : members(node, "inputs").items()) {
        SUPPLY_TRY(const std::optional<std::string> reached, node_of(target));
        const auto to = reached ? by_node_.find(*reached) : by_node_.end();
        if (to != by_node_.end()) SUPPLY_TRY(out_.depend(from->second, to->second));
      }
    }
    return std::move(out_).finish();
  }

 private:
  Status add(const std::string& name, const json::Value& node) {
    const Span span = document_.span_of(pointer_to("/nodes", name));
    const json::Value& locked = members(node, "locked");
    const std::string type = text_in(locked, "type"), rev = text_in(locked, "rev");
    const std::string owner = text_in(locked, "owner"), repository = text_in(locked, "repo");
    const std::string url = text_in(locked, "url"), host = text_in(locked, "host");
    if (locked.empty()) {
      out_.unread(span, "input " + name + " is not locked");
      return {};
    }
    SUPPLY_TRY(const std::size_t entry, out_.add(repository.empty() ? name : repository, rev, span));
    by_node_.emplace(name, entry);
    out_.other_hash(entry, "nar", text_in(locked, "narHash"));
    if (type == "path") {
      out_.from_path(entry, text_in(locked, "path"));
      return {};
    }
    if ((type == "git" || type == "hg" || type == "tarball" || type == "file") && !url.empty()) {
      if (type == "git") return out_.from_git(entry, url, rev);
      if (type != "hg") return out_.from_url(entry, url);
      out_[entry].source = SourceKind::url;
      out_[entry].resolved = secrets::masked(url);
      return out_.qualify(entry, "vcs_url", "hg+" + out_[entry].resolved + "@" + rev);
    }
    constexpr std::pair<std::string_view, std::string_view> kHosts[] = {
        {"github", "github.com"}, {"gitlab", "gitlab.com"}, {"sourcehut", "git.sr.ht"}};
    for (const auto& [kind, usual] : kHosts) {
      if (type != kind || owner.empty() || repository.empty()) continue;
      out_[entry].name = owner + "/" + repository;
      const std::string address = "https://" + (host.empty() ? std::string(usual) : host) + "/" + out_[entry].name;
      if (type != "github" || !host.empty()) return out_.from_git(entry, address, rev);
      SUPPLY_TRY(out_.say_type(entry, "github", owner, repository));
      out_[entry].source = SourceKind::git;
      out_[entry].resolved = address;
      out_[entry].commit = rev;
      return {};
    }
    out_.unread(span, "input " + name + " is of a type that is not read: \"" + type + "\"");
    return {};
  }

  // An input is the name of a node, or a path of inputs from the root, of which each may be such a path.
  Result<std::optional<std::string>> node_of(const json::Value& input) {
    std::vector<const json::Value*> to_follow = {&input};  // the last one first
    std::string at = root_;
    while (!to_follow.empty()) {
      const json::Value& step = *to_follow.back();
      to_follow.pop_back();
      SUPPLY_TRY(out_.looked_up(0));
      if (step.is_array()) {
        at = root_;
        for (auto each = step.rbegin(); each != step.rend(); ++each) {
          SUPPLY_TRY(out_.looked_up(0));
          const json::Value* next = each->is_string() ? &*each : nullptr;
          if (next == nullptr) return std::optional<std::string>();
          to_follow.push_back(next);
        }
        continue;
      }
      if (!step.is_string()) return std::optional<std::string>();
      if (&step == &input) return std::optional(step.get<std::string>());
      const auto node = nodes_.find(at);
      const json::Value* target =
          node == nodes_.end() ? nullptr : json::find(members(*node, "inputs"), step.get<std::string>());
      if (target == nullptr) return std::optional<std::string>();
      if (target->is_string()) at = target->get<std::string>();
      else to_follow.push_back(target);
    }
    return std::optional(std::move(at));
  }

  const Document& document_;
  const json::Value& nodes_;
  std::string root_;
  LockBuilder out_{"generic"};
  std::map<std::string, std::size_t> by_node_;
};

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_json(text));
  if (Status status = document.check_objects({"nodes"}); !status) return std::move(status).error();
  const json::Value* version = json::find(document.root(), "version");
  if (version == nullptr) return wrong_at({}, "no version of the format");
  if (*version != 5 && *version != 6 && *version != 7) return unknown_version(version->dump());
  return Reader(document).read();
}

bool declares(std::string_view text) { return text.find("inputs") != std::string_view::npos; }

constexpr Manifest kManifests[] = {{"flake.nix", declares}};

}  // namespace

namespace formats {
const Format& flake() {
  static const Format format = {"flake", matches, read, kManifests};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
