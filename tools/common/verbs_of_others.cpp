#include "tools/common/verbs_of_others.hpp"

#include <utility>

namespace supply::tools {

std::string_view instead_of_verb(std::string_view verb) {
  static constexpr std::pair<std::string_view, std::string_view> kVerbs[] = {
      {"attach", "attest IMAGE --type T --predicate FILE, or sign IMAGE, which attach what they make"},
      {"bundle", "verify-blob --bundle FILE, or inspect IMAGE"},
      {"clean", "delete IMAGE@DIGEST, of what inspect IMAGE lists"},
      {"dockerfile", "pins check Dockerfile, and verify IMAGE"},
      {"env", "VERB --help, which names the variable of each option that has one"},
      {"generate", "sign IMAGE, which makes the payload and signs it"},
      {"generate-key-pair", "key generate"},
      {"import-key-pair", "key import"},
      {"help", "VERB --help"},
      {"initialize", "trust update, or trust init --mirror URL --root FILE"},
      {"load", "copy oci:DIR:TAG IMAGE"},
      {"manifest", "gate --deployment FILE --policy policy.yaml"},
      {"piv-tool", "--key pkcs11:... with the token's own module"},
      {"pkcs11-tool", "--key pkcs11:..., which says what it did not find"},
      {"public-key", "key public"},
      {"save", "copy IMAGE oci:DIR:TAG"},
      {"signing-config", "sign --signing-config FILE"},
      {"tree", "inspect IMAGE"},
      {"triangulate", "inspect IMAGE"},
      {"trusted-root", "trust root create"},
      {"verify-artifact", "verify-provenance ./FILE --provenance-path FILE --source-uri URI"},
      {"verify-github-attestation", "verify-provenance ./FILE --provenance-path FILE --source-uri URI"},
      {"verify-image", "verify-provenance IMAGE --source-uri URI, with --provenance-path FILE where it is in a file"},
      {"verify-npm-package", "verify-provenance ./FILE.tgz --attestations-path FILE --package-name NAME"},
      {"verify-vsa", "gate IMAGE --policy policy.yaml, with verification_summaries"},
  };
  for (const auto& [name, instead] : kVerbs)
    if (name == verb) return instead;
  return {};
}

}  // namespace supply::tools
