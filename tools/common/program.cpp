#include "tools/common/program.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>

#include "libsupply/base/bytes/text.hpp"
#include "tools/common/version.hpp"

namespace supply::tools {
namespace {

// "supply gate" for the deepest verb that was typed, so that help is named where it stands.
std::string typed_verb(const CLI::App& app) {
  std::string name = app.get_name();
  for (const CLI::App* verb : app.get_subcommands()) name += " " + typed_verb(*verb);
  return name;
}

}  // namespace

int program(const std::string& name, const std::string& description, int argc, char** argv,
            const std::vector<AddVerb>& verbs) {
  // A reader that goes away (| head) is a result that could not be written, not a death.
  std::signal(SIGPIPE, SIG_IGN);
  Console console(name);
  Run run{{argv + std::min(1, argc), argv + argc}, {}};
  CLI::App app(description, name);
  app.require_subcommand(1);
  app.set_version_flag("--version", std::string(kVersion));
  app.get_formatter()->column_width(32);
  for (const AddVerb add : verbs) add(app, run);
  const auto known = app.get_subcommands([](const CLI::App*) { return true; });
  const auto is_typed = [&](const CLI::App* verb) { return verb->get_name() == argv[1]; };
  if (argc > 1 && argv[1][0] != '-' && std::none_of(known.begin(), known.end(), is_typed)) {
    console.error(Error(ErrorCode::usage, quote(argv[1]) + " is no verb (see `" + name + " --help`)"));
    return static_cast<int>(ExitCode::usage);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& wanted) {
    return app.exit(wanted);
  } catch (const CLI::ParseError& wrong) {
    std::string what = wrong.what();
    console.error(Error(ErrorCode::usage, what + " (see `" + typed_verb(app) + " --help`)"));
    return static_cast<int>(ExitCode::usage);
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
