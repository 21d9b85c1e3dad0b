// Where the members of a tar lie, found by reading its headers alone, for a file that can be read at any place.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "libsupply/base/archive/tar_reader.hpp"
#include "libsupply/base/limits/budget.hpp"
#include "libsupply/base/limits/image_limits.hpp"

namespace supply::archive {

struct TarMember {
  std::string path, link;     ///< as written
  std::uint64_t begin = 0;    ///< of its first header
  std::uint64_t content = 0;  ///< where its stored bytes begin
  std::uint64_t size = 0;     ///< of its content
  std::uint64_t end = 0;      ///< behind its padding, where the next one begins
  TarType type = TarType::file;
  bool sparse = false;                ///< the stored bytes are not the content
  bool mode_says_other_type = false;  ///< as in TarEntry
};

struct TarIndex {
  std::vector<TarMember> members;  ///< in the order of the tar; a name may be there several times
  std::uint64_t end = 0;           ///< of the last member
};

/// Fills `into` from that place; fewer bytes only where the file ends.
using ReadAt = std::function<Result<std::size_t>(std::uint64_t offset, std::span<char> into)>;

/// Each member draws an entry and the memory that it takes from `share`, if there is one, before the next is read.
/// Errors: malformed (also for a tar that is cut off), limit_exceeded (kMaxArchiveEntries, kMaxArchiveNameBytes, the
/// budget, and those of TarReader), and those of `read_at`.
Result<TarIndex> read_tar_index(const ReadAt& read_at, std::uint64_t size, Share* share = nullptr);

/// The header of a regular file (mode 0644, owner 0, time 0), with a pax header in front where the name or the size
/// needs one. Source: POSIX.1-2017 pax.
std::string tar_header(std::string_view path, std::uint64_t size);
/// The zero bytes that follow so much content.
std::string_view tar_padding(std::uint64_t size);
/// What ends a tar.
std::string_view tar_end();

}  // namespace supply::archive
