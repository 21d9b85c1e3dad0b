// Every pin under some files and directories: what `supply pins check` says, and what provenance lists as dependencies.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "libsupply/base/io/file.hpp"
#include "libsupply/base/limits/budget.hpp"
#include "libsupply/content/pins/pin.hpp"
#include "libsupply/content/pins/scan.hpp"

namespace supply::pins {

struct Report {
  std::vector<std::string> files;    ///< that were read, sorted
  std::vector<std::string> others;   ///< read for their names ("dockerfile.go"), and found to be something else; sorted
  std::vector<Pin> pins;             ///< sorted by place
  std::vector<std::string> skipped;  ///< directories of other people's sources, left out; sorted
  std::vector<Unread> unread;        ///< what could integrity a pin and was not read, sorted: then the answer is no yes
  /// One for each pin that is not plainly pinned, of many in one file the first (ListedFindings); sorted. No error: all
  /// hold.
  std::vector<Finding> findings;
};

/// Reads the files named, and in directories (.git, node_modules, vendored and virtual environments' directories left
/// out) every file that a format matches: Dockerfiles and Containerfiles, requirements and constraints files and those
/// that they include. A link is read where it leads when that lies in the directory, else it is an unknown pin. A
/// constraint needs no hash: it installs nothing. What cannot be read is Report::unread, and the rest is read
/// nevertheless; so is what the budget does not pay for. Errors: not_found, when there is nothing in which a pin could
/// be; and when nothing could be read, why.
Result<Report> check(const std::vector<io::Path>& paths, Budget& budget);

/// A record: files, others, skipped, unread, pins (the findings' texts are theirs; of more than kRecordsListed those
/// that do not hold come first), how many are left out, and the number of pins per status.
nlohmann::json to_json(const Report& report);

}  // namespace supply::pins
