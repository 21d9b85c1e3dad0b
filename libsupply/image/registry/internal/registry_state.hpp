// What a Registry remembers within a run. For the .cpp files of this room.
#pragma once

#include <deque>

#include "libsupply/image/registry/registry.hpp"

namespace supply::registry {

struct Registry::State {
  std::mutex mutex;
  /// Manifests that were read and checked, newest first, up to kBytesKept together.
  std::deque<FetchedManifest> kept;
  std::size_t kept_bytes = 0;
  bool no_referrers_api = false;
  /// Whether the registry heeds If-Match when a manifest is put.
  enum class Conditions { unknown, ignored, honoured } conditions = Conditions::unknown;
  /// Upload sessions that a mount which was not granted has left open.
  std::map<Digest, http::Url> sessions;
  std::mutex editing;  ///< one editor of referrers tags at a time in this process
};

}  // namespace supply::registry
