// Health is checked.
#include <algorithm>

#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

// From the first try on; 30 s, 10 s and 3 tries are usual.
constexpr std::int64_t kSeenAfterSeconds = 3600;

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> all) {
  return std::find(all.begin(), all.end(), word) != all.end();
}

std::string_view program_of(std::string_view word) { return word.substr(word.rfind('/') + 1); }  // npos + 1 is 0

// Whether a command by itself says yes whatever is the case; behind a pipe also one that says what it was told.
bool says_yes(std::string_view command, bool behind_a_pipe) {
  std::vector<std::string_view> words;
  for (const std::string_view word : split(command, ' '))
    if (!word.empty()) words.push_back(word);
  if (words.empty()) return true;
  if (words.front() == "!") {
    words.erase(words.begin());
    return words.size() == 1 && program_of(words.front()) == "false";
  }
  const std::string_view program = program_of(words.front());
  if (program == "exit") return words.size() > 1 && words[1] == "0";
  // What a program says of itself says nothing of the one that runs.
  if (words.size() == 2 && is_one_of(words[1], {"--version", "-version", "--help", "-V"})) return true;
  if (is_one_of(program, {"test", "["}) && words.size() > 2 && words[1].size() == 2 && words[1].front() == '-')
    return is_one_of(words[2], {"/", "/bin", "/etc", "/tmp", "/proc", "/bin/sh", "/dev/null"});
  if (is_one_of(program, {"ls", "stat"}))
    return std::all_of(words.begin() + 1, words.end(),
                       [](std::string_view word) { return word.starts_with('-') || word == "/" || word == "."; });
  if (program == "kill") return words.size() == 3 && words[1] == "-0" && words[2] == "1";  // without it all ends
  if (is_one_of(program, {"env", "date", "hostname", "whoami", "id", "ps", "uname", "pwd", "uptime"}))
    return std::all_of(words.begin() + 1, words.end(), [&](std::string_view word) {
      return word.starts_with('-') || word.starts_with('+') || (program == "ps" && word.size() < 5);
    });
  if (program == "NONE") return true;
  if (is_one_of(program, {"test", "["}))
    return words.size() > 3 && words[1] == words[3] && is_one_of(words[2], {"=", "==", "-eq"});
  return is_one_of(program, {"true", ":", "echo", "sleep", "set"}) || program.starts_with("print") ||
         (behind_a_pipe && is_one_of(program, {"cat", "tee"}));
}

struct Separator {
  std::size_t at = std::string_view::npos, size = 0;
};

// The last that is in no quotes, of: ; | || && and the end of a line.
Separator last_separator(std::string_view script) {
  Separator last;
  char quoted = '\0';
  for (std::size_t i = 0; i < script.size(); ++i) {
    const char c = script[i];
    if (quoted != '\0') quoted = c == quoted ? '\0' : quoted;
    else if (c == '"' || c == '\'') quoted = c;
    else if (c == ';' || c == '\n') last = {i, 1};
    else if (c == '|' || (c == '&' && i + 1 < script.size() && script[i + 1] == '&')) {
      last = {i, i + 1 < script.size() && script[i + 1] == c ? std::size_t{2} : std::size_t{1}};
      i += last.size - 1;
    }
  }
  return last;
}

// Whether a script may stop with a failure before its end: "… || exit 1; exit 0".
bool may_stop(std::string_view script) {
  for (std::size_t at = script.find("exit "); at != std::string_view::npos; at = script.find("exit ", at + 1)) {
    const std::string_view code = trim(script.substr(at + 5));
    const bool word = at == 0 || std::string_view(" \t\n;&|({").find(script[at - 1]) != std::string_view::npos;
    if (word && !code.empty() && std::string_view("123456789$-\"").find(code.front()) != std::string_view::npos)
      return true;
  }
  return false;
}

// Whether a shell's script ends well whatever is the case.
bool ends_well(std::string_view script) {
  if (may_stop(script)) return false;
  if (const std::string_view first = trim(script);
      first == "exit 0" || first.starts_with("exit 0 ") || first.starts_with("exit 0;"))
    return true;                                                       // what follows is not reached
  const bool stops = script.find("set -e") != std::string_view::npos;  // at the first command that fails
  const bool pipes = script.find("pipefail") != std::string_view::npos;
  for (;;) {
    script = trim(script);
    while (script.ends_with(';')) script = trim(script.substr(0, script.size() - 1));
    if (script.ends_with('&') && !script.ends_with("&&")) return true;  // nobody waits for it
    const Separator last = last_separator(script);
    if (last.at == std::string_view::npos) return script == "exit" || says_yes(script, false);
    const std::string_view how = script.substr(last.at, last.size);
    if (!says_yes(trim(script.substr(last.at + last.size)), how == "|")) return false;
    const bool asks_before = how == "&&" || (stops && (how == ";" || how == "\n")) || (pipes && how == "|");
    if (!asks_before) return true;
    script = script.substr(0, last.at);
  }
}

// The script of "sh -c SCRIPT" in a script, at the beginning; else the script itself.
std::string_view unwrapped(std::string_view script) {
  const std::vector<std::string_view> words = split(trim(script), ' ');
  if (words.size() < 3 || !is_one_of(program_of(words[0]), {"sh", "bash", "ash", "dash"}) || words[1] != "-c")
    return script;
  std::string_view rest = trim(trim(script).substr(words[0].size()));
  rest = trim(rest.substr(2));
  const bool quoted = rest.size() > 1 && (rest.front() == '"' || rest.front() == '\'') && rest.back() == rest.front() &&
                      rest.find(rest.front(), 1) + 1 == rest.size();
  if (quoted) return rest.substr(1, rest.size() - 2);
  return rest.find_first_of("\"';|&") == std::string_view::npos ? rest.substr(0, rest.find(' ')) : script;
}

bool cannot_fail(const Command& command) {
  if (std::any_of(command.words.begin(), command.words.end(), [](const Text& word) { return !word.unset.empty(); }))
    return false;  // rule unset-variables names it
  std::vector<std::string> words;
  for (const Text& word : command.words)
    if (word.value != "CMD" && word.value != "CMD-SHELL") words.push_back(word.value);
  if (words.empty()) return false;  // it is none, and found as such
  if (words.size() > 2 && is_one_of(program_of(words[0]), {"sh", "bash", "ash", "dash", "zsh"}) &&
      words[1].starts_with('-') && words[1].find('c') != std::string::npos) {
    const std::string option = words[1];
    words.erase(words.begin(), words.begin() + 2);
    return ends_well((option.find('e') == std::string::npos ? "" : "set -e\n") + join(words, " "));
  }
  return command.shell ? ends_well(unwrapped(join(words, " "))) : says_yes(join(words, " "), false);
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
    for (const CheckTime& time : container.check_times)
      if (time.seconds > kSeenAfterSeconds && container.role == Role::main && !container.health.is_no())
        findings.no({subject, place_or(time.place, container.place), "a failure that is seen within an hour",
                     time.found + ": what hangs is seen after " + std::to_string(time.seconds) + " seconds",
                     "ask more often", time.what});
    for (const Text& port : container.probe_ports)
      if (std::find(container.listens.begin(), container.listens.end(), port.value) == container.listens.end())
        findings.no({subject, port.place, "a port that the container has", "no port is named " + quote(port.value),
                     "mend the name", port.value});
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
      "readiness probes of a container that is to run on. A check that cannot fail is none, and so is one whose "
      "failure "
      "is seen after more than an hour, or that asks a port which the container does not name",
      judge};
  return rule;
}

}  // namespace supply::deploy::rules
