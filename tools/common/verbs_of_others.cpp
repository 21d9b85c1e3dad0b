#include "tools/common/verbs_of_others.hpp"

#include <utility>

namespace supply::tools {

std::string_view instead_of_verb(std::string_view verb) {
  static constexpr std::pair<std::string_view, std::string_view> kVerbs[] = {
      {"attach", "attest IMAGE --type T --predicate FILE, or sign IMAGE, which attach what they make"},
      {"attestation",
       "verify-blob-attestation --github ORG/REPO --bundle FILE ./FILE, verify-attestation --github ORG/REPO IMAGE, or "
       "download attestation IMAGE"},
      {"audit",
       "verify-blob-attestation --trusted-keys npm://registry.npmjs.org --bundle ATTESTATIONS.json ./FILE.tgz"},
      {"bundle", "verify-blob --bundle FILE, or inspect IMAGE"},
      {"clean", "delete IMAGE@DIGEST, of what inspect IMAGE lists"},
      {"config", "inspect IMAGE"},
      {"convert", "sbom convert FILE"},
      {"digest", "inspect --digest IMAGE"},
      {"dockerfile", "pins check Dockerfile, and verify IMAGE"},
      {"env", "VERB --help, which names the variable of each option that has one"},
      {"exit-codes", "VERB --help, which ends with them"},
      {"generate", "sign IMAGE, which makes the payload and signs it"},
      {"generate-key-pair", "key generate"},
      {"help", "VERB --help"},
      {"import-key-pair", "key import"},
      {"initialize", "trust update, or trust init --mirror URL --root FILE"},
      {"list", "inspect IMAGE, or tags REPO"},
      {"list-tags", "tags REPO"},
      {"load", "copy oci:DIR:TAG IMAGE"},
      {"ls", "tags REPO, or inspect IMAGE"},
      {"manifest", "gate --deployment FILE --policy policy.yaml"},
      {"piv-tool", "--key pkcs11:... with the token's own module"},
      {"pkcs11-tool", "--key pkcs11:..., which says what it did not find"},
      {"public-key", "key public"},
      {"pull", "copy IMAGE oci:DIR:TAG"},
      {"push", "copy oci:DIR:TAG IMAGE"},
      {"save", "copy IMAGE oci:DIR:TAG"},
      {"signing-config", "sign --signing-config FILE"},
      {"standalone-sign", "sign IMAGE"},
      {"standalone-verify", "verify IMAGE"},
      {"sync", "copy SRC DST, an image a time"},
      {"tree", "inspect IMAGE"},
      {"triangulate", "inspect IMAGE"},
      {"trusted-root", "trust root create"},
      {"upload", "copy oci:DIR:TAG IMAGE, of a layout that holds the file"},
      {"validate", "inspect --verify IMAGE"},
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
