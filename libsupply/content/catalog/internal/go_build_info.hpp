// What the Go linker writes into every program of what it was built from. Pure functions, and a search in a stream.
// Source: Go 1.26 src/debug/buildinfo/buildinfo.go and src/runtime/debug/mod.go.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/content/catalog/catalog.hpp"
#include "libsupply/content/catalog/internal/go_linked_version.hpp"
#include "libsupply/content/catalog/internal/go_pointed_info.hpp"

namespace supply::catalog {

struct GoBuildInfo {
  std::string go_version;           ///< "go1.26.8"
  std::string modules;              ///< the module text: lines "path", "mod", "dep", "=>", "build"
  std::string linked_version = {};  ///< "v1.31.4", which the linker put into the program; may be empty
  bool has_modules = true;          ///< false where the program has no build information, and is Go's all the same
};

/// Finds the build information while a program streams by, holding no more than that of it.
class GoBuildInfoSearch {
 public:
  void feed(std::string_view chunk);
  std::size_t held() const {
    return head_.capacity() + held_.capacity() + linked_.held() + pointed_.held() +
           (found_ ? found_->modules.size() : 0);
  }
  /// What was found when the program is at its end: a record for go_build_info_from_record(). Nothing in a program that
  /// is not Go's, but of one that UPX packed, which may be.
  std::optional<std::string> finish();

 private:
  enum class Got { yes, more, no };
  Got read_candidate(std::string_view bytes);

  std::string head_;  // the first bytes of the file
  std::string held_;  // what is not dismissed yet; begins at an offset in the file that is a multiple of 16
  bool old_format_ = false;
  bool too_large_ = false;
  std::optional<GoBuildInfo> found_;
  GoLinkedVersion linked_;
  GoPointedInfo pointed_;
};

/// What a record holds. Errors: unsupported (pointers, which Go wrote before 1.18, to what is not found; packed by
/// UPX), limit_exceeded, malformed (the program ends too early).
Result<GoBuildInfo> go_build_info_from_record(std::string_view record);

/// The main module, its dependencies and the standard library; the main module depends on the others.
/// Errors: malformed.
Result<std::vector<pkg::Package>> parse_go_modules(const GoBuildInfo& info);

}  // namespace supply::catalog
