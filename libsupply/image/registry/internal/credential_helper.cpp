#include "libsupply/image/registry/internal/credential_helper.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/network_limits.hpp"
#include "libsupply/base/process/process.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::registry {

namespace {

std::string program_of(const std::string& name) { return "docker-credential-" + name; }

Result<process::Output> run(const std::string& name, const char* verb, std::string input,
                            const http::Environment& environment) {
  const bool fine = !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return is_alnum(c) || c == '-' || c == '_' || c == '.';
  });
  if (!fine) return Error(ErrorCode::usage, "credential helper " + quote(name) + " is no program's name");
  return process::run({.program = program_of(name),
                       .arguments = {verb},
                       .environment = environment,
                       .input = std::move(input),
                       .output_limit = kMaxTokenBytes});
}

// The text that all helpers use, on either stream. Source: docker-credential-helpers credentials/error.go.
bool knows_none(const process::Output& output) {
  return output.exit_code != 0 &&
         (output.output + output.errors).find("credentials not found in native keychain") != std::string::npos;
}

Error failure(const std::string& name, const char* verb, const process::Output& output, std::string_view said) {
  return Error(ErrorCode::unavailable, program_of(name) + " " + verb + " failed with exit code " +
                                           std::to_string(output.exit_code) +
                                           (trim(said).empty() ? "" : ": " + quote(trim(said))));
}

}  // namespace

std::optional<Credential> understood(Credential credential) {
  if (credential.username == "<token>") {
    // docker writes so where the token has a member of its own, which counts.
    if (credential.identity_token.empty()) credential.identity_token = std::move(credential.password);
    credential.username.clear();
    credential.password.clear();
  }
  if (credential.empty()) return std::nullopt;
  return credential;
}

Result<std::optional<Credential>> ask_helper(const std::string& name, const std::string& key,
                                             const http::Environment& environment) {
  SUPPLY_TRY(const process::Output output, run(name, "get", key + "\n", environment));
  if (knows_none(output)) return std::optional<Credential>();
  if (output.exit_code != 0) return failure(name, "get", output, output.errors);
  const std::string program = program_of(name);
  Credential credential;
  credential.source = program;
  auto answer = json::parse(output.output, {.bytes = kMaxTokenBytes, .depth = 8});
  if (!answer || !answer->is_object()) return Error(ErrorCode::malformed, program + ": its answer is no JSON object");
  SUPPLY_TRY(credential.username, json::string_or_empty(*answer, "Username").at(program));
  SUPPLY_TRY(credential.password, json::string_or_empty(*answer, "Secret").at(program));
  return understood(std::move(credential));
}

Status store_with_helper(const std::string& name, const std::string& key, const Credential& credential,
                         const http::Environment& environment) {
  if (!credential.registry_token.empty())
    return Error(ErrorCode::unsupported, program_of(name) + " keeps no registry tokens");
  const bool token = !credential.identity_token.empty();
  const std::string& secret = token ? credential.identity_token : credential.password;
  const json::Value question{
      {"ServerURL", key}, {"Username", token ? "<token>" : credential.username}, {"Secret", secret}};
  SUPPLY_TRY(const process::Output output, run(name, "store", json::to_text(question), environment));
  if (output.exit_code == 0) return {};
  // Helpers say what is wrong on their output. One that repeats what it was told is not quoted.
  std::string said = output.output.substr(0, 1'024) + output.errors;
  const std::string literal = json::to_literal(secret);
  for (const std::string& form : {secret, literal.substr(1, literal.size() - 2), to_base64(secret)})
    if (said.find(form) != std::string::npos) said.clear();
  if (said.find("Secret") != std::string::npos) said.clear();
  return failure(name, "store", output, said);
}

Result<bool> erase_with_helper(const std::string& name, const std::string& key, const http::Environment& environment) {
  SUPPLY_TRY(const auto known, ask_helper(name, key, environment));
  if (!known) return false;
  SUPPLY_TRY(const process::Output output, run(name, "erase", key + "\n", environment));
  if (knows_none(output)) return false;
  if (output.exit_code != 0) return failure(name, "erase", output, output.errors);
  return true;
}

}  // namespace supply::registry
