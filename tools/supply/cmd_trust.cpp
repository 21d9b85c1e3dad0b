#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/root/render.hpp"
#include "tools/common/trusted_root.hpp"
#include "tools/common/verb.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  std::string trusted_root;
  bool raw = false;
};

Result<ExitCode> run_show(const Options& options, Console& console) {
  SUPPLY_TRY(const ChosenTrustedRoot choice, trusted_root_for(options.trusted_root, options.common, console));
  if (options.raw) {
    console.print(choice.text);
  } else if (options.common.json) {
    nlohmann::json record = root::to_json(choice.root);
    record.update({{"version", 1}, {"trustedRoot", choice.to_json()}});
    console.print(json::to_pretty_text(record));
  } else {
    console.print("trusted root: " + escape_for_terminal(choice.description()) + "\n" + root::to_text(choice.root));
  }
  return ExitCode::yes;
}

}  // namespace

void add_trust(CLI::App& app, Run& run) {
  CLI::App* trust = app.add_subcommand("trust", "Whose logs and authorities are believed: the trusted root");
  trust->require_subcommand(1);
  add_verb<Options>(
      *trust, run, "show", "Say which trusted root is used, and what is in it",
      [](CLI::App& verb, Options& options) {
        verb.add_option("--trusted-root", options.trusted_root, "This one");
        verb.add_flag("--raw", options.raw, "Print trusted_root.json as it is");
      },
      run_show);
  add_trust_update(*trust, run);
  add_trust_root(*trust, run);
}

}  // namespace supply::tools
