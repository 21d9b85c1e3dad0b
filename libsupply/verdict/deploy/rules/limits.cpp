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

// What LimitRanges set where a container says nothing, as "NAMESPACE/memory"; their maximum where they have no default.
// Source: Kubernetes API, LimitRangeItem.
std::set<std::string> default_limits(const Deployment& deployment) {
  std::set<std::string> all;
  for (const Object* range : objects_of(deployment, "", "LimitRange"))
    if (const yaml::Node* items = node_at(range->node, "spec.limits"); items != nullptr)
      for (const yaml::Node& item : items->items)
        for (const char* part : {"default", "max"})
          for (const char* name : {"memory", "cpu"})
            if (const yaml::Node* section = item.find(part);
                section != nullptr && text_at(item, "type") == "Container" && !is_none(text_at(*section, name)))
              all.insert(range->space + "/" + name);
  return all;
}

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  (void)around;
  const std::set<std::string> defaults = default_limits(deployment);
  const Practice limit_of_processes(deployment, [](const Container& one) { return one.pids_limit.has_value(); });
  const Practice memory(deployment, [](const Container& one) { return one.memory_reservation.has_value(); });
  const Practice processors(deployment, [](const Container& one) { return one.cpu_reservation.has_value(); });
  each_container(deployment, [&](const Workload& workload, const Container& container) {
    if (container.role == Role::ephemeral) return;  // it can have none
    std::vector<std::string> missing;
    Location place;
    const auto need = [&](const Text& limit, const char* name, const char* key) {
      if (!limit.unset.empty()) return;
      if (limit.has_value() && !is_none(limit.value)) return;
      if (!limit.has_value() && workload.form == Workload::Form::kubernetes &&
          defaults.count(workload.space + "/" + key) != 0)
        return;
      missing.emplace_back(std::string("no ") + name + " limit");
      if (!has_place(place)) place = limit.place;
    };
    need(container.memory_limit, "memory", "memory");
    need(container.cpu_limit, "processor", "cpu");
    // Where nothing is limited, what else is not said is no finding of its own.
    const bool none = missing.size() == 2;
    if (none && limit_of_processes.is_broken_by(workload, container) && !container.pids_limit.has_value())
      missing.emplace_back("no limit of processes");
    if (!missing.empty())
      findings.no({workload.subject(container), place_or(place, container.place), "limits of memory and processors",
                   join(missing, ", "), "set limits"});
    const auto compare = [&](const Text& text, const char* what, const Practice& practice) {
      if (!none && !text.has_value() && practice.is_broken_by(workload, container))
        findings.warn({workload.subject(container), place_or(text.place, container.place), what,
                       "none, and all other services have it", "set it", what});
    };
    if (container.pids_limit.has_value() && container.pids_limit.unset.empty() && is_none(container.pids_limit.value))
      findings.no({workload.subject(container), container.pids_limit.place, "a limit of processes",
                   "it is " + quote(container.pids_limit.value) + ": none", "set a limit", "processes"});
    else compare(container.pids_limit, "a limit of processes", limit_of_processes);
    compare(container.memory_reservation, "a reservation of memory", memory);
    compare(container.cpu_reservation, "a reservation of processors", processors);
    if (container.swap_limit.has_value() && container.swap_limit.value.starts_with('-'))
      findings.no({workload.subject(container), container.swap_limit.place, "limits of memory and processors",
                   "memswap_limit " + container.swap_limit.value + ": as much swap as the host has", "take it away",
                   "swap"});
    if (container.oom_kill_disable.is_yes())
      findings.no({workload.subject(container), container.oom_kill_disable.place,
                   "a container that can be ended when memory runs out",
                   container.oom_kill_disable.text.empty() ? "oom_kill_disable" : container.oom_kill_disable.text,
                   "take it away", "oom"});
  });
}

}  // namespace

const DeploymentRule& limits() {
  static constexpr DeploymentRule rule{
      "deploy/limits", "memory and processors are limited",
      "Without a limit one container can take what all the others need. Counts: mem_limit and cpus, "
      "deploy.resources.limits, resources.limits of a container or its pod, a LimitRange of its namespace; 0 and -1 "
      "are no limit. A limit of "
      "processes that is switched off, swap without one, oom_kill_disable and oom_score_adj -1000 are found too. "
      "Reservations, and limits of processes, that all other services have and one has not are a warning",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules
