// Metadata of installed Python distributions. Pure functions.
// Source: packaging.python.org, "Core metadata specifications" 2.4, "Recording installed projects", PEP 639.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsupply/content/catalog/catalog.hpp"
#include "libsupply/content/pkg/spelling.hpp"

namespace supply::catalog {

struct PythonPackage {
  pkg::Package package;                ///< name as written; the purl has the normalised one
  std::vector<std::string> requires_;  ///< normalised names of Requires-Dist that no extra asks for
};

/// One METADATA or PKG-INFO. Errors: malformed (no name or no version), limit_exceeded.
Result<PythonPackage> parse_python_metadata(std::string_view text);
using pkg::normalized_python_name;
/// A file that has a checksum in a RECORD.
struct PythonRecorded {
  std::string path;  ///< relative to the directory that holds the .dist-info
  std::string algorithm;
  std::string hex;  ///< empty where the checksum is neither base64 nor hexadecimal digits
};
std::vector<PythonRecorded> parse_python_record_checksums(std::string_view text);
/// The paths in a RECORD, relative to the directory that holds the .dist-info.
std::vector<std::string> parse_python_record(std::string_view text);

}  // namespace supply::catalog
