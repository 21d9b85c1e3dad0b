#include "libsupply/verdict/deploy/internal/policy_namespaces.hpp"

#include <algorithm>

#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Whether the word of a name that has that character is a word, and no mark of one of several ("team-a", "team-b").
bool is_in_a_word(std::string_view name, std::size_t at) {
  std::size_t begin = std::min(at, name.size()), end = begin;
  while (begin > 0 && name[begin - 1] != '-' && name[begin - 1] != '.') --begin;
  while (end < name.size() && name[end] != '-' && name[end] != '.') ++end;
  return end - begin >= 4;
}

// Whether one name becomes the other when one character is left out, put in, or is another.
bool differs_by_one(std::string_view one, std::string_view other) {
  if (one.size() > other.size()) std::swap(one, other);
  if (other.size() - one.size() > 1) return false;
  std::size_t at = 0;
  while (at < one.size() && one[at] == other[at]) ++at;
  if (at == other.size() || is_digit(other[at]) || (at < one.size() && is_digit(one[at])) || !is_in_a_word(other, at))
    return false;
  const std::size_t skipped = one.size() == other.size() ? at + 1 : at;
  // Two neighbours that changed places are one slip, too.
  if (one.size() == other.size() && at + 1 < one.size() && one[at] == other[at + 1] && one[at + 1] == other[at])
    return one.substr(at + 2) == other.substr(at + 2);
  return one.substr(std::min(skipped, one.size())) == other.substr(at + 1);
}

}  // namespace

std::string nearly(std::string_view name, const std::set<std::string>& names) {
  if (name.size() < 3 || names.count(std::string(name)) != 0) return "";
  for (const std::string& each : names)
    if (differs_by_one(name, each)) return each;
  return "";
}

std::set<std::string> known_namespaces(const Deployment& deployment) {
  std::set<std::string> all{"default",       "kube-system",   "kube-public",  "kube-node-lease", "istio-system",
                            "istio-ingress", "ingress-nginx", "cert-manager", "monitoring"};
  for (const Workload& workload : deployment.workloads) all.insert(workload.space);
  for (const Object& object : deployment.objects)
    if (!is_policy(object)) all.insert(object.space);
  return all;
}

bool is_policy(const Object& object) {
  return object.kind == "NetworkPolicy" || object.kind == "PeerAuthentication" || object.kind == "AuthorizationPolicy";
}

std::string written_namespace(const Object& object) {
  const yaml::Node* space = node_at(object.node, "metadata.namespace");
  return space == nullptr || space->text.empty() ? "default" : space->text;
}

std::optional<Deployment> with_policies_where_they_are_meant(const Deployment& deployment) {
  std::set<std::string> running, others;  // namespaces with workloads, and with anything but policies
  for (const Workload& workload : deployment.workloads)
    if (workload.form == Workload::Form::kubernetes) running.insert(workload.space);
  for (const Object& object : deployment.objects)
    if (!is_policy(object)) others.insert(object.space);
  std::optional<Deployment> moved;
  for (std::size_t i = 0; i < deployment.objects.size(); ++i) {
    const Object& object = deployment.objects[i];
    if (!is_policy(object) || running.count(object.space) != 0 || others.count(object.space) != 0) continue;
    std::string meant = nearly(object.space, running);
    if (node_at(object.node, "metadata.namespace") == nullptr && running.size() == 1) meant = *running.begin();
    if (meant.empty()) continue;
    if (!moved) moved = deployment;
    moved->objects[i].space = meant;
  }
  return moved;
}

}  // namespace supply::deploy
