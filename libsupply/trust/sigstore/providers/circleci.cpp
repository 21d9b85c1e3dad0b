// CircleCI: its own tokens are for the organisation; the command-line tool gets one for another audience.
// Source: circleci.com/docs/openid-connect-tokens, "OIDC tokens with custom claims".
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/sigstore_limits.hpp"
#include "libsupply/trust/sigstore/token_provider.hpp"

namespace supply::sigstore::providers {
namespace {

bool present(const TokenContext& context) { return context.variable("CIRCLECI") == "true"; }

Result<std::string> fetch(const TokenContext& context) {
  process::Command command;
  command.program = "circleci";
  command.arguments = {"run", "oidc", "get", "--claims", json::to_text({{"aud", context.audience}})};
  command.environment = context.environment;
  command.output_limit = kMaxIdentityTokenBytes;
  SUPPLY_TRY(const process::Output output, context.run(command));
  if (output.exit_code != 0)
    return Error(ErrorCode::unauthenticated, "`circleci run oidc get` ended with " + std::to_string(output.exit_code));
  return output.output;
}

}  // namespace

const TokenProvider& circleci() {
  static const TokenProvider provider = {"CircleCI", 50, present, fetch};
  return provider;
}

}  // namespace supply::sigstore::providers
