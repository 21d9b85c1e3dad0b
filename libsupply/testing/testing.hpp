// What tests share: directories that go away, golden files, the directory of test data. Tests only.
#pragma once

#include <filesystem>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace supply::testing {

/// A new empty directory, removed with all that is in it at the end of the object's life.
class TempDirectory {
 public:
  TempDirectory();
  ~TempDirectory();
  TempDirectory(const TempDirectory&) = delete;
  TempDirectory& operator=(const TempDirectory&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

/// testdata/<name> in the source tree.
std::filesystem::path testdata(std::string_view name);
/// The file's bytes; throws when it cannot be read.
std::string read(const std::filesystem::path& path);
void write(const std::filesystem::path& path, std::string_view bytes);
/// Whether `actual` equals the golden file; with SUPPLY_ACCEPT=1 in the environment the file is written instead.
bool matches_golden(const std::filesystem::path& golden, std::string_view actual);
/// Copies a directory into another, writable.
void copy_directory(const std::filesystem::path& from, const std::filesystem::path& to);

/// Whether the program is there. When it is not, the case fails under SUPPLY_REQUIRE_PROGRAMS=1 (which ci/test sets:
/// ci/setup installs every program that tests run); elsewhere it is to return, is named on stderr as SKIPPED, and the
/// whole test program ends with exit code 77 when nothing failed, which ctest shows as skipped.
bool needs(std::string_view program);
bool needs_file(const std::filesystem::path& path);
/// Whether there is data beside the project's directory (../shared) that a checkout alone does not have. When not, the
/// case is to return, and is shown as skipped, under SUPPLY_REQUIRE_PROGRAMS=1 too.
bool is_beside_project(const std::filesystem::path& path);
/// The file that ci/registry_data.py takes from a registry's package, or an empty path: then the case is to return, and
/// is shown as skipped, under SUPPLY_REQUIRE_PROGRAMS=1 too.
std::filesystem::path registry_data(std::string_view name);
/// What a loop that checks something goes over, as it is; throws when it is empty, for then nothing would be checked.
template <class Range>
Range some(Range&& range) {
  if (std::begin(range) == std::end(range)) throw std::logic_error("there is nothing here to check");
  return std::forward<Range>(range);
}
/// What main() of a test program returns for what Catch returned.
int exit_code(int failed);

}  // namespace supply::testing
