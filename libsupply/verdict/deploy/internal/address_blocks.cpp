#include "libsupply/verdict/deploy/internal/address_blocks.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>

namespace supply::deploy {

using yaml::Node;

namespace {

// The addresses of a block, as their first 32 bits: whether blocks cover everything shows in them, for IPv6 as well as
// IPv4. A block of IPv6 that is smaller than that covers nothing of it.
struct Block {
  std::uint64_t from = 0, to = 0;
};

std::optional<Block> block_of(std::string_view cidr, int family) {
  const std::size_t slash = cidr.find('/');
  if (slash == std::string_view::npos || (cidr.find(':') != std::string_view::npos) != (family == AF_INET6))
    return std::nullopt;
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(family, std::string(cidr.substr(0, slash)).c_str(), bytes.data()) != 1) return std::nullopt;
  unsigned bits = 129;
  const char* end = cidr.data() + cidr.size();
  if (std::from_chars(cidr.data() + slash + 1, end, bits).ptr != end || bits > 32) return std::nullopt;
  std::uint64_t address = 0;
  for (int i = 0; i < 4; ++i) address = address * 256 + bytes[static_cast<std::size_t>(i)];
  const std::uint64_t size = std::uint64_t{1} << (32 - bits);
  address -= address % size;
  return Block{address, address + size};
}

const Node* covers_all(const std::vector<const Node*>& nodes, int family) {
  std::vector<Block> blocks;
  const Node* first = nullptr;
  for (const Node* node : nodes)
    if (const auto range = block_of(node->text, family)) {
      blocks.push_back(*range);
      if (first == nullptr) first = node;
    }
  std::sort(blocks.begin(), blocks.end(), [](const Block& a, const Block& b) { return a.from < b.from; });
  std::uint64_t reached = 0;
  for (const Block& each : blocks) {
    if (each.from > reached) return nullptr;
    reached = std::max(reached, each.to);
  }
  return reached >= std::uint64_t{1} << 32 ? first : nullptr;
}

}  // namespace

const Node* covers_all(const std::vector<const Node*>& blocks) {
  const Node* all = covers_all(blocks, AF_INET);
  return all != nullptr ? all : covers_all(blocks, AF_INET6);
}

bool touches_private(std::string_view cidr) {
  static constexpr std::array<std::string_view, 7> kPrivate{
      "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16", "fc00::/7", "fe80::/10"};
  for (const int family : {AF_INET, AF_INET6})
    if (const auto block = block_of(cidr, family))
      return std::any_of(kPrivate.begin(), kPrivate.end(), [&](std::string_view known) {
        const auto other = block_of(known, family);
        return other && other->from < block->to && block->from < other->to;
      });
  return true;
}

}  // namespace supply::deploy
