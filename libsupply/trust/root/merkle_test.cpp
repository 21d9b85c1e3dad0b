#include "libsupply/trust/root/merkle.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/crypto/hasher.hpp"

namespace supply::root {
namespace {

std::string node(const std::string& left, const std::string& right) {
  return crypto::hash(crypto::HashAlgorithm::sha256, '\x01' + left + right);
}

// RFC 6962, section 2.1, as it is written: the largest power of two below the count goes left.
std::string tree(const std::vector<std::string>& leaves) {
  if (leaves.size() == 1) return leaf_hash(leaves[0]);
  std::size_t split = 1;
  while (split * 2 < leaves.size()) split *= 2;
  const auto middle = leaves.begin() + static_cast<std::ptrdiff_t>(split);
  return node(tree({leaves.begin(), middle}), tree({middle, leaves.end()}));
}

std::vector<std::string> path(std::size_t index, const std::vector<std::string>& leaves) {
  if (leaves.size() == 1) return {};
  std::size_t split = 1;
  while (split * 2 < leaves.size()) split *= 2;
  const auto middle = leaves.begin() + static_cast<std::ptrdiff_t>(split);
  const std::vector<std::string> left(leaves.begin(), middle), right(middle, leaves.end());
  std::vector<std::string> hashes = index < split ? path(index, left) : path(index - split, right);
  hashes.push_back(index < split ? tree(right) : tree(left));
  return hashes;
}

TEST_CASE("every path of every small tree leads to its root, and to no other place") {
  std::vector<std::string> leaves;
  for (std::size_t size = 1; size <= 17; ++size) {
    leaves.push_back("leaf " + std::to_string(size));
    const std::string root = tree(leaves);
    for (std::size_t index = 0; index < size; ++index) {
      const std::vector<std::string> hashes = path(index, leaves);
      const auto found = root_of_path(leaf_hash(leaves[index]), index, size, hashes);
      REQUIRE(found);
      CHECK(*found == root);
      const auto elsewhere = root_of_path(leaf_hash(leaves[index]), (index + 1) % size, size, hashes);
      CHECK((size == 1 || !elsewhere || *elsewhere != root));
      std::vector<std::string> longer = hashes;
      longer.push_back(root);
      CHECK_FALSE(root_of_path(leaf_hash(leaves[index]), index, size, longer));
      if (hashes.empty()) continue;
      CHECK_FALSE(root_of_path(leaf_hash(leaves[index]), index, size, std::span(hashes).first(hashes.size() - 1)));
    }
  }
}

TEST_CASE("an index is below the size, and a path is of hashes") {
  const std::vector<std::string> none, no_hash{"short"};
  CHECK(root_of_path(leaf_hash("a"), 0, 1, none));
  CHECK_FALSE(root_of_path(leaf_hash("a"), 1, 1, none));
  CHECK_FALSE(root_of_path(leaf_hash("a"), 0, 0, none));
  CHECK_FALSE(root_of_path(leaf_hash("a"), UINT64_MAX, UINT64_MAX, none));
  CHECK_FALSE(root_of_path(leaf_hash("a"), 0, 2, no_hash));
}

}  // namespace
}  // namespace supply::root
