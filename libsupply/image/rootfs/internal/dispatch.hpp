// Which collectors are asked for a file: a few look-ups, however many collectors there are.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "libsupply/image/rootfs/collector.hpp"

namespace supply::rootfs {

/// Of the collectors' selects. One thread.
class Dispatch {
 public:
  /// The collectors' selects must outlive it.
  explicit Dispatch(const std::vector<const Collector*>& collectors);
  /// Indexes of the collectors that select a file of that path and first bytes, ascending. Valid until the next call.
  std::span<const std::uint32_t> asked(std::string_view path, std::string_view head);

 private:
  using Named = std::unordered_map<std::string_view, std::vector<std::uint32_t>>;
  /// By their first byte.
  using Beginning = std::array<std::vector<std::pair<std::string_view, std::uint32_t>>, 256>;
  void add(const Named& named, std::string_view key);
  void add(const Beginning& beginning, std::string_view text);

  std::vector<std::uint32_t> always_, asked_;
  Named names_, suffixes_, directories_;
  Beginning prefixes_, magics_;
  std::size_t longest_suffix_ = 0;
  std::string suffix_;  // of the file that is asked about, in lower case
};

}  // namespace supply::rootfs
