// What `gate --deployment` does beside judging images: the lock, and digests in the files.
#pragma once

#include <set>

#include "tools/common/console.hpp"
#include "tools/supply/deployment_files.hpp"

namespace supply::tools {

struct PinOptions {
  std::string lock;  ///< a file for the lock; empty: none
  std::string pin;   ///< "." in place, "-" to standard output; empty: not
};

/// Each image of a deployment once, as an argument, with the names that the files have for it.
std::vector<std::pair<std::string, std::set<std::string>>> image_arguments(const deploy::Deployment& deployment);

/// What an image that was resolved says of its user, the weakest platform first.
deploy::ImageUser image_user(const policy::Facts& facts);

/// Writes the lock and the files with digests. Returns what was written and what was left out, for the report. Errors:
/// those of the files; usage (standard input in place).
Result<std::vector<std::string>> write_pins(const PinOptions& options, const std::vector<deploy::File>& given,
                                            const report::DeploymentReport& report, Console& console);

}  // namespace supply::tools
