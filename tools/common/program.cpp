#include "tools/common/program.hpp"

#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <new>
#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/start.hpp"
#include "libsupply/base/json/error_record.hpp"
#include "libsupply/base/text/text.hpp"
#include "tools/common/choices.hpp"
#include "tools/common/cli11.hpp"
#include "tools/common/command_line.hpp"
#include "tools/common/completion.hpp"
#include "tools/common/manual.hpp"
#include "tools/common/options_of_others.hpp"
#include "tools/common/verb_help.hpp"
#include "tools/common/verbs_of_others.hpp"
#include "tools/common/version.hpp"

namespace supply::tools {
namespace {

constexpr const char *kHelpFlag = "-h,--help", *kHelpText = "Print this help message and exit";

// CLI11 gives every verb the flag of its parent when it is added, which is half of what adding it costs: so only those
// that can be meant get it, and behind their own options.
void add_help_flags(CLI::App& app, const Run& run) {
  app.set_help_flag(kHelpFlag, kHelpText);
  for (CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; }))
    if (verb->get_help_ptr() == nullptr && run.needs(verb->get_name())) add_help_flags(*verb, run);
}

// CLI11 compares the name of each verb that is added with those of all before it, unless they are disabled: a third of
// what a start costs. While they are added they are; a test reads the names.
void disable_verbs(CLI::App& app, bool disabled) {
  for (CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; })) verb->disabled(disabled);
}

void add_verbs(CLI::App& app, const std::vector<VerbGroup>& groups, Run& run) {
  app.set_help_flag();
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string(kVersion));
  app.get_formatter()->column_width(32);
  for (const VerbGroup& group : groups) {
    for (const AddVerb add : group.verbs) {
      add(app, run);
      disable_verbs(app, true);
    }
    for (CLI::App* verb : app.get_subcommands([](const CLI::App*) { return true; }))
      if (verb->get_group() == "Subcommands") verb->group(group.title);
  }
}

struct CompletionOptions {
  Common common;
  std::string shell;
};

struct ManualOptions {
  Common common;
  std::vector<std::string> words;
};

using UseProgram = std::function<Result<std::string>(const CLI::App& program)>;

/// A verb about the program itself: what it prints is made from the options of all verbs.
template <class Options>
void add_own_verb(CLI::App& app, const std::string& group, Run& run, const std::string& name, const std::string& help,
                  const std::function<void(CLI::App&, Options&)>& declare,
                  const std::function<Result<std::string>(const Options&, const CLI::App&)>& text,
                  const std::function<Result<std::string>(const UseProgram&)>& with_all_verbs) {
  CLI::App* verb = app.add_subcommand(name, help);
  verb->group(group);
  if (!run.needs(name)) return;
  auto options = std::make_shared<Options>();
  declare(*verb, *options);
  verb->footer(verb_help(app.get_name(), name).footer);
  add_common(*verb, options->common, false, run);
  verb->callback([=, &run] {
    run.body = [=](Console& console) -> Result<ExitCode> {
      SUPPLY_TRY(const std::string made, with_all_verbs([&](const CLI::App& all) { return text(*options, all); }));
      console.print(made);
      return ExitCode::yes;
    };
  });
}

void add_own_verbs(CLI::App& app, const ProgramDescription& description, Run& run) {
  const auto with_all_verbs = [&description](const UseProgram& use) {
    Run everything{{}, {}, Declare::all};
    CLI::App other(description.summary, description.name);
    add_verbs(other, description.groups, everything);
    add_own_verbs(other, description, everything);
    add_help_flags(other, everything);
    return use(other);
  };
  const std::string& group = description.groups.back().title;
  add_own_verb<CompletionOptions>(
      app, group, run, "completion", "Print the completion script of a shell",
      [](CLI::App& verb, CompletionOptions& options) {
        take_only(verb.add_option("SHELL", options.shell, "The shell"), {"bash", "zsh", "fish"})->required();
      },
      [](const CompletionOptions& options, const CLI::App& all) { return completion_script(all, options.shell); },
      with_all_verbs);
  add_own_verb<ManualOptions>(
      app, group, run, "manual", "Print the manual page of a verb, for man -l -",
      [](CLI::App& verb, ManualOptions& options) {
        verb.add_option("VERB", options.words, "The verb; none: of the program");
      },
      [](const ManualOptions& options, const CLI::App& all) { return manual_page(all, options.words); },
      with_all_verbs);
  disable_verbs(app, false);
}

// As CLI11 reads the value of a flag.
bool is_yes(const std::string& text) {
  bool yes = false;
  return CLI::detail::lexical_cast(text, yes) && yes;
}

// --json, or -o json to standard output: of command lines that CLI11 refuses, too.
bool asks_for_json(const Run& run) {
  std::string_view before;
  for (const std::string_view word : run.words) {
    if (word == "--") break;
    if (word == "--json" || word == "-ojson" || word == "--output=json") return true;
    if (word == "json" && (before == "-o" || before == "--output")) return true;
    if (word.starts_with("--json=")) return is_yes(std::string(word.substr(7)));
    before = word;
  }
  const std::optional<std::string> variable = environment("SUPPLY_JSON");
  return variable && is_yes(*variable);
}

// Why there is no answer: for a reader, and with --json as the record that a program reads in the answer's place. Where
// the verb has printed, its own record says it.
ExitCode fail(Console& console, const Run& run, const Error& error) {
  console.error(error);
  if (asks_for_json(run) && !console.has_printed())
    console.print(json::to_pretty_text({{"version", 1}, {"error", json::error_record(error)}}));
  return exit_code_of(error.code());
}

