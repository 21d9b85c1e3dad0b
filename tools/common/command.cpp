#include "tools/common/command.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <system_error>

#include "libsupply/base/text/text.hpp"
#include "tools/common/cli11.hpp"

extern "C" char** environ;

namespace supply::tools {

bool may_have_other_options(const CLI::App& verb, const Run& run) {
  if (run.declare == Declare::all) return true;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry)
    if (const std::string_view text = *entry; text.starts_with("SUPPLY_") && !text.starts_with("SUPPLY_PASSWORD="))
      return true;
  return std::any_of(run.words.begin(), run.words.end(), [&](std::string_view word) {
    return word.size() > 1 && word.front() == '-' &&
           verb.get_option_no_throw(std::string(word.substr(0, word.find('=')))) == nullptr;
  });
}

CLI::Option* check_value(CLI::Option* option, std::function<Status(const std::string&)> check) {
  return option->check([check = std::move(check)](const std::string& value) {
    const Status status = check(value);
    return status ? std::string() : status.error().message();
  });
}

Status check_file(const std::string& path) {
  if (::access(path.c_str(), R_OK) == 0) return {};
  return Error(ErrorCode::usage, quote(path) + ": " + std::generic_category().message(errno));
}

void add_now_option(CLI::App& verb, std::string& option, const std::string& help) {
  check_value(verb.add_option("--now", option, help), [](const std::string& value) -> Status {
    Result<Time> time = parse_rfc3339(value);
    return time ? Status() : Status(time.error());
  });
}

void add_common(CLI::App& verb, Common& common, bool show_registries, const Run& run) {
  if (!may_have_other_options(verb, run)) return;
  const auto everywhere = [](CLI::Option* option) { return option->group("Global options"); };
  everywhere(verb.add_flag("--json", common.json, "Print one JSON record"))->envname("SUPPLY_JSON");
  everywhere(verb.add_flag("--quiet", common.quiet, "Say nothing but results, warnings and errors"))
      ->envname("SUPPLY_QUIET");
  everywhere(verb.add_flag("--verbose", common.verbose, "Say more"))->envname("SUPPLY_VERBOSE");
  everywhere(verb.add_flag("--offline", common.offline, "Open no socket"))->envname("SUPPLY_OFFLINE");
  everywhere(verb.add_option("--cache", common.cache, "The directory for what one run leaves to the next"))
      ->envname("SUPPLY_CACHE");
  everywhere(verb.add_flag("--no-cache", common.no_cache, "Leave nothing to the next run"))->envname("SUPPLY_NO_CACHE");
  everywhere(verb.add_option("--color", common.color,
                             "Colours in text for a person; auto: on a terminal, unless NO_COLOR is set"))
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  const auto registry = [&](CLI::Option* option) { return option->group(show_registries ? "Registries" : ""); };
  check_value(
      registry(verb.add_option("--deadline", common.deadline, "The longest that all requests may take, e.g. 30s"))
          ->envname("SUPPLY_DEADLINE"),
      [](const std::string& value) -> Status {
        const auto duration = duration_of(value, "--deadline");
        return duration ? Status() : Status(duration.error());
      });
  check_value(registry(verb.add_option("--ca-file", common.ca_file, "PEM file of CA certificates to trust too"))
                  ->envname("SUPPLY_CA_FILE"),
              check_file);
  registry(verb.add_flag("--plain-http", common.plain_http, "Speak HTTP, not only to this machine"));
  auto* authfile = registry(
      verb.add_option("--authfile", common.auth_file, "The file with the credentials (else REGISTRY_AUTH_FILE, …)"));
  if (verb.get_name() != "login") check_value(authfile, check_file);  // which makes it
  auto* key = registry(verb.add_option("--client-key", common.client_key, "PEM file of the client certificate's key"));
  auto* certificate =
      registry(verb.add_option("--client-cert", common.client_certificate, "PEM file of a client certificate"));
  check_value(certificate, check_file)->needs(key);
  check_value(key, check_file)->needs(certificate);
  check_value(registry(verb.add_option("--token-server", common.token_servers,
                                       "https://HOST[:PORT] that may have the credentials beside the registry itself; "
                                       "repeated"))
                  ->allow_extra_args(false),
              [](const std::string& value) -> Status {
                const auto server = token_server_of(value);
                return server ? Status() : Status(server.error());
              });
}

