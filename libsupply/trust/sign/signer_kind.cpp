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

// Where cosign finds keys and Supply does not look, with what to do instead.
struct UnreadPlace {
  std::string_view scheme, instead;
};
constexpr UnreadPlace kUnread[] = {
    {"k8s://", "secrets of Kubernetes are not read: write the key that is in it to a file"},
    {"gitlab://", "variables of GitLab are not asked for: in a job they are there, as env://COSIGN_PRIVATE_KEY"},
    {"github://", "secrets of GitHub are not asked for: hand it to the job as a variable, and write env://NAME"},
    {"https://", "keys are not fetched: write it to a file, and see that it is the right one"},
    {"http://", "keys are not fetched: write it to a file, and see that it is the right one"},
};

}  // namespace

bool is_key_uri(std::string_view name) {
  const SignerKind* const kind = kind_of(name);
  return kind == nullptr || !kind->scheme.empty();
}

Result<std::unique_ptr<Signer>> open_signer(const std::string& name, const SignerContext& context) {
  const SignerKind* const kind = kind_of(name);
  if (kind != nullptr) return kind->open(name, context);
  for (const UnreadPlace& place : kUnread)
    if (name.starts_with(place.scheme)) return Error(ErrorCode::usage, std::string(place.instead));
  std::string forms;
  for (const SignerKind* const each : all_signers()) forms += (forms.empty() ? "" : ", ") + std::string(each->form);
  return Error(ErrorCode::usage, "not a key that Supply can reach (want " + forms + ")");
}

}  // namespace supply::sign
