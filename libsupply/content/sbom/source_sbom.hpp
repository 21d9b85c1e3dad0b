// From a directory with sources to its SBOM: what lock files fix and what is installed in it.
#pragma once

#include <string>
#include <vector>

#include "libsupply/content/sbom/image_sbom.hpp"
#include "libsupply/content/source/source_tree.hpp"

namespace supply::sbom {

struct SourceSbom {
  source::SourceTree source;
  DocumentSubject subject;
  Time created;
  std::vector<std::string> remarks;  ///< that the documents have: what was left out on purpose
  std::vector<std::string> texts;    ///< one for each of Request::formats
  std::vector<Files> files;          ///< those that are in each, where max_bytes has no room for all
};

/// `name` is what the document is about, as NAME or NAME:VERSION; without one it is the project that a lock file in the
/// directory itself names. Where the directory lies makes no difference: the same files, the same bytes.
/// Errors: those of read_source_tree and of the formats.
Result<SourceSbom> generate_of_source(const io::Path& directory, const std::string& name, const Request& request,
                                      Budget& budget);

/// What such a document says, without a text: for conversions and comparisons.
ParsedSbom described(SourceSbom sbom, const Request& request);

}  // namespace supply::sbom
