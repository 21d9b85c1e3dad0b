// Memory and processors are limited.
#include <cmath>

#include "libsupply/base/text/ascii.hpp"
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

// "512Mi", "0.5", "2gb": how much it is. Units of compose are powers of 1024. Sources: Kubernetes API, Quantity;
// compose-spec, 11-extension, byte values.
std::optional<double> amount(std::string_view text, Workload::Form form) {
  double value = 0, scale = 0;
  std::size_t i = 0;
  for (; i < text.size() && (is_digit(text[i]) || (text[i] == '.' && scale == 0)); ++i) {
    if (text[i] == '.') scale = 1;
    else if (scale == 0) value = value * 10 + (text[i] - '0');
    else value += (text[i] - '0') * (scale /= 10);
  }
  if (i == 0) return std::nullopt;
  const std::string_view unit = trim(text.substr(i));
  if (unit.empty()) return value;
  // "4e9": an exponent, where digits follow.
  if (const std::string_view digits = unit.substr(1 + (unit.size() > 2 && (unit[1] == '+' || unit[1] == '-') ? 1 : 0));
      form == Workload::Form::kubernetes && to_lower(unit[0]) == 'e' && !digits.empty() && digits.size() < 4 &&
      digits.find_first_not_of("0123456789") == std::string_view::npos)
    return value * std::pow(10, (unit[1] == '-' ? -1 : 1) * std::stoi(std::string(digits)));
  static constexpr std::string_view kUnits = "kmgtpe";
  const std::size_t power = kUnits.find(to_lower(unit.substr(0, 1)));
  if (form == Workload::Form::kubernetes) {
    if (unit == "m") return value / 1000;
    if (unit == "u" || unit == "n") return value / (unit == "u" ? 1e6 : 1e9);
    if (power == std::string_view::npos || unit.size() > 2 || (unit.size() == 2 && unit[1] != 'i')) return std::nullopt;
    return value * std::pow(unit.size() == 2 ? 1024 : 1000, power + 1);
  }
  if (to_lower(unit) == "b" || unit.ends_with('s')) return value;  // cpu_quota may be a duration
  if (power == std::string_view::npos) return std::nullopt;
  return value * std::pow(1024, power + 1);
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
      if (limit.has_value() && !is_none(limit.value)) {
        if (!amount(limit.value, workload.form))
          findings.undecided({workload.subject(container), limit.place, "an amount", quote(limit.value) + " is none",
                              "give a number with its unit", std::string("amount of ") + name});
        return;
      }
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
    // The API server and the engine take no container that asks for more than its limit.
    const auto below = [&](const Text& reserved, const Text& limit, const char* what) {
      const auto asked = amount(reserved.value, workload.form), most = amount(limit.value, workload.form);
      if (!reserved.unset.empty() || !limit.unset.empty() || !asked || !most || *most == 0 || *asked <= *most) return;
      findings.no({workload.subject(container), reserved.place, "a reservation within its limit",
                   quote(reserved.value) + " of " + what + " is reserved, and the limit is " + quote(limit.value) +
                       ": it does not start",
                   "reserve less", std::string("reservation of ") + what});
    };
    below(container.memory_reservation, container.memory_limit, "memory");
    below(container.cpu_reservation, container.cpu_limit, "processors");
    below(container.storage_reservation, container.storage_limit, "ephemeral storage");
    if (container.process_ulimit.has_value() && container.process_ulimit.value.starts_with('-'))
      findings.no({workload.subject(container), container.process_ulimit.place, "a limit of processes",
                   "ulimit nproc " + container.process_ulimit.value + ": none", "set a limit", "nproc"});
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
      "processes that is switched off (also ulimit nproc -1), swap without one, a reservation above its limit, "
      "oom_kill_disable and "
      "oom_score_adj -1000 are found too. "
      "Reservations, and limits of processes, that all other services have and one has not are a warning",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules
