#include "tools/common/verdict.hpp"

#include "libsupply/verdict/report/format.hpp"

namespace supply::tools {

ExitCode exit_code_of(gate::Verdict verdict, bool audit) {
  switch (verdict) {
    case gate::Verdict::allow: return ExitCode::yes;
    case gate::Verdict::deny: return audit ? ExitCode::yes : ExitCode::no;
    case gate::Verdict::undecided: return ExitCode::unknown;
  }
  return ExitCode::unknown;
}

Result<std::vector<Output>> report_outputs(const std::vector<std::string>& values, bool json) {
  std::vector<std::string> names;
  for (const report::Format* format : report::all_formats()) names.emplace_back(format->name);
  SUPPLY_TRY(std::vector<Output> outputs, parse_outputs(values, names));
  if (outputs.empty()) outputs.push_back({json ? "json" : "text", std::nullopt});
  return outputs;
}

}  // namespace supply::tools
