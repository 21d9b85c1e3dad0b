#include "libsupply/trust/provenance/internal/sources.hpp"

#include <algorithm>

#include "libsupply/base/text/text.hpp"

namespace supply::provenance {
namespace {

// Adds what another place says to what is known. False: they contradict each other. A short name and the full one of
// the same branch or tag do not.
bool merge_ref(std::string& known, const std::string& other) {
  if (other.empty() || known == other) return true;
  const auto full = [](const std::string& a, const std::string& b) {
    return a == "refs/heads/" + b || a == "refs/tags/" + b;
  };
  if (known.empty() || full(other, known)) known = other;
  else if (!full(known, other)) return false;
  return true;
}

// An abbreviated commit and the full one that it begins do not contradict each other.
bool merge_commit(std::string& known, const std::string& other) {
  if (known.starts_with(other)) return true;
  if (!other.starts_with(known)) return false;
  known = other;
  return true;
}

std::string against(std::string_view what, std::string_view where, std::string_view is, std::string_view other_where,
                    std::string_view other) {
  return std::string(where) + " says " + std::string(what) + " " + quote(is) + ", and " + std::string(other_where) +
         " " + quote(other);
}

// The first contradiction stays.
void note(std::string& contradiction, std::string text) {
  if (contradiction.empty()) contradiction = std::move(text);
}

// One source while it is put together.
struct Draft {
  SourceClaim claim;
  SourceRepository source;
  std::string& contradiction;

  void ref(const std::string& other, std::string_view where) {
    // A commit in the place of a ref is a commit.
    if (is_commit(other)) return commits({to_lower(other)}, where);
    if (!merge_ref(source.ref, other)) note(contradiction, against("ref", claim.where, source.ref, where, other));
  }
  void commits(const std::vector<std::string>& others, std::string_view where) {
    for (const std::string& other : others)
      if (!merge_commit(source.commit, other))
        note(contradiction, against("commit", claim.where, source.commit, where, other));
  }
  // Nothing is compared with a commit that is not known in full: many begin alike.
  SourceRepository finish() && {
    if (!is_commit(source.commit)) source.commit.clear();
    return std::move(source);
  }
};

Draft draft(const SourceClaim& claim, std::string& contradiction) {
  auto uri = SourceUri::parse(claim.uri);
  Draft one{claim,
            {claim.uri, uri ? Result<SourceAddress>(uri->address) : Result<SourceAddress>(uri.error()), {}, {}},
            contradiction};
  if (!claim.ref_of_definition) {
    one.ref(claim.ref, claim.where);
    if (uri) one.ref(uri->ref, claim.where + ".uri");
  }
  one.commits(claim.commits, claim.where);
  return one;
}

void compare(Draft& one, const Hint& hint) {
  if (!one.source.address) return;
  const std::string& address = one.source.address->to_string();
  if (!hint.repository.empty() && !address.ends_with("/" + hint.repository))
    note(one.contradiction, against("repository", one.claim.where, address, hint.where, hint.repository));
  if (!hint.uri.empty()) {
    const auto uri = SourceUri::parse(hint.uri);
    if (!uri || uri->address != *one.source.address)
      note(one.contradiction, against("repository", one.claim.where, address, hint.where, hint.uri));
  }
  one.ref(hint.ref, hint.where);
  one.commits({to_lower(hint.commit)}, hint.where);
}

}  // namespace

std::vector<std::string> commits_in(const std::map<std::string, std::string>& digest) {
  std::vector<std::string> commits;
  // "sha256" too: GitLab's runner writes the commit under that name; a real SHA-256 there has 64 digits.
  for (const char* name : {"gitCommit", "sha1", "sha256"}) {
    const auto it = digest.find(name);
    if (it == digest.end() || it->second.empty()) continue;
    if (std::string_view(name) == "sha256" && it->second.size() != 40) continue;
    if (std::string commit = to_lower(it->second); commits.empty() || commits.back() != commit)
      commits.push_back(std::move(commit));
  }
  return commits;
}

bool is_git(const Resource& dependency) {
  if (dependency.uri.empty() || dependency.uri.starts_with("pkg:")) return false;
  for (const std::string_view scheme : {"git+", "git:", "git@", "ssh:"})
    if (dependency.uri.starts_with(scheme)) return true;
  const std::string_view address = std::string_view(dependency.uri).substr(0, dependency.uri.find_first_of("#?"));
  const std::vector<std::string> commits = commits_in(dependency.digest);
  return address.ends_with(".git") || address.ends_with(".git/") || address.find(".git@") != std::string_view::npos ||
         std::any_of(commits.begin(), commits.end(), is_commit) || dependency.digest.contains("gitCommit") ||
         dependency.digest.contains("gitTag");
}

SourceRepository source_of(const Resource& dependency, std::string& contradiction) {
  return draft({"dependency " + quote(dependency.uri), dependency.uri, {}, commits_in(dependency.digest)},
               contradiction)
      .finish();
}

void settle(std::span<const SourceClaim> claims, std::span<const Hint> hints, std::string_view dependencies,
            Provenance& out) {
  std::string& contradiction = out.contradiction;
  std::vector<Draft> drafts;
  for (const SourceClaim& claim : claims) drafts.push_back(draft(claim, contradiction));
  if (drafts.size() == 1)
    for (const Hint& hint : hints) compare(drafts.front(), hint);

  bool resolved = false;
  const Resource* other = nullptr;  // a repository that no claim names
  for (const Resource& dependency : out.dependencies) {
    const auto uri = SourceUri::parse(dependency.uri);
    bool is_source = false;
    for (Draft& one : drafts) {
      if (!uri || !one.source.address || !uri->address.may_be_same_repository(*one.source.address)) continue;
      is_source = is_source || *one.source.address == uri->address;
      one.ref(uri->ref, dependencies);
      one.commits(commits_in(dependency.digest), dependencies);
    }
    resolved = resolved || is_source;
    if (!is_source && other == nullptr && is_git(dependency)) other = &dependency;
  }
  const auto has_address = [](const Draft& one) { return static_cast<bool>(one.source.address); };
  if (const auto first = std::find_if(drafts.begin(), drafts.end(), has_address);
      !resolved && other != nullptr && first != drafts.end())
    note(contradiction, against("repository", first->claim.where, first->source.address->to_string(),
                                std::string(dependencies) + " has only", other->uri));
  for (Draft& one : drafts) out.sources.push_back(std::move(one).finish());
}

}  // namespace supply::provenance
