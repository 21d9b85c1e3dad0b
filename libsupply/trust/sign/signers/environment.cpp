// A private key in a variable of the environment, its PEM text.
#include "libsupply/trust/sign/internal/key_text.hpp"

namespace supply::sign::signers {
namespace {

constexpr std::string_view kScheme = "env://";

Result<std::unique_ptr<Signer>> open(const std::string& name, const SignerContext& context) {
  const auto found = context.environment.find(name.substr(kScheme.size()));
  if (found == context.environment.end()) return Error(ErrorCode::usage, "the environment has no such variable");
  return internal::signer_of_text(found->second, name, context);
}

}  // namespace

const SignerKind& environment() {
  static const SignerKind kind = {kScheme, "env://NAME", open};
  return kind;
}

}  // namespace supply::sign::signers
