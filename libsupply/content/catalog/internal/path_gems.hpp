// The gems that Bundler loads from directories beside an application ("gem 'x', path: 'components/x'"), by its lock.
// Pure function. Source: Bundler, lib/bundler/lockfile_parser.rb (section PATH) and source/path.rb.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/result/result.hpp"

namespace supply::catalog {

struct PathGem {
  std::string directory;  ///< as the lock names it, relative to the lock
  std::string name, version;
  std::string platform;                ///< "" is any: "java"
  std::vector<std::string> requires_;  ///< names
};

/// What the PATH sections of a Gemfile.lock list. Errors: malformed (a line among their specs is no "NAME (VERSION)").
Result<std::vector<PathGem>> parse_path_gems(std::string_view lock);

}  // namespace supply::catalog
