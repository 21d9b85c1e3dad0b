// A private key in a file, in any form that crypto::PrivateKey reads.
#include "libsupply/base/io/file.hpp"
#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/trust/sign/internal/key_text.hpp"

namespace supply::sign::signers {
namespace {

Result<std::unique_ptr<Signer>> open(const std::string& path, const SignerContext& context) {
  const Result<std::string> text = io::read_file(path, kMaxKeyFileBytes);
  if (!text && text.error().code() == ErrorCode::not_found) return Error(ErrorCode::usage, "no such file");
  if (!text) return internal::as_usage(text.error());
  return internal::signer_of_text(*text, path, context);
}

}  // namespace

const SignerKind& key_file() {
  static const SignerKind kind = {"", "a file", open};
  return kind;
}

}  // namespace supply::sign::signers
