#include "tools/common/program.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>

#include "libsupply/base/text/text.hpp"
#include "tools/common/command_line.hpp"
#include "tools/common/completion.hpp"
#include "tools/common/manual.hpp"
#include "tools/common/verb_help.hpp"
#include "tools/common/version.hpp"

namespace supply::tools {
namespace {

void add_verbs(CLI::App& app, const std::vector<VerbGroup>& groups, Run& run) {
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string(kVersion));
  app.get_formatter()->column_width(32);
  for (const VerbGroup& group : groups) {
    for (const AddVerb add : group.verbs) add(app, run);
    for (CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; }))
      if (verb->get_group() == "Subcommands") verb->group(group.title);
  }
}

/// The verbs that are about the program itself: they need the options of all others.
void add_own_verbs(CLI::App& app, const ProgramDescription& description, Run& run) {
  const auto whole = [&description](const auto& use) {
    Run everything{{}, {}, Declare::all};
    CLI::App other(description.summary, description.name);
    add_verbs(other, description.groups, everything);
    add_own_verbs(other, description, everything);
    return use(other);
  };
  auto shell = std::make_shared<std::string>();
  CLI::App* completion = app.add_subcommand("completion", "Print the completion script of a shell");
  completion->footer(verb_help(app.get_name(), "completion").footer);
  completion->group(description.groups.back().title);
  if (run.needs("completion"))
    completion->add_option("SHELL", *shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  completion->callback([shell, whole, &run] {
    run.body = [shell, whole](Console& console) -> Result<ExitCode> {
      console.print(whole([&](const CLI::App& all) { return completion_script(all, *shell); }));
      return ExitCode::yes;
    };
  });
  auto words = std::make_shared<std::vector<std::string>>();
  CLI::App* manual = app.add_subcommand("manual", "Print the manual page of a verb, for man -l -");
  manual->footer(verb_help(app.get_name(), "manual").footer);
  manual->group(description.groups.back().title);
  if (run.needs("manual")) manual->add_option("VERB", *words, "The verb; none: of the program");
  manual->callback([words, whole, &run] {
    run.body = [words, whole](Console& console) -> Result<ExitCode> {
      SUPPLY_TRY(const std::string page, whole([&](const CLI::App& all) { return manual_page(all, *words); }));
      console.print(page);
      return ExitCode::yes;
    };
  });
}

int say_wrong(const Console& console, const CLI::App& app, const std::string& what) {
  console.error(Error(ErrorCode::usage, what + " (see `" + typed_verb(app) + " --help`)"));
  return static_cast<int>(ExitCode::usage);
}

}  // namespace

int program(const ProgramDescription& description, int argc, char** argv) {
  // A reader that goes away (| head) is a result that could not be written, not a death.
  std::signal(SIGPIPE, SIG_IGN);
  Console console(description.name);
  Run run{{argv + std::min(1, argc), argv + argc}, {}};
  CLI::App app(description.summary, description.name);
  add_verbs(app, description.groups, run);
  add_own_verbs(app, description, run);
  if (run.words.empty()) {
    const std::string help = app.help();
    std::fwrite(help.data(), 1, help.size(), stderr);
    return say_wrong(console, app, "no verb was said");
  }
  std::vector<std::string> words = with_verbs_first(app, run.words);
  const std::vector<std::string> verbs = verb_names(app);
  if (!words.front().starts_with('-') && std::find(verbs.begin(), verbs.end(), words.front()) == verbs.end())
    return say_wrong(console, app, quote(words.front()) + " is no verb" + did_you_mean(words.front(), verbs));
  try {
    std::reverse(words.begin(), words.end());  // as CLI11 takes them
    app.parse(std::move(words));
  } catch (const CLI::Success& wanted) {
    return app.exit(wanted);
  } catch (const CLI::ParseError& wrong) {
    return say_wrong(console, app, wrong.what() + what_was_meant(app, run.words));
  }
  Result<ExitCode> result = run.body(console);
  if (!result) console.error(result.error());
  ExitCode code = result ? *result : exit_code_of(result.error().code());
  if (const Status written = console.finish(); !written) {
    console.error(written.error());
    code = worse(code, exit_code_of(written.error().code()));
  }
  return static_cast<int>(code);
}

}  // namespace supply::tools
