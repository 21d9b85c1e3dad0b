// Which trusted root a verb believes: a file, and authorities that are given beside it. What was used is told.
#pragma once

#include <string>

#include "tools/common/trusted_root.hpp"

namespace CLI {
class App;
}

namespace supply::tools {

struct TrustedRootOptions {
  std::string file;  ///< --trusted-root
  std::string certificate_chain, ca_roots, ca_intermediates, timestamp_chain;

  /// Whether certificates' authorities are given one by one.
  bool gives_authorities() const { return !certificate_chain.empty() || !ca_roots.empty(); }
  /// Whether anything is said, so that a key's signature has all that comes with it judged too.
  bool any() const { return !file.empty() || gives_authorities() || !timestamp_chain.empty(); }
};

void add_trusted_root_options(CLI::App& verb, TrustedRootOptions& options);

/// The trusted root of trusted_root_for(), with the authorities that are given in place of its own. Errors: usage, and
/// those of trusted_root_for().
Result<ChosenTrustedRoot> trusted_root_of(const TrustedRootOptions& options, const Common& common, Console& console);

}  // namespace supply::tools
