#include "libsupply/image/registry/credential_helper.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/base/bytes/text.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/process/process.hpp"

namespace supply::registry {

Result<std::optional<Credential>> ask_helper(const std::string& name, const std::string& key,
                                             const http::Environment& environment) {
  const bool fine = !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  });
  if (!fine) return Error(ErrorCode::usage, "credential helper " + quote(name) + " is no program's name");
  const std::string program = "docker-credential-" + name;
  SUPPLY_TRY(const process::Output output, process::run({.program = program,
                                                         .arguments = {"get"},
                                                         .environment = environment,
                                                         .input = key + "\n",
                                                         .output_limit = kMaxTokenBytes}));
  if (output.exit_code != 0) {
    // The text that all helpers use, on either stream. Source: docker-credential-helpers credentials/error.go.
    const std::string said = output.output + output.errors;
    if (said.find("credentials not found in native keychain") != std::string::npos) return std::optional<Credential>();
    return Error(ErrorCode::unavailable, program + " failed with exit code " + std::to_string(output.exit_code) +
                                             (output.errors.empty() ? "" : ": " + quote(trim(output.errors))));
  }
  Credential credential;
  credential.source = program;
  auto answer = json::parse(output.output, {.bytes = kMaxTokenBytes, .depth = 8});
  if (!answer || !answer->is_object()) return Error(ErrorCode::malformed, program + ": its answer is no JSON object");
  SUPPLY_TRY(credential.username, json::string_or_empty(*answer, "Username").at(program));
  SUPPLY_TRY(credential.password, json::string_or_empty(*answer, "Secret").at(program));
  if (credential.username == "<token>") {
    credential.identity_token = std::move(credential.password);
    credential.username.clear();
    credential.password.clear();
  }
  if (credential.empty()) return std::optional<Credential>();
  return std::optional<Credential>(std::move(credential));
}

}  // namespace supply::registry
