// Every pin under some files and folders: what `supply pins check` says, and what provenance lists as dependencies.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "libsupply/base/io/file.hpp"
#include "libsupply/content/pins/pin.hpp"

namespace supply::pins {

struct Report {
  std::vector<std::string> files;    ///< that were read, sorted
  std::vector<Pin> pins;             ///< sorted by place
  std::vector<std::string> skipped;  ///< folders and links with pin files' names that were not entered, sorted
  std::vector<Finding> findings;     ///< one for each pin that is not plainly pinned, sorted; no error: all hold
};

/// Reads the files named, and in folders (not through links; .git, node_modules, vendored and virtual environments'
/// folders left out) every file that a format claims: Dockerfiles and Containerfiles, requirements and constraints
/// files and those that they include.
/// Errors: not_found (a path; or nothing under all of them in which a pin could stand), unsupported (a named file that
/// no format claims), malformed (no text), limit_exceeded, forbidden, unavailable; each names the path.
Result<Report> check(const std::vector<io::Path>& paths);

/// A record: files, skipped, pins (the findings' texts are theirs), and the number of pins per status.
nlohmann::json to_json(const Report& report);

}  // namespace supply::pins
