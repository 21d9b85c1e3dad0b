// The build information of programs that Go 1.13 to 1.17 made: two pointers to strings, of which one is the version of
// Go and the other the module text. Pure, of a stream.
// Source: Go 1.17 src/cmd/go/internal/version/exe.go, src/cmd/link/internal/ld/data.go ((*Link).buildinfo); Go 1.26
// src/debug/buildinfo/buildinfo.go, which reads this form too.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/content/catalog/internal/go_program.hpp"
#include "libsupply/content/catalog/internal/program_addresses.hpp"

namespace supply::catalog {

/// Finds both strings whatever the chunks are, in a program whose data are behind its texts, as linkers write it. Holds
/// nothing of a program that is not Go's, and of others the last of the data before the build information.
class GoPointedInfo {
 public:
  void feed(std::string_view chunk);
  std::size_t held() const { return held_.capacity() + modules_.capacity() + versions_.size() * kVersionCost; }

  /// When the program is at its end: whether it is Go's, and what its headers load goes on behind its end.
  bool is_cut_off() const;

  struct Strings {
    std::string version, modules;  ///< the module text with its marks; empty where the program has none
  };
  /// When the program is at its end: what the pointers lead to; nothing where that cannot be told.
  std::optional<Strings> finish();

 private:
  static constexpr std::size_t kVersionCost = 192;
  struct Version {
    std::uint64_t offset;
    std::string bytes;
  };
  // A string as the program has it in its data: an address and a length.
  struct StringHeader {
    std::uint64_t address = 0;
    std::optional<std::uint64_t> offset;  // of this header in the file
    std::optional<std::uint64_t> at, size;
  };
  struct Pointers {
    std::size_t pointer_bytes;
    std::endian order;
    StringHeader version, modules;
  };
  void search(bool at_end);
  void forget(std::size_t bytes);
  void add_pointers(std::string_view info);
  void read_header(const Pointers& pointers, StringHeader& header) const;
  std::optional<std::string> version_at(const StringHeader& header) const;
  std::optional<std::string> modules_at(const StringHeader& header) const;

  GoProgram is_ = GoProgram::unknown;
  std::vector<MappedRange> ranges_;
  std::string held_;
  std::uint64_t offset_ = 0;  // in the file, of what is held
  std::size_t searched_ = 0;  // of what is held
  std::vector<Version> versions_;
  std::uint64_t modules_offset_ = 0;
  std::string modules_;  // from its first mark on
  bool modules_end_ = false;
  std::vector<Pointers> pointers_;
};

}  // namespace supply::catalog
