#include "libsupply/base/text/find_bytes.hpp"

#include <cstdint>
#include <cstring>

namespace supply {
namespace {

// Compared byte by byte at once; a byte that is equal has all bits in the result.
using Block = char __attribute__((vector_size(16)));
constexpr std::size_t kBlock = sizeof(Block), kStep = 2 * kBlock;

Block load(const char* from) {
  Block block;
  std::memcpy(&block, from, kBlock);
  return block;
}

Block all_of(char c) {
  Block block;
  std::memset(&block, c, kBlock);
  return block;
}

bool any(Block block) {
  std::uint64_t halves[2];
  std::memcpy(halves, &block, kBlock);
  return (halves[0] | halves[1]) != 0;
}

}  // namespace

std::size_t find_bytes(std::string_view bytes, std::string_view what, std::size_t from) {
  if (bytes.size() < what.size()) return std::string_view::npos;
  const std::size_t end = bytes.size() - what.size() + 1, to_last = what.size() - 1;
  const Block first = all_of(what.front()), last = all_of(what.back());
  const auto may_begin_at = [&](const char* at) {
    return static_cast<Block>((load(at) == first) & (load(at + to_last) == last));
  };
  std::size_t at = from;
  for (; at < end && end - at >= kStep; at += kStep) {
    const char* const step = bytes.data() + at;
    if (!any(may_begin_at(step) | may_begin_at(step + kBlock))) continue;
    for (std::size_t i = at; i < at + kStep; ++i)
      if (bytes.substr(i).starts_with(what)) return i;
  }
  for (; at < end; ++at)
    if (bytes.substr(at).starts_with(what)) return at;
  return std::string_view::npos;
}

}  // namespace supply
