// Looks for the versions of known programs in a file while it streams by; holds no more than a chunk of it. One thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/content/catalog/internal/program_table.hpp"

namespace supply::catalog {

class ProgramSearch {
 public:
  /// `base_name` is the last component of the file's path, and chooses the kinds; `is_executable` whether its first
  /// bytes say that it is a program.
  ProgramSearch(std::string_view base_name, bool is_executable);
  /// For the runtimes that an executable of any name may have in it.
  static ProgramSearch of_runtimes();
  /// Whether the file can be any program of the table.
  bool has_kinds() const { return !wanted_.empty(); }
  void feed(std::string_view chunk);
  std::size_t held() const { return buffer_.capacity(); }
  /// What was found when the file is at its end: a record for programs_from_record(), or nothing.
  std::optional<std::string> finish();

 private:
  struct Wanted {
    const ProgramKind* kind;
    std::string version;
    bool proved = false;
    int applications = 0;  // how often its application text was there
  };
  ProgramSearch() = default;
  void search(bool at_end);
  static bool is_found(const Wanted& each);
  bool has_application(std::string_view name) const;

  std::vector<Wanted> wanted_;
  std::string name_version_;  // "3.11" of "libpython3.11.so.1.0"
  std::string buffer_;        // the last bytes that were fed
  bool is_text_ = false, too_long_ = false;
};

struct FoundProgram {
  const ProgramKind* kind;
  std::string_view version;  ///< into the record; empty where there is none
  bool has_application = false;
};
/// What a record of a file of that name holds. Lines that are none of the table are passed over.
std::vector<FoundProgram> programs_from_record(std::string_view base_name, std::string_view record);

}  // namespace supply::catalog
