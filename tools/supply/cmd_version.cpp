#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "tools/common/verb.hpp"
#include "tools/common/version.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
};

Result<ExitCode> run_version(const Options& options, Console& console) {
  if (options.common.json)
    console.print(json::to_pretty_text({{"version", 1}, {"name", console.program()}, {"release", kVersion}}));
  else console.print(console.program() + " " + std::string(kVersion) + "\n");
  return ExitCode::yes;
}

}  // namespace

void add_version(CLI::App& app, Run& run) {
  add_verb<Options>(
      app, run, "version", "Print the version", [](CLI::App&, Options&) {}, run_version);
}

}  // namespace supply::tools
