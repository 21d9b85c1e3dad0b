// What a policy must answer on recorded evidence: cases.yaml of a directory that `supply gate record` makes and
// `supply gate test` judges anew. A value. Schema: schemas/gate-cases.schema.json.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/result/result.hpp"
#include "libsupply/base/time/time.hpp"
#include "libsupply/image/oci/reference.hpp"

namespace supply::policy {

struct Case {
  std::string name;
  std::string image;      ///< where it is recorded: a layout in the directory, "images@sha256:…"
  oci::Reference called;  ///< what it was called: patterns are matched with that
  Time now;               ///< the time to judge by
  std::string expect;     ///< "allow", "deny" or "undecided"
  std::map<std::string, std::string> rules = {};  ///< by rule, the status that each of its outcomes must have
  std::set<std::string> findings = {};            ///< ids that must be among those that deny or are undecided
  std::size_t line = 0;
};

struct CaseFile {
  std::string policy;  ///< relative to the directory
  std::vector<Case> cases;
};

/// Errors: usage, with line and column; an unknown rule or status.
Result<CaseFile> read_cases(std::string_view yaml, const std::string& name);
/// The same as text, for a file that is made or added to.
std::string to_text(const CaseFile& file);

}  // namespace supply::policy
