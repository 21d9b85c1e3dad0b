// Sources of ADD that come from elsewhere: files by http, git repositories. Source:
// docs.docker.com/reference/dockerfile "ADD"; BuildKit's ParseGitRef.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libsupply/content/pins/internal/expand_variables.hpp"
#include "libsupply/content/pins/pin.hpp"

namespace supply::pins {

/// A full commit: 40 (SHA-1) or 64 (SHA-256) hex digits in lower case.
bool is_commit(std::string_view text);

/// Judges one source of ADD into `pin` (kind, status, digest, reason, remedy). False when it is a file of the context.
/// `checksum` is the expanded value of --checksum, if there is one.
bool judge_source(const Expansion& source, const std::optional<Expansion>& checksum, Pin& pin);

}  // namespace supply::pins
