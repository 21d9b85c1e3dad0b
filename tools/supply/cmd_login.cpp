#include <nlohmann/json.hpp>

#include "libsupply/base/http/client.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/network_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/registry/credential_store.hpp"
#include "tools/common/image.hpp"
#include "tools/common/input.hpp"
#include "tools/common/options_of_others.hpp"
#include "tools/common/terminal.hpp"
#include "tools/common/verb.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  std::string registry, username;
  bool password_stdin = false;
};

// A password on the command line would be anybody's who lists processes.
Result<std::string> password_of(const Options& options) {
  if (options.password_stdin) {
    SUPPLY_TRY(std::string password, read_input("-", "--password-stdin", kMaxTokenBytes));
    while (password.ends_with('\n') || password.ends_with('\r')) password.pop_back();
    if (password.find('\n') != std::string::npos)
      return Error(ErrorCode::usage, "--password-stdin: several lines: want the password on one, and nothing else");
    return password;
  }
  std::optional<std::string> asked = ask_secret("Password of " + options.username + " at " + options.registry + ": ");
  if (!asked) return Error(ErrorCode::usage, "there is no terminal to ask for the password: use --password-stdin");
  return *std::move(asked);
}

Result<ExitCode> run_login(const Options& options, Console& console) {
  SUPPLY_TRY(const std::string registry, registry::parse_registry(options.registry));
  if (options.username.empty()) return Error(ErrorCode::usage, "say who: --username NAME");
  registry::Credential credential{.username = options.username};
  SUPPLY_TRY(credential.password, password_of(options));
  SUPPLY_TRY(registry::Options how, registry_options(options.common));
  SUPPLY_TRY(std::unique_ptr<http::Client> client, make_client(options.common));
  SUPPLY_TRY(const registry::LoginResult welcome,
             registry::check_credential(std::move(client), registry, credential, std::move(how)));
  if (welcome == registry::LoginResult::not_asked)
    console.warn(registry + " did not ask who we are: nothing was checked");
  SUPPLY_TRY(const std::vector<std::string> places,
             registry::save_credential(credential_places(options.common), registry, credential));
  console.note("logged in to " + registry + " as " + options.username + ": kept in " + join(places, ", "));
  if (options.common.json)
    console.print(json::to_pretty_text({{"version", 1},
                                        {"registry", registry},
                                        {"username", options.username},
                                        {"checked", welcome == registry::LoginResult::accepted},
                                        {"keptIn", places}}));
  return ExitCode::yes;
}

constexpr const char* kNoPassword =
    "write --password-stdin, or be asked on the terminal: whoever lists processes reads a command line";
constexpr OptionOfOthers kOfOthers[] = {{"--password", true, kNoPassword}, {"-p", true, kNoPassword}};

Result<ExitCode> run_logout(const Options& options, Console& console) {
  SUPPLY_TRY(const std::string registry, registry::parse_registry(options.registry));
  SUPPLY_TRY(const std::vector<std::string> places,
             registry::forget_credential(credential_places(options.common), registry));
  console.note("logged out of " + registry + ": taken out of " + join(places, ", "));
  if (options.common.json)
    console.print(json::to_pretty_text({{"version", 1}, {"registry", registry}, {"takenOutOf", places}}));
  return ExitCode::yes;
}

}  // namespace

void add_login(CLI::App& app, Run& run) {
  add_verb<Options>(
      app, run, "login", "Keep a password for a registry, where docker and podman look too",
      [&run](CLI::App& verb, Options& options) {
        verb.add_option("REGISTRY", options.registry, "HOST[:PORT], docker.io")->required();
        verb.add_option("-u,--username", options.username, "Who we are there");
        verb.add_flag("--password-stdin", options.password_stdin, "Read the password from standard input");
        refuse_options_of_others(verb, kOfOthers, run);
      },
      run_login);
  add_verb<Options>(
      app, run, "logout", "Forget the password for a registry",
      [](CLI::App& verb, Options& options) {
        verb.add_option("REGISTRY", options.registry, "HOST[:PORT], docker.io")->required();
      },
      run_logout);
}

}  // namespace supply::tools
