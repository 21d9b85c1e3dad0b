#include "libsupply/trust/provenance/sources.hpp"

#include <algorithm>

#include "libsupply/base/bytes/text.hpp"

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

bool merge_commit(std::string& known, const std::string& other) {
  if (other.empty() || known == other) return true;
  if (!known.empty()) return false;
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
  Claim claim;
  Source source;
  std::string& contradiction;

  void ref(const std::string& other, std::string_view where) {
    // A commit in the place of a ref is a commit.
    if (is_commit(other)) return commit(to_lower(other), where);
    if (!merge_ref(source.ref, other)) note(contradiction, against("ref", claim.where, source.ref, where, other));
  }
  void commit(const std::string& other, std::string_view where) {
    if (!merge_commit(source.commit, other))
      note(contradiction, against("commit", claim.where, source.commit, where, other));
  }
};

Draft draft(const Claim& claim, std::string& contradiction) {
  auto uri = SourceUri::parse(claim.uri);
  Draft one{claim,
            {claim.uri, uri ? Result<SourceAddress>(uri->address) : Result<SourceAddress>(uri.error()), {}, {}},
            contradiction};
  if (!claim.ref_of_definition) {
    one.ref(claim.ref, claim.where);
    if (uri) one.ref(uri->ref, claim.where + ".uri");
  }
  one.commit(to_lower(claim.commit), claim.where);
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
  one.commit(to_lower(hint.commit), hint.where);
}

}  // namespace

std::string commit_in(const std::map<std::string, std::string>& digest) {
  // "sha256" too: GitLab's runner writes the commit under that name; a real SHA-256 there has 64 digits.
  for (const char* name : {"gitCommit", "sha1", "sha256"}) {
    const auto it = digest.find(name);
    if (it == digest.end() || !is_commit(it->second)) continue;
    if (std::string_view(name) == "sha256" && it->second.size() != 40) continue;
    return to_lower(it->second);
  }
  return {};
}

bool is_git(const Resource& dependency) {
  if (dependency.uri.empty() || dependency.uri.starts_with("pkg:")) return false;
  for (const std::string_view scheme : {"git+", "git:", "git@", "ssh:"})
    if (dependency.uri.starts_with(scheme)) return true;
  const std::string_view address = std::string_view(dependency.uri).substr(0, dependency.uri.find_first_of("#?"));
  return address.ends_with(".git") || address.ends_with(".git/") || address.find(".git@") != std::string_view::npos ||
         !commit_in(dependency.digest).empty() || dependency.digest.contains("gitCommit") ||
         dependency.digest.contains("gitTag");
}

Source source_of(const Resource& dependency) {
  auto uri = SourceUri::parse(dependency.uri);
  Source source{dependency.uri, uri ? Result<SourceAddress>(uri->address) : Result<SourceAddress>(uri.error()),
                uri ? uri->ref : std::string(), commit_in(dependency.digest)};
  if (is_commit(source.ref) && source.commit.empty()) source.commit = to_lower(source.ref);
  return source;
}

void settle(std::span<const Claim> claims, std::span<const Hint> hints, std::string_view dependencies,
            Provenance& out) {
  std::string& contradiction = out.contradiction;
  std::vector<Draft> drafts;
  for (const Claim& claim : claims) drafts.push_back(draft(claim, contradiction));
  if (drafts.size() == 1)
    for (const Hint& hint : hints) compare(drafts.front(), hint);

  bool resolved = false;
  const Resource* other = nullptr;  // a repository that no claim names
  for (const Resource& dependency : out.dependencies) {
    const auto uri = SourceUri::parse(dependency.uri);
    bool is_source = false;
    for (Draft& one : drafts) {
      if (!uri || !one.source.address || *one.source.address != uri->address) continue;
      is_source = true;
      one.ref(uri->ref, dependencies);
      one.commit(commit_in(dependency.digest), dependencies);
    }
    resolved = resolved || is_source;
    if (!is_source && other == nullptr && is_git(dependency)) other = &dependency;
  }
  const auto has_address = [](const Draft& one) { return static_cast<bool>(one.source.address); };
  if (const auto first = std::find_if(drafts.begin(), drafts.end(), has_address);
      !resolved && other != nullptr && first != drafts.end())
    note(contradiction, against("repository", first->claim.where, first->source.address->to_string(),
                                std::string(dependencies) + " has only", other->uri));
  for (Draft& one : drafts) out.sources.push_back(std::move(one.source));
}

}  // namespace supply::provenance
