// supply-gate holds no code that could sign: its verification summaries are as they are.
#include "tools/supply/summary_signing.hpp"

#include <algorithm>

namespace supply::tools {

void add_summary_options(CLI::App&, SummaryOptions&) {}

Status check_summary_options(const SummaryOptions&, const std::vector<Output>& outputs, bool is_simulated, bool) {
  const auto is_summary = [](const Output& output) { return output.format == "vsa"; };
  if (is_simulated && std::any_of(outputs.begin(), outputs.end(), is_summary))
    return Error(ErrorCode::usage,
                 "--now with -o vsa: a verification summary says when it was verified, and is made of no simulated "
                 "time");
  return {};
}

Status deliver_summaries(const SummaryOptions&, const Common&, std::vector<Output>&, const report::Run&, Console&) {
  return {};
}

}  // namespace supply::tools
