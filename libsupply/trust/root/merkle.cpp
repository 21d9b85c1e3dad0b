#include "libsupply/trust/root/merkle.hpp"

#include "libsupply/base/crypto/hasher.hpp"

namespace supply::root {
namespace {

constexpr std::size_t kHashBytes = 32;

std::string node_hash(std::string_view left, std::string_view right) {
  return crypto::hash(crypto::HashAlgorithm::sha256, std::string(1, '\x01').append(left).append(right));
}

}  // namespace

std::string leaf_hash(std::string_view entry) {
  return crypto::hash(crypto::HashAlgorithm::sha256, std::string(1, '\0').append(entry));
}

Result<std::string> root_of_path(std::string_view leaf, std::uint64_t index, std::uint64_t tree_size,
                                 std::span<const std::string> path) {
  if (index >= tree_size)
    return Error(ErrorCode::mismatch,
                 "index " + std::to_string(index) + " in a tree of " + std::to_string(tree_size) + " leaves");
  std::uint64_t at = index, last = tree_size - 1;
  std::string hash(leaf);
  for (const std::string& sibling : path) {
    if (sibling.size() != kHashBytes) return Error(ErrorCode::mismatch, "path with something that is no SHA-256 hash");
    if (last == 0) return Error(ErrorCode::mismatch, "path too long");
    if ((at & 1) == 1 || at == last) {
      hash = node_hash(sibling, hash);
      while ((at & 1) == 0 && at != 0) {
        at >>= 1;
        last >>= 1;
      }
    } else {
      hash = node_hash(hash, sibling);
    }
    at >>= 1;
    last >>= 1;
  }
  if (last != 0) return Error(ErrorCode::mismatch, "path too short");
  return hash;
}

}  // namespace supply::root
