// Health is checked.
#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

bool cannot_fail(const Command& command) {
  std::vector<std::string> words;
  for (const Text& word : command.words)
    if (word.value != "CMD" && word.value != "CMD-SHELL") words.push_back(word.value);
  std::string line = join(words, " ");
  for (const std::string_view shell : {"/bin/sh -c ", "sh -c ", "/bin/bash -c ", "bash -c "})
    if (line.starts_with(shell)) line.erase(0, shell.size());
  line = std::string(trim(line));
  if (line == "true" || line == "/bin/true" || line == "/usr/bin/true" || line == ":" || line == "exit 0" ||
      line == "exit")
    return true;
  if (!command.shell) return line.starts_with("echo ");
  for (const std::string_view end : {"|| true", "|| exit 0", "|| :", "; true", "; exit 0"})
    if (line.ends_with(end)) return true;
  return line.starts_with("echo ") && line.find_first_of(";&|") == std::string::npos;
}

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  (void)around;
  each_container(deployment, [&](const Workload& workload, const Container& container) {
    const std::string subject = workload.subject(container);
    if (workload.form == Workload::Form::kubernetes) {
      if (workload.runs_to_end || (container.role != Role::main)) return;
      std::vector<std::string> missing;
      if (!container.liveness.is_yes()) missing.emplace_back("liveness");
      // Knative's objects are no Services, Configurations and Revisions of Kubernetes itself; it asks the port itself.
      const bool knative =
          workload.kind == "Service" || workload.kind == "Configuration" || workload.kind == "Revision";
      if (!container.readiness.is_yes() && !knative) missing.emplace_back("readiness");
      if (!missing.empty())
        findings.no({subject,
                     place_or(container.liveness.is_yes() ? container.readiness.place : container.liveness.place,
                              container.place),
                     "liveness and readiness probes", "no probe of " + join(missing, " and "), "add it"});
    } else if (container.role == Role::main && !workload.runs_to_end) {
      if (container.health.is_no())
        findings.no({subject, container.health.place, "a health check", "it is disabled", "let it run"});
      else if (!container.health.is_yes())
        findings.no({subject, place_or(container.health.place, container.place), "a health check",
                     has_place(container.health.place) ? "it has no test" : "none is set", "add healthcheck.test"});
    }
    for (const Command& command : container.commands)
      if ((command.what == "healthcheck" || command.what.ends_with("Probe")) && !(container.health.is_no()) &&
          cannot_fail(command))
        findings.no({subject, command.place, "a check that can fail", "one that always says yes",
                     "ask what the program answers"});
  });
}

}  // namespace

const DeploymentRule& health() {
  static constexpr DeploymentRule rule{
      "deploy/health", "health is checked",
      "What hangs must be seen, and ended. Counts: a healthcheck of a service that is not disabled, liveness and "
      "readiness probes of a container that is to run on. A check that cannot fail is none",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules
