// shard.lock of Crystal, versions 1.0 and 2.0. Shards has no registry: a package is a repository.
// Source: crystal-lang/shards, docs/shard.lock.adoc.
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "shard.lock"; }

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_yaml(text));
  if (Status status = document.check_objects({"shards"}); !status) return std::move(status).error();
  const json::Value* written = json::find(document.root(), "version");
  const std::string version = written == nullptr     ? std::string()
                              : written->is_string() ? written->get<std::string>()
                                                     : written->dump();
  if (version != "1.0" && version != "2.0") return unknown_version(version);
  LockBuilder out("generic");
  for (const auto& [name, shard] : members(document.root(), "shards").items()) {
    const Span span = document.span_of(pointer_to("/shards", name));
    if (!shard.is_object()) return wrong_at(span, "shard " + name + " is no map");
    // "1.0.0", or "1.0.0+git.commit.COMMIT" where no version is tagged.
    std::string number = text_in(shard, "version"), commit = text_in(shard, "commit");
    constexpr std::string_view kCommit = "+git.commit.";
    if (const std::size_t at = number.find(kCommit); at != std::string::npos)
      commit = number.substr(at + kCommit.size());
    SUPPLY_TRY(const std::size_t entry, out.add(name, number, span));
    if (const std::string path = text_in(shard, "path"); !path.empty()) {
      out.from_path(entry, path);
      continue;
    }
    std::string address = text_in(shard, "git");
    for (const auto& [host, url] : {std::pair("github", "https://github.com/"),
                                    {"gitlab", "https://gitlab.com/"},
                                    {"bitbucket", "https://bitbucket.com/"},
                                    {"codeberg", "https://codeberg.org/"}})
      if (const std::string repository = text_in(shard, host); address.empty() && !repository.empty())
        address = url + repository + ".git";
    if (!address.empty()) SUPPLY_TRY(out.from_git(entry, address, commit.empty() ? "v" + number : commit));
    else out.unread(span, "shard " + name + " says no address that is read");
  }
  return std::move(out).finish();
}

bool declares(std::string_view text) { return text.find("dependencies:") != std::string_view::npos; }

constexpr Manifest kManifests[] = {{"shard.yml", declares}};

}  // namespace

namespace formats {
const Format& shards() {
  static const Format format = {"shards", matches, read, kManifests};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
