#include "libsupply/content/deploy/deployment.hpp"

namespace supply::deploy {

namespace {

std::string_view words_for(Role role) {
  switch (role) {
    case Role::main: return "container";
    case Role::init: return "init container";
    case Role::sidecar: return "sidecar";
    case Role::ephemeral: return "ephemeral container";
    case Role::hook: return "hook";
  }
  return "container";
}

}  // namespace

std::string Workload::subject() const { return kind + " " + (space.empty() ? name : space + "/" + name); }

std::string Workload::subject(const Container& container) const {
  if (container.role == Role::main && (containers.size() == 1 || form != Form::kubernetes)) return subject();
  return subject() + ", " + std::string(words_for(container.role)) + " " + container.name;
}

Location Deployment::place_of(const yaml::Node& node) const {
  return {node.file < files.size() ? files[node.file] : "", node.begin.line, node.begin.column};
}

Location Deployment::place_of(const yaml::Member& member) const {
  return {member.file < files.size() ? files[member.file] : "", member.begin.line, member.begin.column};
}

}  // namespace supply::deploy
