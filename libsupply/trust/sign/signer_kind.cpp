#include "libsupply/trust/sign/signer_kind.hpp"

#include "libsupply/base/text/text.hpp"

namespace supply::sign {
namespace {

const SignerKind* kind_of(std::string_view name) {
  const SignerKind* of_path = nullptr;
  for (const SignerKind* const kind : all_signers()) {
    if (kind->scheme.empty()) of_path = kind;
    else if (name.starts_with(kind->scheme)) return kind;
  }
  return name.find("://") == std::string_view::npos ? of_path : nullptr;
}

}  // namespace

bool is_key_uri(std::string_view name) {
  const SignerKind* const kind = kind_of(name);
  return kind == nullptr || !kind->scheme.empty();
}

Result<std::unique_ptr<Signer>> open_signer(const std::string& name, const SignerContext& context) {
  const SignerKind* const kind = kind_of(name);
  if (kind != nullptr) return kind->open(name, context);
  std::string forms;
  for (const SignerKind* const each : all_signers()) forms += (forms.empty() ? "" : ", ") + std::string(each->form);
  return Error(ErrorCode::usage, "not a key that Supply can reach (want " + forms + ")");
}

}  // namespace supply::sign
