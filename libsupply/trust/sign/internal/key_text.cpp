#include "libsupply/trust/sign/internal/key_text.hpp"

#include "libsupply/base/text/text.hpp"

namespace supply::sign::internal {
namespace {

std::optional<std::string> passphrase(const std::string& name, const SignerContext& context) {
  for (const char* const variable : {"SUPPLY_PASSWORD", "COSIGN_PASSWORD"}) {
    const auto found = context.environment.find(variable);
    if (found != context.environment.end()) return found->second;
  }
  return context.ask_secret ? context.ask_secret("Passphrase of " + quote(name) + ": ") : std::nullopt;
}

}  // namespace

Error as_usage(const Error& error) {
  return error.code() == ErrorCode::internal ? error : Error(ErrorCode::usage, error.message());
}

Result<std::unique_ptr<Signer>> signer_of_text(std::string_view text, const std::string& name,
                                               const SignerContext& context) {
  std::string given;
  if (crypto::PrivateKey::is_encrypted(text)) {
    std::optional<std::string> found = passphrase(name, context);
    if (!found) return Error(ErrorCode::usage, "is encrypted, and there is no passphrase (set SUPPLY_PASSWORD)");
    given = *std::move(found);
  }
  Result<crypto::PrivateKey> key = crypto::PrivateKey::from_pem(text, given);
  if (!key) return as_usage(key.error());
  return std::unique_ptr<Signer>(std::make_unique<PrivateKeySigner>(*std::move(key), context.scheme));
}

}  // namespace supply::sign::internal
