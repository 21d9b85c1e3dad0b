// What `provenance` and `release` both ask about a build.
#pragma once

#include <string>
#include <vector>

#include "libsupply/trust/provenance/generate.hpp"
#include "tools/common/console.hpp"

namespace CLI {
class App;
}

namespace supply::tools {

struct BuildOptions {
  std::string builder_id, build_type, source, invocation_id, started, finished;
  std::vector<std::string> parameters, dependencies, pins;
};

void add_build_options(CLI::App& verb, BuildOptions& options);
/// The provenance of the build that this process runs in. Says on the console what was left out.
/// Errors: usage, malformed (see provenance::make); those of pins::check.
Result<provenance::GeneratedProvenance> make_provenance(const BuildOptions& options, Console& console);

}  // namespace supply::tools
