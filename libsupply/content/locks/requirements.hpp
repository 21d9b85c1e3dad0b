// A requirements file as pip reads it in --require-hashes mode: one entry per requirement, judged by the hash that
// holds it. Pins ask it; what a requirements file says without an opinion is its LockFile (lock.hpp).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/result/result.hpp"

namespace supply::locks {

/// How an entry is held. "Verified" is none of them: that takes the artifact, and here is only the file.
enum class Integrity {
  unknown,         ///< could not be read as something that pip would take: never ok (the default value)
  hash_only,       ///< at least one strong hash, nothing weak: ok
  weak,            ///< held by MD5, SHA-1 or a git commit (SHA-1) only
  unhashed,        ///< no hash
  mutable_ref,     ///< a range, a branch, a local directory: what it names can change
  plaintext_http,  ///< fetched over http, or with the host's certificate unchecked
};
/// "hash-only", "mutable-ref", …: as it is in reports. The view is of static storage.
std::string_view to_string(Integrity integrity);

struct Requirement {
  std::size_t line = 0;             ///< where it begins, from 1
  bool option = false;              ///< an option's line ("--index-url …"), no requirement
  std::string name;                 ///< normalised (PEP 503); empty for a bare URL or path
  std::string version;              ///< of "==" or "==="; empty otherwise
  std::string text;                 ///< as written, hashes left out and a URL's credentials masked
  std::string address;              ///< of a URL or a path, credentials masked; empty for a name alone
  std::vector<std::string> hashes;  ///< "sha256:…", lower case, as written and valid; strong ones only
  Integrity integrity = Integrity::unknown;
  std::string reason;  ///< why it is not hash_only; empty when it is
  std::string remedy;  ///< what to do then
};

/// Another file that belongs to this one (-r, -c), relative to the file's directory, as written.
struct Include {
  std::size_t line = 0;
  std::string path;
  bool constraint = false;  ///< -c: what it lists is not installed for being there, and needs no hash
};

struct RequirementsFile {
  std::vector<Requirement> entries;  ///< in the file's order
  std::vector<Include> includes;
};

/// Whether a file of this path is one, by its name alone ('/' between components).
bool is_requirements_file(std::string_view path);
/// Errors: malformed (not text), limit_exceeded. What pip would refuse is an entry that says so.
Result<RequirementsFile> read_requirements(std::string_view text);

}  // namespace supply::locks
