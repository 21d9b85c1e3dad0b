// Compose files as one project: variables, include, extends, merge. For the .cpp files of this room.
#pragma once

#include "libsupply/content/deploy/internal/compose_value.hpp"

namespace supply::deploy {

struct ComposeFile {
  std::string name;
  std::uint32_t number = 0;           ///< in Deployment::files
  std::vector<yaml::Node> documents;  ///< read by yaml::Schema::compose
};

struct ComposeProject {
  yaml::Node root;  ///< merged; extends and include are gone
  std::map<std::uint32_t, std::string>
      directories;  ///< by the number of a file: what its relative paths are relative to
  UnsetPlaces unset;
  Variables variables;
  mutable ComposeAccount account;  ///< what the project has grown to; what is read of it later counts too
};

/// Adds the files that it opens to `files`. Errors: malformed, limit_exceeded, and those of `options.open`; each with
/// file, line and column. Source: compose-go, loader.
Result<ComposeProject> load_project(std::vector<ComposeFile> given, const Options& options,
                                    std::vector<std::string>& files);

/// `path` as seen from `directory`, without "." and "..". A "~" is left as it is.
std::string resolved(const std::string& directory, const std::string& path);

}  // namespace supply::deploy
