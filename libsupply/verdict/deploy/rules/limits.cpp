// Memory and processors are limited.
#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

// Zero, or less.
bool is_none(std::string_view text) {
  if (text.starts_with('-')) return true;
  bool digit = false;
  for (const char c : text) {
    if (c >= '1' && c <= '9') return false;
    digit = digit || c == '0';
  }
  return digit || text.empty();
}

// What a LimitRange of the namespace sets where a container says nothing; its maximum where it has no default. Source:
// Kubernetes API, LimitRangeItem.
bool has_default_limit(const Deployment& deployment, const Workload& workload, const char* name) {
  if (workload.form != Workload::Form::kubernetes) return false;
  for (const Object* range : objects_of(deployment, "", "LimitRange")) {
    const yaml::Node* items = node_at(range->node, "spec.limits");
    if (range->space != workload.space || items == nullptr) continue;
    for (const yaml::Node& item : items->items)
      for (const char* part : {"default", "max"})
        if (const yaml::Node* section = item.find(part);
            section != nullptr && text_at(item, "type") == "Container" && !is_none(text_at(*section, name)))
          return true;
  }
  return false;
}

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  (void)around;
  each_container(deployment, [&](const Workload& workload, const Container& container) {
    if (container.role == Role::ephemeral) return;  // it can have none
    const bool compose = workload.form == Workload::Form::compose;
    std::vector<std::string> missing;
    Location place;
    const auto need = [&](const Text& limit, const char* name, const char* key) {
      if (!limit.unset.empty()) return;
      if (limit.has_value() && !is_none(limit.value)) return;
      if (!limit.has_value() && has_default_limit(deployment, workload, key)) return;
      missing.emplace_back(std::string("no ") + name + " limit");
      if (!has_place(place)) place = limit.place;
    };
    need(container.memory_limit, "memory", "memory");
    need(container.cpu_limit, "processor", "cpu");
    if (!missing.empty())
      findings.no({workload.subject(container), place_or(place, container.place), "limits of memory and processors",
                   join(missing, ", "), "set limits"});
    const auto warn_or_no = [&](const Text& text, const char* what, auto has) {
      if (text.has_value()) return;
      if (compose && container.role == Role::main && is_practice(deployment, container, has))
        findings.warn({workload.subject(container), place_or(text.place, container.place), what,
                       "none, and most other services have it", "set it", what});
    };
    if (container.pids_limit.has_value() && is_none(container.pids_limit.value))
      findings.no({workload.subject(container), container.pids_limit.place, "a limit of processes",
                   "it is " + quote(container.pids_limit.value) + ": none", "set a limit", "processes"});
    else
      warn_or_no(container.pids_limit, "a limit of processes",
                 [](const Container& one) { return one.pids_limit.has_value(); });
    warn_or_no(container.memory_reservation, "a reservation of memory",
               [](const Container& one) { return one.memory_reservation.has_value(); });
    warn_or_no(container.cpu_reservation, "a reservation of processors",
               [](const Container& one) { return one.cpu_reservation.has_value(); });
    if (container.oom_kill_disable.is_yes())
      findings.no({workload.subject(container), container.oom_kill_disable.place,
                   "a container that can be ended when memory runs out", "oom_kill_disable", "take it away", "oom"});
  });
}

}  // namespace

const DeploymentRule& limits() {
  static constexpr DeploymentRule rule{
      "deploy/limits", "memory and processors are limited",
      "Without a limit one container can take what all the others need. Counts: mem_limit and cpus, "
      "deploy.resources.limits, resources.limits of a container or its pod, a LimitRange of its namespace; 0 and -1 "
      "are no limit. A limit of "
      "processes that is switched off, and oom_kill_disable, are found too. Reservations, and limits of processes, "
      "that most of the other services have and one has not are a warning",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules
