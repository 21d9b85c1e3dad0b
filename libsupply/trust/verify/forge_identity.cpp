#include "libsupply/trust/verify/forge_identity.hpp"

#include <re2/re2.h>

#include <algorithm>

#include "libsupply/base/text/text.hpp"

namespace supply::verify {
namespace {

std::string quoted(std::string_view text) { return re2::RE2::QuoteMeta(re2::StringPiece(text.data(), text.size())); }

Error usage(std::string_view option, std::string_view text, std::string what) {
  return Error(ErrorCode::usage, std::string(option) + ' ' + quote(text) + ": " + std::move(what));
}

bool is_name(std::string_view text) {
  return !text.empty() && text != "." && text != ".." && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  });
}

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  for (std::size_t at = 0;;) {
    const std::size_t end = path.find('/', at);
    parts.push_back(path.substr(at, end == std::string_view::npos ? end : end - at));
    if (end == std::string_view::npos) return parts;
    at = end + 1;
  }
}

bool are_names(const std::vector<std::string_view>& parts) {
  return std::all_of(parts.begin(), parts.end(), [](std::string_view part) { return is_name(part); });
}

struct Repository {
  std::string_view path, ref;  // an empty ref: any
};

Result<Repository> repository_of(std::string_view option, std::string_view text) {
  const std::size_t at = text.find('@');
  const Repository repository{text.substr(0, at), at == std::string_view::npos ? "" : text.substr(at + 1)};
  if (at != std::string_view::npos && repository.ref.empty()) return usage(option, text, "no REF behind the @");
  return repository;
}

// "refs/tags/v1.0" alone, or "v1.0" as the name of a tag or a branch.
TextPattern ref_pattern(std::string_view ref) {
  if (ref.starts_with("refs/")) return TextPattern::exact(std::string(ref));
  return *TextPattern::regexp("^refs/(?:heads|tags)/" + quoted(ref) + "$");
}

TextPattern starting_with(const std::string& text) { return *TextPattern::regexp("^" + quoted(text) + "[^@]*@"); }
TextPattern file_at_any_ref(const std::string& text) { return *TextPattern::regexp("^" + quoted(text) + "@"); }

constexpr std::string_view kGithub = "https://github.com/", kWorkflows = ".github/workflows/";

// How a certificate of github.com names the workflow.
Result<TextPattern> github_workflow(const std::string& repository, std::string_view workflow) {
  if (workflow.empty()) return starting_with(std::string(kGithub) + repository + '/');
  if (workflow.find('@') != std::string_view::npos || workflow.starts_with('/') || workflow.ends_with('/'))
    return usage("--workflow", workflow, "want the path of a workflow's file, as .github/workflows/release.yml");
  if (workflow.starts_with(kWorkflows))
    return file_at_any_ref(std::string(kGithub) + repository + '/' + std::string(workflow));
  if (workflow.find('/') == std::string_view::npos)
    return file_at_any_ref(std::string(kGithub) + repository + '/' + std::string(kWorkflows) + std::string(workflow));
  if (parts_of(workflow).size() < 3)
    return usage("--workflow", workflow,
                 "want .github/workflows/FILE, or ORG/REPO/.github/workflows/FILE of another "
                 "repository");
  return file_at_any_ref(std::string(kGithub) + std::string(workflow));
}

}  // namespace

Result<std::vector<TrustedIdentity>> github_identity(std::string_view text, std::string_view workflow) {
  SUPPLY_TRY(const Repository repository, repository_of("--github", text));
  const auto parts = parts_of(repository.path);
  if (parts.size() != 2 || !are_names(parts))
    return usage("--github", text,
                 "want ORG/REPO or ORG/REPO@REF; for an enterprise server, --certificate-identity "
                 "with --certificate-oidc-issuer");
  const std::string path(repository.path);
  SUPPLY_TRY(const TextPattern name, github_workflow(path, workflow));
  TrustedIdentity now{{name}, {TextPattern::exact(std::string(kGithubIssuer))}};
  now.extensions.emplace("12", TextPattern::exact(std::string(kGithub) + path));
  TrustedIdentity before{now.names, now.issuers};  // certificates of 2022 have only this
  before.extensions.emplace("5", TextPattern::exact(path));
  if (!repository.ref.empty()) {
    now.extensions.emplace("14", ref_pattern(repository.ref));
    before.extensions.emplace("6", ref_pattern(repository.ref));
  }
  return std::vector<TrustedIdentity>{std::move(now), std::move(before)};
}

Result<std::vector<TrustedIdentity>> gitlab_identity(std::string_view text, std::string_view workflow) {
  SUPPLY_TRY(const Repository repository, repository_of("--gitlab", text));
  std::string host(kGitlabIssuer);
  std::string_view path = repository.path;
  if (path.starts_with("https://")) {
    const std::size_t end = path.find('/', 8);
    if (end == std::string_view::npos || end == 8) return usage("--gitlab", text, "want https://HOST/GROUP/PROJECT");
    host = std::string(path.substr(0, end));
    path.remove_prefix(end + 1);
  }
  const auto parts = parts_of(path);
  if (parts.size() < 2 || !are_names(parts))
    return usage("--gitlab", text, "want GROUP/PROJECT or GROUP/PROJECT@REF, or https://HOST/GROUP/PROJECT");
  if (workflow.find('@') != std::string_view::npos || workflow.starts_with('/'))
    return usage("--workflow", workflow, "want the path of the pipeline's file, as .gitlab-ci.yml");
  const std::string project = host + '/' + std::string(path);
  TrustedIdentity identity{
      {workflow.empty() ? starting_with(project + "//") : file_at_any_ref(project + "//" + std::string(workflow))},
      {TextPattern::exact(host)}};
  identity.extensions.emplace("12", TextPattern::exact(project));
  if (!repository.ref.empty()) identity.extensions.emplace("14", ref_pattern(repository.ref));
  return std::vector<TrustedIdentity>{std::move(identity)};
}

}  // namespace supply::verify
