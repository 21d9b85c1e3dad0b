// What an engine runs, as `dashboard --host` shows it: asked, judged, compared, kept.
#pragma once

#include <string>
#include <vector>

#include "libsupply/verdict/report/run.hpp"
#include "tools/common/image.hpp"
#include "tools/supply/deployment_files.hpp"

namespace supply::tools {

struct RunningOptions {
  std::string host;     ///< "unix:///run/docker.sock"
  std::string lock;     ///< what gate --lock wrote; empty: none
  std::string policy;   ///< by which images are judged; empty: they are not
  std::string history;  ///< a file of JSON lines; empty: none
};

/// Asks once, judges once. `deployment.files` say what should run, where there are any. Errors: usage; those of the
/// engine and of the files. What a container or image does not answer is in the run.
Result<report::Run> judge_running(const RunningOptions& options, const DeploymentOptions& deployment,
                                  const Common& common, const Console& console);

}  // namespace supply::tools
