// Where a build job gets an identity token without being given one: the CI systems and clouds that have one at hand.
// Each is one file in providers/.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "libsupply/base/process/process.hpp"
#include "libsupply/trust/sigstore/identity_token.hpp"
#include "libsupply/trust/sigstore/service_client.hpp"

namespace supply::sigstore {

/// What a provider may use of the world around it.
struct TokenContext {
  const std::map<std::string, std::string>& environment;
  const ServiceClient& client;
  /// A small file of this machine; nothing where it is not there.
  std::function<std::optional<std::string>(const std::string& path)> read_file;
  std::function<Result<process::Output>(const process::Command&)> run;
  std::string_view audience = kSigstoreAudience;

  /// The variable's value, or "".
  std::string variable(const std::string& name) const;
};

struct TokenProvider {
  std::string_view name;
  int order;  ///< the smallest that is present is asked
  /// Whether this machine says that it is one; asks nobody.
  bool (*present)(const TokenContext& context);
  /// The token's text. Errors: those of ServiceClient::ask; malformed; unauthenticated, saying what the job lacks.
  Result<std::string> (*fetch)(const TokenContext& context);
};

/// The token in that member of an answer. Errors: malformed, which quotes nothing of the answer.
Result<std::string> token_in(const ServiceAnswer& answer, const char* member);

/// All of them, by their files' names.
std::span<const TokenProvider* const> all_providers();

/// The token of the first provider that is present. Errors: unauthenticated, when none is, saying what there would have
/// to be; those of the provider, by its name.
Result<IdentityToken> ambient_token(const TokenContext& context);

}  // namespace supply::sigstore