Result<http::Origin> token_server_of(const std::string& text) {
  const auto url = http::Url::parse(text);
  if (!url || !(url->origin().secure() || url->origin().is_loopback()) || url->target() != "/")
    return Error(ErrorCode::usage,
                 "--token-server " + quote(text) + ": want https://HOST[:PORT] (http:// for this machine alone)");
  return url->origin();
}

Result<std::chrono::milliseconds> duration_of(const std::string& text, const std::string& option) {
  using std::chrono::milliseconds;
  static constexpr std::array<std::pair<std::string_view, std::int64_t>, 5> kUnits{
      {{"ms", 1}, {"s", 1'000}, {"m", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}}};
  const Error wrong(ErrorCode::usage, option + " " + quote(text) + ": want a duration such as 30s, 2m or 500ms");
  std::int64_t sum = 0;
  std::string_view rest = text;
  while (!rest.empty()) {
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (failed != std::errc() || number < 0 || number > 1'000'000'000) return wrong;
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    const std::string_view unit = rest.substr(0, rest.find_first_of("0123456789"));
    const auto* known =
        std::find_if(kUnits.begin(), kUnits.end(), [&](const auto& each) { return each.first == unit; });
    if (known == kUnits.end()) return wrong;
    rest.remove_prefix(unit.size());
    sum += number * known->second;
  }
  if (sum == 0) return wrong;
  return milliseconds(sum);
}

std::string cache_directory(const Common& common) {
  if (common.no_cache) return {};
  if (!common.cache.empty()) return common.cache;
  // Source: XDG Base Directory Specification: a relative path is invalid, and ignored.
  if (const auto directory = environment("XDG_CACHE_HOME"); directory && directory->starts_with('/'))
    return *directory + "/supply";
  if (const auto home = environment("HOME"); home && home->starts_with('/')) return *home + "/.cache/supply";
  return {};
}

Time now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

Result<Clock> clock_of(const std::string& now_option) {
  if (now_option.empty()) return Clock{now(), false};
  Result<Time> time = parse_rfc3339(now_option);
  if (!time) return Error(ErrorCode::usage, "--now: " + time.error().message());
  return Clock{*time, true};
}

Result<std::optional<Time>> source_date_epoch() {
  const std::optional<std::string> text = environment("SOURCE_DATE_EPOCH");
  if (!text || text->empty()) return std::optional<Time>();
  Result<Time> time = parse_epoch(*text);
  if (!time) return Error(ErrorCode::usage, "SOURCE_DATE_EPOCH: " + time.error().message());
  return std::optional(*time);
}

Result<std::optional<oci::Platform>> platform_of(const std::string& option) {
  if (option.empty()) return std::optional<oci::Platform>();
  Result<oci::Platform> platform = oci::Platform::parse(std::string_view(option));
  if (!platform) return Error(ErrorCode::usage, "--platform: " + platform.error().message());
  return std::optional(*std::move(platform));
}

Result<std::map<std::string, std::string>> key_values_of(const std::vector<std::string>& options,
                                                         std::string_view name) {
  std::map<std::string, std::string> values;
  for (const std::string& option : options) {
    const std::size_t equals = option.find('=');
    if (equals == 0 || equals == std::string::npos)
      return Error(ErrorCode::usage, std::string(name) + ' ' + quote(option) + ": want key=value");
    if (!is_utf8(option)) return Error(ErrorCode::usage, std::string(name) + ' ' + quote(option) + ": is not UTF-8");
    if (!values.emplace(option.substr(0, equals), option.substr(equals + 1)).second)
      return Error(ErrorCode::usage, std::string(name) + ' ' + quote(option) + ": the key was given twice");
  }
  return values;
}

std::optional<std::string> environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) return std::nullopt;
  return value;
}

std::map<std::string, std::string> whole_environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos && equals > 0)
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

}  // namespace supply::tools
