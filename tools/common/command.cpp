#include "tools/common/command.hpp"

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdlib>

#include "libsupply/base/bytes/text.hpp"

extern "C" char** environ;

namespace supply::tools {

void add_common(CLI::App& verb, Common& common) {
  verb.add_flag("--json", common.json, "Print one JSON record")->envname("SUPPLY_JSON");
  verb.add_flag("--quiet", common.quiet, "Say nothing but results, warnings and errors")->envname("SUPPLY_QUIET");
  verb.add_flag("--verbose", common.verbose, "Say more")->envname("SUPPLY_VERBOSE");
  verb.add_flag("--offline", common.offline, "Open no socket")->envname("SUPPLY_OFFLINE");
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

Result<std::map<std::string, std::string>> annotations_of(const std::vector<std::string>& options) {
  std::map<std::string, std::string> annotations;
  for (const std::string& option : options) {
    const std::size_t equals = option.find('=');
    if (equals == 0 || equals == std::string::npos)
      return Error(ErrorCode::usage, "--annotation " + quote(option) + ": want key=value");
    if (!is_utf8(option)) return Error(ErrorCode::usage, "--annotation " + quote(option) + ": is not UTF-8");
    if (!annotations.emplace(option.substr(0, equals), option.substr(equals + 1)).second)
      return Error(ErrorCode::usage, "--annotation " + quote(option) + ": the key was given twice");
  }
  return annotations;
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
