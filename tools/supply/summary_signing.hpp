// Signed verification summaries (VSA) of the gate. supply-gate links another source: it holds no code that signs.
#pragma once

#include <string>
#include <vector>

#include "libsupply/verdict/report/run.hpp"
#include "tools/common/console.hpp"

namespace CLI {
class App;
}

namespace supply::tools {

struct Common;

struct SummaryOptions {
  std::string key;       ///< empty: summaries are not signed
  std::string verifier;  ///< verifier.id; empty: the gate's own
  bool attest = false;   ///< attach each to its image
};

void add_summary_options(CLI::App& verb, SummaryOptions& options);

/// Errors: usage, for options that ask for nothing, or for what cannot be signed (--now, --attest with --platform).
Status check_summary_options(const SummaryOptions& options, const std::vector<Output>& outputs, bool is_simulated,
                             bool is_one_platform);
/// Writes what -o vsa asks for as one DSSE envelope a line, takes it from `outputs`, and attaches each summary where
/// --attest says so; without a key, nothing. Errors: those of the key, the files and the images' stores; mismatch where
/// an image's name leads elsewhere by now.
Status deliver_summaries(const SummaryOptions& options, const Common& common, std::vector<Output>& outputs,
                         const report::Run& run, Console& console);

}  // namespace supply::tools
