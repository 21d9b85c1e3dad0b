// What tests share: folders that go away, golden files, the folder of test data. Tests only.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace supply::testing {

/// A new empty folder, removed with all that is in it at the end of the object's life.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
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
/// Copies a folder into another, writable.
void copy_folder(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace supply::testing
