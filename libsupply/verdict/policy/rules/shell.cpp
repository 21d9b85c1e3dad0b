// What the image starts is no shell (config: no_shell).
#include <fmt/format.h>

#include <algorithm>

#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy::rules {

namespace {

/// Programs that run what is given to them as text. Source: Dockerfile reference, shell form of ENTRYPOINT and CMD.
bool is_shell(std::string_view program) {
  const std::string_view name = program.substr(program.rfind('/') + 1);
  for (const std::string_view shell :
       {"sh", "bash", "rbash", "ash", "dash", "zsh", "ksh", "mksh", "csh", "tcsh", "fish", "busybox", "toybox", "cmd",
        "cmd.exe", "powershell", "powershell.exe", "pwsh"})
    if (name == shell) return true;
  return false;
}

/// Programs that start the one that follows them.
bool is_init(std::string_view program) {
  const std::string_view name = program.substr(program.rfind('/') + 1);
  for (const std::string_view init : {"tini", "tini-static", "catatonit", "dumb-init", "env", "exec"})
    if (name == init) return true;
  return false;
}

/// Of those, options that are followed by a word of their own. Source: tini README; dumb-init README; env(1).
bool takes_word(std::string_view option) {
  for (const std::string_view one : {"-p", "-e", "-r", "--rewrite", "-u", "--unset", "-C", "--chdir"})
    if (option == one) return true;
  return false;
}

/// What is started: the first word that is no init, no option of one, and no variable of env's. Behind "env -S" it
/// cannot be told.
std::size_t program_of(const std::vector<std::string>& command) {
  std::size_t at = 0;
  bool behind_init = false;
  while (at < command.size()) {
    const std::string& word = command[at];
    if (behind_init && (word.starts_with("-S") || word.starts_with("--split-string"))) return command.size();
    const bool option = word.starts_with('-');
    if (is_init(word)) behind_init = true;
    else if (!option && (!behind_init || word.find('=') == std::string::npos)) return at;
    at += option && behind_init && takes_word(word) ? 2U : 1U;
  }
  return command.size();
}

void judge_platform(const PlatformFacts& platform, Rulings& rulings) {
  std::vector<std::string> command = platform.config.entrypoint;
  command.insert(command.end(), platform.config.cmd.begin(), platform.config.cmd.end());
  FindingText said{subject_of(platform), "an entrypoint that is no shell", "", platform.manifest.to_string(), ""};
  const std::size_t first = program_of(command);
  if (first >= command.size()) {
    said.found = command.empty() ? "neither entrypoint nor command: nobody knows what it starts"
                                 : "the program that it starts cannot be told";
    said.remedy = "set ENTRYPOINT in its exec form: [\"/app\"]";
    return rulings.denied(std::move(said), "unknown");
  }
  if (is_shell(command[first])) {
    said.found = "it starts " + quote(command[first]);
    said.remedy = "write ENTRYPOINT and CMD in their exec form: [\"/app\", \"--flag\"]";
    return rulings.denied(std::move(said), "shell");
  }
  said.found = "it starts " + quote(command[first]);
  rulings.satisfied(std::move(said));
}

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart&) {
  Rulings rulings("shell", facts, policy, asks);
  for (const PlatformFacts& platform : facts.platforms) judge_platform(platform, rulings);
  return std::move(rulings).finish();
}

constexpr std::string_view kGuide =
    R"md(What the image starts (entrypoint, then command) is no shell: the shell form of a Dockerfile's `ENTRYPOINT` or `CMD` runs
`/bin/sh -c`, which takes signals and arguments away from the program. An image that says nothing is denied too. A script with a shell
in its first line is not looked into.)md";

}  // namespace

const Rule& shell() {
  static constexpr Rule rule{.id = "shell",
                             .title = "started without a shell",
                             .denied = "started by a shell",
                             .member = "config.no_shell",
                             .schema = kFlagSchema,
                             .guide = kGuide,
                             .parse = read_flag,
                             .judge = judge};
  return rule;
}

}  // namespace supply::policy::rules
