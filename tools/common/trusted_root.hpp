// Which trusted root a verb uses: the user's file, the one that a TUF repository keeps up to date, or the built-in one.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "libsupply/trust/root/trusted_root.hpp"
#include "tools/common/command.hpp"

namespace supply::tools {

struct ChosenTrustedRoot {
  root::TrustedRoot root;
  std::vector<root::TrustedRoot> others = {};  ///< of a file with several, each an instance of its own
  std::vector<std::string> authorities = {};   ///< files that took the place of the root's authorities
  std::string text;                            ///< trusted_root.json
  std::string source;                          ///< "file", "tuf", "built-in"
  std::string where;                           ///< the file, or the address of the TUF repository
  std::string date;    ///< of a built-in one, the day on which it was put in; of TUF's, until when it holds
  std::string sha256;  ///< of `text`

  /// "the built-in one of 2026-11-29 (sha256 6494e21ea73f...)"
  std::string description() const;
  /// The member "trustedRoot" of reports.
  nlohmann::json to_json() const;
};

/// `file` is --trusted-root. When it is empty: what `supply trust init` and `update` keep below the cache, if that
/// holds now; else the built-in root of the public-good instance, unless another instance is followed, which nothing
/// stands in for. Opens no socket. Errors: usage (a file that is none; another instance in a cache that only the
/// environment names), and of the other instance's cache unavailable (expired), not_found, mismatch, forbidden.
Result<ChosenTrustedRoot> trusted_root_for(const std::string& file, const Common& common, Console& console);

/// Where `supply trust` keeps what it follows. Errors: usage, when there is no cache.
Result<std::string> trust_directory(const Common& common);

inline constexpr const char* kTrustedRootTarget = "trusted_root.json";

}  // namespace supply::tools
