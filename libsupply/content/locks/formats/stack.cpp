// stack.yaml.lock. What the snapshot brings is in a list that is not here: only the packages beside it.
// Source: docs.haskellstack.org, "Lock files" and "Pantry".
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "stack.yaml.lock"; }

Status add(const json::Value& completed, const Span& span, LockBuilder& out) {
  const std::string hackage = text_in(completed, "hackage");
  if (!hackage.empty()) {  // "name-version@sha256:HASH,SIZE", the hash is of the .cabal file
    const std::string identity = hackage.substr(0, hackage.find('@'));
    const std::size_t dash = identity.rfind('-');
    if (dash == std::string::npos) return wrong_at(span, "not a package with its version: " + quote(hackage));
    SUPPLY_TRY(const std::size_t entry, out.add(identity.substr(0, dash), identity.substr(dash + 1), span));
    out.from_registry(entry);
    if (const std::size_t at = hackage.find("@sha256:"); at != std::string::npos)
      out.other_hash(entry, "cabal-file", hackage.substr(at + 1, hackage.find(',', at) - at - 1));
    return {};
  }
  SUPPLY_TRY(const std::size_t entry, out.add(text_in(completed, "name"), text_in(completed, "version"), span));
  if (const std::string git = text_in(completed, "git"); !git.empty())
    return out.from_git(entry, git, text_in(completed, "commit"));
  if (const std::string url = text_in(completed, "url"); !url.empty()) return out.from_url(entry, url);
  return {};
}

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_yaml(text));
  if (Status status = document.check_arrays({"packages", "snapshots"}); !status) return std::move(status).error();
  LockBuilder out("hackage");
  const json::Value& packages = elements(document.root(), "packages");
  for (std::size_t i = 0; i < packages.size(); ++i)
    SUPPLY_TRY(add(members(packages[i], "completed"), document.span_of("/packages/" + std::to_string(i)), out));
  if (!elements(document.root(), "snapshots").empty())
    out.unread(document.span_of("/snapshots"), "the packages of the snapshot are in a list that is not here");
  return std::move(out).finish();
}

constexpr Manifest kManifests[] = {{"stack.yaml"}, {"*.cabal"}};

}  // namespace

namespace formats {
const Format& stack() {
  static const Format format = {"stack", matches, read, kManifests};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
