// A place in a source tree where something from elsewhere is named, and whether a hash holds it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/digest/digest.hpp"
#include "libsupply/base/finding/finding.hpp"

namespace supply::pins {

/// What the reference names.
enum class PinKind { unknown, image, frontend, url, git, package };
std::string_view to_string(PinKind kind);

enum class PinStatus {
  unknown,       ///< a form that could pin a reference and cannot be resolved: never ok (the default value)
  pinned,        ///< a digest or hash holds it
  default_only,  ///< held by the default of an ARG, which --build-arg overrides: ok as the file is, with a warning
  unpinned,      ///< a tag, a branch, or a file without checksum
  unhashed,      ///< a package without hash
  mutable_ref,   ///< a package by range, branch or local directory
  weak,          ///< held by MD5, SHA-1 or a shortened commit
  plaintext,     ///< fetched over http
};
/// "pinned", "pinned-by-default-only", …. The view is of static storage.
std::string_view to_string(PinStatus status);

struct Pin {
  Location place;  ///< file and line; a RUN's mounts are at the line of the instruction
  PinKind kind = PinKind::unknown;
  std::string role;              ///< "FROM", "COPY --from", "RUN --mount", "ADD", "# syntax", "requirement"
  std::string text;              ///< as written; a URL's credentials masked
  std::string resolved;          ///< with the defaults of ARGs filled in; empty when unknown
  std::optional<Digest> digest;  ///< what holds it: of an image, a file (--checksum, --hash); the first of several
  std::size_t hashes = 0;        ///< of a package: how many hashes integrity it, one for each file that it may come as
  std::string commit;            ///< of a git source: the whole commit that holds it
  std::string platform;          ///< of FROM --platform, when it is a constant
  PinStatus status = PinStatus::unknown;
  std::string reason;  ///< why it is not pinned; empty when it is
  std::string remedy;
};

/// The finding for a pin that is not plainly pinned: an error, or a warning for default_only. Rule "pins/<status>".
Finding to_finding(const Pin& pin);

}  // namespace supply::pins
