// What poetry, pdm, uv and pylock.toml have in common: tables of packages that come as several files.
#pragma once

#include <map>
#include <string>
#include <utility>

#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {

/// The packages of a lock by their normalised names; a name may have several versions.
class PythonPackages {
 public:
  explicit PythonPackages(LockBuilder& out) : out_(out) {}
  void add(std::size_t entry) { entries_.emplace(std::pair(out_[entry].name, out_[entry].version), entry); }
  /// An entry for element `index` of the list at `pointer` ("/package"), by its name and version. Errors: those of
  /// required_name(), limit_exceeded.
  Result<std::size_t> add(const Document& document, const char* pointer, std::size_t index, const json::Value& element);
  /// `from` needs a package of that name; with a version, that one. Errors: limit_exceeded.
  Status depend(std::size_t from, std::string_view name, std::string_view version = {}) const;
  /// The entries of that name and, where one is said, of that version.
  std::vector<std::size_t> named(std::string_view name, std::string_view version = {}) const;

 private:
  LockBuilder& out_;
  std::multimap<std::pair<std::string, std::string>, std::size_t> entries_;  // by name and version
};

/// The hashes of an array of files: of each the member "hash" ("sha256:…"). Errors: malformed.
Status add_file_hashes(LockBuilder& out, std::size_t entry, const json::Value& files);
/// Errors: malformed (the element is no table, or has no name).
Result<std::string> required_name(const json::Value& package, const Span& span);

}  // namespace supply::locks
