#include "libsupply/base/limits/deployment_limits.hpp"
#include "libsupply/content/deploy/internal/compose_value.hpp"

namespace supply::deploy {
namespace {

std::size_t nodes_of(const yaml::Node& node) {
  std::size_t nodes = 1;
  for (const yaml::Node& item : node.items) nodes += nodes_of(item);
  for (const yaml::Member& member : node.members) nodes += nodes_of(member.value);
  return nodes;
}

}  // namespace

Status ComposeAccount::spend(const yaml::Node& tree) {
  nodes_ += nodes_of(tree);
  if (nodes_ <= kMaxComposeModelNodes) return {};
  return Error(ErrorCode::limit_exceeded,
               "a project of more than " + std::to_string(kMaxComposeModelNodes) + " keys and values");
}

Status ComposeAccount::spend(std::size_t text_bytes) {
  text_bytes_ += text_bytes;
  if (text_bytes_ <= kMaxComposeTextBytes) return {};
  return Error(ErrorCode::limit_exceeded, "a project whose variables and env files make more than " +
                                              std::to_string(kMaxComposeTextBytes) + " bytes");
}

Status ComposeAccount::spend(const Variables& copied) {
  std::size_t bytes = 0;
  for (const auto& [name, value] : copied) bytes += name.size() + value.size();
  return spend(bytes);
}

}  // namespace supply::deploy
