// The version that the linker was told to put into a variable of a Go program (-X), where the build information does
// not say it: with -trimpath Go leaves the linker's flags out. Pure, of a stream. Source: Go 1.26
// src/cmd/link/internal/ld/data.go (addstrdata: such a string, and runtime.buildVersion, ends with a NUL as no other
// does, and the linker sorts them by their size), src/cmd/internal/buildid (the note "Go").
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "libsupply/content/catalog/internal/go_program.hpp"

namespace supply::catalog {

/// Finds texts like "v1.31.4" among those near the version of Go, whatever the chunks are. Holds little more than a
/// chunk, and nothing of a program that does not look like Go's.
class GoLinkedVersion {
 public:
  void feed(std::string_view chunk);
  std::size_t held() const { return held_.capacity(); }
  /// When the program is at its end: the version, or "" where there is none, or more than one. Of "1.3.6" and
  /// "1.3.6-1", as Debian's programs have both, it is the first.
  std::string finish();
  /// After finish(): the version of Go ("go1.26.5") of a program of Go's; "" of others, and where there are several.
  std::string go_version() const { return go_versions_.size() == 1 ? *go_versions_.begin() : std::string(); }

 private:
  void search(bool at_end);
  void search_around(std::size_t begin, std::size_t end);

  GoProgram is_ = GoProgram::unknown;
  std::string held_;
  std::size_t searched_ = 0;  // of what is held
  std::set<std::string> versions_, go_versions_;
};

}  // namespace supply::catalog
