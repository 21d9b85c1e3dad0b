// Chart.lock of Helm. Source: helm.sh, "Chart Dependency"; helm,
// pkg/chart/dependency.go.
#include <map>
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "Chart.lock"; }

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_yaml(text));
  if (Status status = document.check_arrays({"dependencies"}); !status) return std::move(status).error();
  LockBuilder out("helm");
  const json::Value& list = elements(document.root(), "dependencies");
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string repository = text_in(list[i], "repository");
    std::map<std::string, std::string> qualifiers;
    const bool local = repository.empty() || repository.starts_with("file:");
    if (!local && !repository.starts_with('@') && !repository.starts_with("alias:"))
      qualifiers["repository_url"] = repository;
    SUPPLY_TRY(const std::size_t entry,
               out.add(text_in(list[i], "name"), text_in(list[i], "version"),
                       document.span_of("/dependencies/" + std::to_string(i)), std::move(qualifiers)));
    if (local) out.from_path(entry, repository);
    else out.from_registry(entry, repository);
  }
  return std::move(out).finish();
}

bool declares(std::string_view text) { return text.find("dependencies:") != std::string_view::npos; }

constexpr Manifest kManifests[] = {{"Chart.yaml", declares}};

}  // namespace

namespace formats {
const Format& helm() {
  static const Format format = {"helm", matches, read, kManifests};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
