// Workflows of GitHub and the actions of a repository: which actions they use, by a tag, a branch or a commit.
// Source: docs.github.com, "Workflow syntax", jobs.<job_id>.uses and steps[*].uses; "Metadata syntax", runs.steps.
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {
namespace {

bool is_yaml(std::string_view name, std::string_view stem) {
  return name == std::string(stem) + ".yml" || name == std::string(stem) + ".yaml";
}

bool matches(std::string_view path) {
  const std::string_view name = base_name(path), directory = directory_of(path);
  if (is_or_ends_with(directory, ".github/workflows")) return name.ends_with(".yml") || name.ends_with(".yaml");
  return is_yaml(name, "action") &&
         (path.starts_with(".github/actions/") || path.find("/.github/actions/") != path.npos);
}

class Reader {
 public:
  Reader(const Document& document, LockBuilder& out) : document_(document), out_(out) {}

  Status read() {
    const json::Value& root = document_.root();
    for (const auto& [name, job] : members(root, "jobs").items()) {
      const std::string pointer = pointer_to("/jobs", name);
      if (const std::string used = text_in(job, "uses"); !used.empty()) SUPPLY_TRY(use(used, pointer + "/uses"));
      SUPPLY_TRY(read_steps(job, pointer));
    }
    return read_steps(members(root, "runs"), "/runs");
  }

 private:
  Status read_steps(const json::Value& parent, const std::string& pointer) {
    std::size_t number = 0;
    for (const json::Value& step : elements(parent, "steps")) {
      const std::string at = pointer + "/steps/" + std::to_string(number++) + "/uses";
      if (const std::string used = text_in(step, "uses"); !used.empty()) SUPPLY_TRY(use(used, at));
    }
    return {};
  }

  // "OWNER/REPOSITORY@REF", "OWNER/REPOSITORY/PATH@REF", "docker://IMAGE"; "./PATH" is of this repository.
  Status use(const std::string& used, const std::string& pointer) {
    if (used.starts_with("./") || !seen_.insert(used).second) return {};
    const Span span = document_.span_of(pointer);
    constexpr std::string_view kImage = "docker://";
    if (used.starts_with(kImage)) return use_image(std::string_view(used).substr(kImage.size()), span);
    const std::size_t at = used.rfind('@');
    const std::vector<std::string_view> parts = split(std::string_view(used).substr(0, at), '/');
    const bool is_action = at != std::string::npos && parts.size() >= 2 && used.find("${{") == std::string::npos &&
                           !parts[0].empty() && !parts[1].empty();
    if (!is_action) {
      out_.unread(span, "uses " + quote(used) + ", which is no action of a repository");
      return {};
    }
    const std::string repository = std::string(parts[0]) + "/" + std::string(parts[1]), ref = used.substr(at + 1);
    SUPPLY_TRY(const std::size_t entry, out_.add(repository, ref, span));
    SUPPLY_TRY(out_.say_type(entry, "github", parts[0], parts[1]));
    if (parts.size() > 2)
      SUPPLY_TRY(
          out_.say_subpath(entry, std::string_view(used).substr(repository.size() + 1, at - repository.size() - 1)));
    out_[entry].source = SourceKind::git;
    out_[entry].resolved = "https://github.com/" + repository;
    out_[entry].commit = ref;
    out_[entry].scope = pkg::Scope::development;
    return {};
  }

  // "alpine:3.18", "ghcr.io/o/n@sha256:…"
  Status use_image(std::string_view image, const Span& span) {
    const std::size_t at = image.find('@'), slash = image.rfind('/', at);
    const std::string_view before = image.substr(0, at);
    const std::size_t colon = before.find(':', slash == std::string_view::npos ? 0 : slash);
    const std::string_view tag = colon == std::string_view::npos ? std::string_view() : before.substr(colon + 1);
    std::string_view path = before.substr(0, colon), host;
    const std::string_view first = path.substr(0, path.find('/'));
    if (first.size() < path.size() && first.find_first_of(".:") != std::string_view::npos) {
      host = first;
      path.remove_prefix(first.size() + 1);
    }
    SUPPLY_TRY(const std::size_t entry,
               out_.add(path, at == std::string_view::npos ? tag : image.substr(at + 1), span));
    const std::size_t last = path.rfind('/');
    SUPPLY_TRY(out_.say_type(entry, "docker", last == std::string_view::npos ? "" : path.substr(0, last),
                             path.substr(last == std::string_view::npos ? 0 : last + 1)));
    if (!host.empty()) SUPPLY_TRY(out_.qualify(entry, "repository_url", std::string(host)));
    out_.from_registry(entry);
    out_[entry].scope = pkg::Scope::development;
    return {};
  }

  const Document& document_;
  LockBuilder& out_;
  std::set<std::string> seen_;
};

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_yaml(text));
  LockBuilder out("github");
  SUPPLY_TRY(Reader(document, out).read());
  return std::move(out).finish();
}

}  // namespace

namespace formats {
const Format& github_actions() {
  static const Format format = {.name = "github-actions", .matches = matches, .read = read, .of_build = true};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
