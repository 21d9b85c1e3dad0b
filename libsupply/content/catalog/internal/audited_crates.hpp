// What cargo-auditable puts into a Rust program: a zlib stream of JSON that lists the crates it was built from.
// Source: https://github.com/rust-secure-code/cargo-auditable, PARSING.md and cargo-auditable.schema.json.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/archive/zlib.hpp"
#include "libsupply/base/limits/budget.hpp"
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/content/pkg/package.hpp"

namespace supply::catalog {

/// Finds the list while a program streams by (ELF, PE, Mach-O: the section's bytes are the same), and holds little more
/// than the list. One thread.
class AuditedCratesSearch {
 public:
  /// `limit` is of the list as JSON (the default is kMaxAuditedCratesBytes).
  explicit AuditedCratesSearch(std::size_t limit);
  void feed(std::string_view chunk);
  std::size_t held() const;
  /// A record for audited_crates_from_record(); nothing in a program without a list.
  std::optional<std::string> finish();

 private:
  void search(std::string_view bytes, bool at_end);
  bool begins_list() const;

  std::size_t limit_;
  std::uint64_t fed_ = 0, tried_ = 0;
  std::string held_;                               // the last bytes, where a list may begin
  std::optional<archive::ZlibInflater> inflater_;  // made for the first trial
  bool found_ = false;
  archive::ZlibInflater::State state_ = archive::ZlibInflater::State::more;
};

/// The crates of a record, those of build scripts and procedural macros left out: they are not in the program. Each
/// depends on those that it names. Errors: malformed (also for a list over its
/// limit), limit_exceeded (the budget).
Result<std::vector<pkg::Package>> audited_crates_from_record(std::string_view record, Share& share);

}  // namespace supply::catalog
