// dub.selections.json of D. Source: dlang/dub, source/dub/recipe/selection.d.
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "dub.selections.json"; }

// "1.2.3", "~branch", or an object with a path, a repository at a commit, or a version.
Status add(const std::string& name, const json::Value& selected, const Span& span, LockBuilder& out) {
  const std::string version = selected.is_string() ? selected.get<std::string>() : text_in(selected, "version");
  const std::string path = text_in(selected, "path"), repository = text_in(selected, "repository");
  const bool is_branch = version.starts_with('~');
  if (version.empty() && path.empty()) return wrong_at(span, "package " + name + " has no version");
  SUPPLY_TRY(const std::size_t entry, out.add(name, is_branch ? std::string() : version, span));
  if (is_branch) out[entry].range = version;
  if (!path.empty()) {
    out.from_path(entry, path);
  } else if (!repository.empty()) {
    SUPPLY_TRY(out.from_git(entry, repository, version));
  } else {
    out.from_registry(entry);
    out.integrity(entry, text_in(selected, "integrity"));
  }
  return {};
}

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_json(text));
  if (Status status = document.check_objects({"versions"}); !status) return std::move(status).error();
  const json::Value* version = json::find(document.root(), "fileVersion");
  if (version == nullptr) return wrong_at({}, "no version of the format");
  if (*version != 1) return unknown_version(version->dump());
  LockBuilder out("generic");
  for (const auto& [name, selected] : members(document.root(), "versions").items())
    SUPPLY_TRY(add(name, selected, document.span_of(pointer_to("/versions", name)), out));
  return std::move(out).finish();
}

bool declares(std::string_view text) { return text.find("dependenc") != std::string_view::npos; }

constexpr Manifest kManifests[] = {{"dub.json", declares}, {"dub.sdl", declares}};

}  // namespace

namespace formats {
const Format& dub() {
  static const Format format = {"dub", matches, read, kManifests};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
