#include "libsupply/image/rootfs/nodes.hpp"

#include <catch2/catch.hpp>

namespace supply::rootfs {

TEST_CASE("a tree has names up to its limit, those that were taken away included") {
  Nodes nodes(1'000, 4);  // the root and three names
  const auto a = nodes.make_child(kRootNode, "a");
  REQUIRE(a);
  REQUIRE(nodes.make_child(*a, "b"));
  nodes.remove(*a);
  CHECK(nodes.child(kRootNode, "a") == kNoNode);
  REQUIRE(nodes.make_child(kRootNode, "c"));
  CHECK(nodes.size() == 4);
  const auto more = nodes.make_child(kRootNode, "d");
  REQUIRE_FALSE(more);
  CHECK(more.error().code() == ErrorCode::limit_exceeded);
  CHECK(more.error().message() == "more than 4 names in the tree");
  CHECK(nodes.make_child(kRootNode, "a"));  // one that was there takes no more room
}

}  // namespace supply::rootfs
