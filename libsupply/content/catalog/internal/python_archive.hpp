// Python distributions in a zip archive that Python imports from: an egg, a zipapp, what shiv and pex make.
// Pure functions. Source: CPython, Lib/zipimport.py, Lib/importlib/metadata (FastPath.zip_children); setuptools, "The
// Internal Structure of Python Eggs"; the layouts of shiv (site-packages/) and pex (.deps/FILE.whl/).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/limits/budget.hpp"
#include "libsupply/base/result/result.hpp"

namespace supply::catalog {

/// One distribution's header, as PythonHeaderReader has it.
struct PythonArchiveMember {
  std::string place;   ///< of its METADATA or PKG-INFO in the archive
  std::string header;  ///< see to_text(); empty where `fault` says why it could not be read
  std::string fault;
};

struct PythonArchive {
  std::vector<PythonArchiveMember> members;  ///< where Python or the archive's own loader looks
  bool has_others = false;                   ///< metadata lie elsewhere in it too
  std::string fault;                         ///< why the archive could not be read
};

/// What it unpacks is drawn from `share`. Errors: limit_exceeded from `share`; all others are faults.
Result<PythonArchive> read_python_archive(std::string_view bytes, Share& share);

/// To keep it with a layer's facts, and back. Errors: malformed.
std::string to_record(const PythonArchive& archive);
Result<PythonArchive> python_archive_from_record(std::string_view record);

/// Whether bytes that stream by can be such an archive: they hold a central directory and a name with "dist-info" or
/// "egg-info" in any case, members' names being there as they are. One thread.
class PythonArchiveSearch {
 public:
  void feed(std::string_view chunk);
  bool found() const { return archive_ && metadata_; }

 private:
  void look(std::string_view bytes);

  std::string tail_;
  bool archive_ = false, metadata_ = false;
};

}  // namespace supply::catalog
