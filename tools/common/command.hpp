// What every verb shares: its place in the program, and the options that are everywhere.
#pragma once

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/http/url.hpp"
#include "libsupply/base/result/result.hpp"
#include "libsupply/base/time/time.hpp"
#include "libsupply/image/oci/platform.hpp"
#include "tools/common/console.hpp"
#include "tools/common/exit_code.hpp"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace supply::tools {

/// What every verb has. The environment can set only what cannot weaken a verdict: not --plain-http.
struct Common {
  bool json = false, quiet = false, verbose = false;
  bool offline = false;  ///< no socket is opened; what would need one fails
  std::string deadline;  ///< for all that is asked of registries together; empty: none
  std::string cache;     ///< --cache; empty: the usual place
  bool no_cache = false;
  std::string color = "auto";  ///< --color
  bool plain_http = false;     ///< HTTP for registries that are not this machine too
  std::string ca_file;         ///< CA certificates that are trusted beside the system's
  std::string auth_file;       ///< where the credentials are, instead of the usual places
  std::string client_certificate, client_key;
  std::vector<std::string> token_servers;  ///< realms that may have the registry's credentials
};

/// Which verbs declare their options: to make those of all costs every start ten times what one verb needs.
enum class Declare { typed, all };

/// What main runs once the command line is read, and what verbs must know while they are added.
struct Run {
  std::vector<std::string_view> words;  ///< of the command line, without the program's name
  std::function<Result<ExitCode>(Console&)> body;
  Declare declare = Declare::typed;

  /// Whether a verb of that name can be meant: the word is somewhere in the line.
  bool needs(std::string_view verb) const {
    return declare == Declare::all || std::find(words.begin(), words.end(), verb) != words.end();
  }
};

/// Whether the line may mean options that the verb does not have yet: a word of it looks like one (it may be mistyped,
/// or ask for help), or the environment has a variable of Supply's. Where not, those can be left undeclared: a start
/// pays for each, and nobody sees them missing.
bool may_have_other_options(const CLI::App& verb, const Run& run);

/// The options that all verbs take, behind the verb's own. Those of registries are not shown where no registry can be
/// meant.
void add_common(CLI::App& verb, Common& common, bool show_registries, const Run& run);

/// --now: the time to judge by. Absent: the clock's.
struct Clock {
  Time now;
  bool simulated = false;
};
/// Errors: usage.
Result<Clock> clock_of(const std::string& now_option);
void add_now_option(CLI::App& verb, std::string& option, const std::string& help);
/// The clock's time alone, for verbs that sign: they take no --now.
Time now();
/// SOURCE_DATE_EPOCH, when it is set. Errors: usage.
Result<std::optional<Time>> source_date_epoch();

/// "30s", "1m30s", "500ms". Errors: usage.
Result<std::chrono::milliseconds> duration_of(const std::string& text, const std::string& option);
/// --token-server. Errors: usage.
Result<http::Origin> token_server_of(const std::string& text);
/// The directory for what one run may leave to the next: --cache, $XDG_CACHE_HOME/supply, ~/.cache/supply; "" for none.
std::string cache_directory(const Common& common);

/// The value is checked where the command line is read, so that a wrong one is refused also where nothing asks for it.
CLI::Option* check_value(CLI::Option* option, std::function<Status(const std::string& value)> check);
/// The file is there and may be read. It is not opened: it may be a pipe.
Status check_file(const std::string& path);

/// --platform. Errors: usage.
Result<std::optional<oci::Platform>> platform_of(const std::string& option);
/// An option key=value, repeated; `name` is its own, for messages. Errors: usage.
Result<std::map<std::string, std::string>> key_values_of(const std::vector<std::string>& options,
                                                         std::string_view name);
/// -a key=value, repeated. Errors: usage.
inline Result<std::map<std::string, std::string>> annotations_of(const std::vector<std::string>& options) {
  return key_values_of(options, "--annotation");
}

/// A variable of the environment; nullopt when it is not set.
std::optional<std::string> environment(const char* name);
/// The whole environment, for provenance.
std::map<std::string, std::string> whole_environment();

}  // namespace supply::tools