ExitCode say_wrong(Console& console, const Run& run, const CLI::App& app, const std::string& what) {
  // `--key $KEY` without quotes is as many words as the key has: they are not shown.
  const bool holds_key = std::any_of(run.words.begin(), run.words.end(), [](std::string_view word) {
    return word.find("-----BEGIN") != std::string_view::npos;
  });
  const std::string said = holds_key
                               ? "a key or certificate itself was typed, so that what is wrong is not shown: write "
                                 "it to a file and name that, or a key as --key env://VARIABLE"
                               : what;
  return fail(console, run, Error(ErrorCode::usage, said + " (see `" + typed_verb(app) + " --help`)"));
}

// For what is said without memory; set before any thread is.
std::string_view program_name;
int program_file = STDERR_FILENO;

// Nothing was found out, on whichever thread it is. What this run was writing has no name yet that a reader looks for.
void end_without_memory() {
  constexpr std::string_view kText = ": this machine or its limits (ulimit -v) gave no more memory\n";
  char line[128];
  const std::size_t end = program_name.copy(line, sizeof line - kText.size());
  const std::size_t size = end + kText.copy(line + end, kText.size());
  [[maybe_unused]] const ssize_t written = ::write(program_file, line, size);
  std::_Exit(static_cast<int>(exit_code_of(ErrorCode::unavailable)));
}

// An option that was given nothing, as by a variable that a script did not set: to leave it out would ask for less than
// was meant.
const CLI::Option* without_value(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    const std::vector<std::string>& values = option->results();
    if (option->get_items_expected_max() > 0 && std::find(values.begin(), values.end(), "") != values.end())
      return option;
  }
  for (const CLI::App* verb : app.get_subcommands())
    if (const CLI::Option* found = without_value(*verb)) return found;
  return nullptr;
}

// The name of an option that is written as "--key=". CLI11 takes the next word as its value, and that may be an image,
// which then nobody judges.
std::string_view written_without_value(const Run& run) {
  for (const std::string_view word : run.words) {
    if (word == "--") break;
    if (word.starts_with("--") && word.find('=') == word.size() - 1) return word.substr(0, word.size() - 1);
  }
  return {};
}

ExitCode say_without_value(Console& console, const Run& run, const CLI::App& app, const std::string& name) {
  return say_wrong(console, run, app, name + ": the value is empty; leave it out, or say one");
}

ExitCode parse_and_run(const ProgramDescription& description, Run& run, Console& console) {
  CLI::App app(description.summary, description.name);
  add_verbs(app, description.groups, run);
  add_own_verbs(app, description, run);
  add_help_flags(app, run);
  if (run.words.empty()) {
    const std::string help = app.help();
    std::fwrite(help.data(), 1, help.size(), stderr);
    return say_wrong(console, run, app, "no verb was said");
  }
  std::vector<std::string> words = with_verbs_first(app, run.words);
  const std::vector<std::string> verbs = verb_names(app);
  if (!words.front().starts_with('-') && std::find(verbs.begin(), verbs.end(), words.front()) == verbs.end()) {
    const std::string_view instead = instead_of_verb(words.front());
    const std::string meant = instead.empty() ? did_you_mean(words.front(), verbs) : ": write " + std::string(instead);
    return say_wrong(console, run, app, quote(words.front()) + " is no verb" + meant);
  }
  if (const std::string_view name = written_without_value(run); !name.empty())
    return say_without_value(console, run, app, std::string(name));
  write_short_options_out(app, words);
  try {
    std::reverse(words.begin(), words.end());  // as CLI11 takes them
    app.parse(std::move(words));
  } catch (const CLI::Success& wanted) {
    return static_cast<ExitCode>(app.exit(wanted));
  } catch (const CLI::ValidationError& wrong) {
    return say_wrong(console, run, app, wrong.what() + what_value_was_meant(app, run.words));
  } catch (const CLI::ParseError& wrong) {
    if (const std::string instead = instead_of_first_option(run); !instead.empty())
      return say_wrong(console, run, app, instead);
    return say_wrong(console, run, app, wrong.what() + what_was_meant(app, run.words));
  }
  if (const CLI::Option* empty = without_value(app)) return say_without_value(console, run, app, empty->get_name());
  const Result<ExitCode> result = run.body(console);
  return result ? *result : fail(console, run, result.error());
}

// Static objects leave their memory to the kernel: their destructors would fetch as many pages of the program as there
// are objects. A sanitizer looks for leaks after them.
int end_process(ExitCode code) {
#ifndef SUPPLY_SANITIZED
  std::_Exit(static_cast<int>(code));
#endif
  return static_cast<int>(code);
}

}  // namespace

void begin_process(std::string_view name, int file) {
  program_name = name;
  program_file = file;
  std::set_new_handler(end_without_memory);
  // A reader that goes away (| head) is a result that could not be written, not a death.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file over the process's limit is an error like a full disk
  // What is freed is wanted again soon: memory that goes back to the kernel between two images, or two large buffers,
  // comes back a page fault at a time.
  ::mallopt(M_TRIM_THRESHOLD, 16 << 20);
  ::mallopt(M_MMAP_THRESHOLD, 4 << 20);
  crypto::start();
}

int program(const ProgramDescription& description, int argc, char** argv) {
  begin_process(description.name, STDERR_FILENO);
  Console console(description.name);
  Run run{{argv + std::min(1, argc), argv + argc}, {}};
  ExitCode code = parse_and_run(description, run, console);
  if (const Status written = console.finish(); !written) {
    console.error(written.error());
    code = worse(code, exit_code_of(written.error().code()));
  }
  return end_process(code);
}

}  // namespace supply::tools
