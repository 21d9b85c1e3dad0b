// How a format makes a LockFile: entries with canonical purls, their hashes and edges, within limits.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/result/result.hpp"
#include "libsupply/content/locks/lock.hpp"

namespace supply::locks {

/// "line 7: what". malformed.
Error wrong_at(const Span& span, std::string_view what);
/// A version of the format that is not known. unsupported.
Error unknown_version(std::string_view version);
/// As PEP 503 normalises the names of Python's packages.
std::string python_name(std::string_view name);
/// "name" of "name[extra]>=1; marker". Source: PEP 508.
std::string python_requirement_name(std::string_view requirement);
/// The members of an object, or nothing where it is none.
const nlohmann::json& members(const nlohmann::json& object, std::string_view key);
/// The elements of an array, or nothing where it is none.
const nlohmann::json& elements(const nlohmann::json& object, std::string_view key);
/// A member that is a text, else "".
std::string text_in(const nlohmann::json& object, std::string_view key);

class LockBuilder {
 public:
  /// Of a purl type, by whose rules names are parted into namespace and name.
  explicit LockBuilder(std::string_view purl_type) : type_(purl_type) {}

  /// Adds an entry. Errors: malformed (no name, a name or version that no purl can have), limit_exceeded.
  Result<std::size_t> add(std::string_view name, std::string_view version, const Span& span,
                          std::map<std::string, std::string> qualifiers = {});
  LockEntry& operator[](std::size_t entry) { return lock_.entries[entry]; }
  std::size_t size() const { return lock_.entries.size(); }

  /// Makes the entry's purl one of another type. Errors: malformed.
  Status say_type(std::size_t entry, std::string_view type, std::string_view name_space, std::string_view name);
  Status say_subpath(std::size_t entry, std::string_view subpath);
  Status qualify(std::size_t entry, std::string_view key, std::string value);
  /// Where the entry comes from; of git and url, the purl says so too. Source: purl-spec, vcs_url and download_url.
  Status from_git(std::size_t entry, std::string_view url, std::string_view commit);
  Status from_url(std::size_t entry, std::string_view url);
  void from_path(std::size_t entry, std::string_view path);
  void from_registry(std::size_t entry, std::string_view address = {});

  /// A hash in hexadecimal digits; whether it is of a known form. What is none is not taken.
  bool take_hash(std::size_t entry, std::string_view algorithm, std::string_view digits);
  /// The same; where it is of no known form, the entry has none, and a part of the file was not read.
  void hash(std::size_t entry, std::string_view algorithm, std::string_view digits);
  /// "sha256:…" or "sha256=…".
  void hash(std::size_t entry, std::string_view text);
  /// "sha512-… sha1-…". Source: W3C Subresource Integrity.
  void integrity(std::size_t entry, std::string_view text);
  /// A hash of another kind, as written.
  void other_hash(std::size_t entry, std::string_view algorithm, std::string_view value);

  /// `from` needs `to`. Errors: limit_exceeded.
  Status depend(std::size_t from, std::size_t to);
  /// A look-up of so many bytes was made. Errors: limit_exceeded.
  Status looked_up(std::size_t bytes);
  /// Gives entries without a scope the scope of what needs them: what is reached from `roots` at all, by runtime before
  /// optional before development.
  void spread_scopes(const std::vector<std::pair<std::size_t, pkg::Scope>>& roots);
  void unread(const Span& span, std::string_view reason);

  /// Sorted, credentials masked.
  LockFile finish() &&;
  LockFile& lock() { return lock_; }

 private:
  Status change(std::size_t entry, pkg::PurlParts parts);
  std::string type_;
  LockFile lock_;
  std::size_t edges_ = 0, lookups_ = 0;
};

}  // namespace supply::locks
