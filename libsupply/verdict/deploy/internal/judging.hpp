// What the rules share. For the .cpp files of this room.
#pragma once

#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/deploy/deployment_rule.hpp"

namespace supply::deploy {

/// Calls `body(workload, container)` for every container; hooks run in their service's container and have no settings
/// but their own, so they are left out unless asked for.
template <class Body>
void each_container(const Deployment& deployment, Body body) {
  for (const Workload& workload : deployment.workloads)
    for (const Container& container : workload.containers)
      if (container.role != Role::hook) body(workload, container);
}

inline bool has_place(const Location& place) { return place.line != 0; }
inline const Location& place_or(const Location& place, const Location& other) {
  return has_place(place) ? place : other;
}

/// What the services of compose that run on have in common: where all others have it, two at least, one without it is
/// an exception worth a warning.
class Practice {
 public:
  template <class Has>
  Practice(const Deployment& deployment, Has has) {
    for (const Workload& workload : deployment.workloads)
      for (const Container& container : workload.containers)
        if (counts(workload, container)) ++(has(container) ? with_ : without_);
  }
  /// Of a service's own container that does not have it.
  bool is_broken_by(const Workload& workload, const Container& container) const {
    return counts(workload, container) && without_ == 1 && with_ >= 2;
  }

 private:
  static bool counts(const Workload& workload, const Container& container) {
    return container.role == Role::main && workload.form == Workload::Form::compose && !workload.runs_to_end;
  }
  std::size_t with_ = 0, without_ = 0;
};

/// Whether a variable in that node is not set: rule unset-variables names it.
inline bool is_unset(const Deployment& deployment, const yaml::Node* node) {
  if (node == nullptr) return false;
  const Location place = deployment.place_of(*node);
  for (const UnsetVariable& one : deployment.unset)
    if (one.place == place) return true;
  return false;
}

/// A word of a command, and where it is: of a script, the line of the word in it.
struct CommandWord {
  std::string text = {};
  Location place = {};
};
std::vector<CommandWord> words_of(const Command& command);

/// The name of an image without registry, tag and digest: "postgres" of "docker.io/library/postgres:16".
std::string image_name(std::string_view reference);
/// Whether the name of the image, or the port, is that of a database.
bool is_database_image(std::string_view reference);
bool is_database_port(std::uint32_t first, std::uint32_t last);

/// Whether a selector ({matchLabels, matchExpressions} or a service's plain mapping) selects those labels. An empty one
/// selects all. Source: Kubernetes API, LabelSelector.
bool selects(const yaml::Node* selector, const std::map<std::string, std::string>& labels);
bool is_empty_selector(const yaml::Node* selector);
/// Of a selector that selects none of the workloads: the label or expression that none of them has, else the selector.
const yaml::Node* unfulfilled(const yaml::Node& selector, const std::vector<const Workload*>& workloads);
/// The text of a member, or "".
std::string text_at(const yaml::Node& node, std::string_view key);
/// What is at "spec.tls.mode", or nullptr.
const yaml::Node* node_at(const yaml::Node& node, std::string_view path);
/// Objects of a kind, of any version of a group ("" is the core).
std::vector<const Object*> objects_of(const Deployment& deployment, std::string_view group, std::string_view kind);
/// The workloads of Kubernetes by namespace.
std::map<std::string, std::vector<const Workload*>> by_namespace(const Deployment& deployment);
/// The labels of a namespace that is among the objects; its name is one.
std::map<std::string, std::string> labels_of_namespace(const Deployment& deployment, const std::string& space);

}  // namespace supply::deploy
