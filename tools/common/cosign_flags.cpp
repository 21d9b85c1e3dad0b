#include "tools/common/cosign_flags.hpp"

#include <algorithm>

#include "libsupply/base/text/text.hpp"
#include "tools/common/cli11.hpp"
#include "tools/common/options_of_others.hpp"

namespace supply::tools {
namespace {

constexpr OptionOfOthers kOfVerifying[] = {
    {"--sk", false,
     "no: hardware tokens are not asked when verifying; save the token's public key to a file and write --key FILE"},
    {"--slot", true,
     "no: hardware tokens are not asked when verifying; save the token's public key to a file and write --key FILE"},
    {"--rekor-url", true,
     "nothing is asked of a log when verifying: its key is in --trusted-root FILE, its entry comes with the signature"},
    {"--fulcio-url", true,
     "nothing is asked of an authority when verifying: its certificates are in --trusted-root FILE"},
    {"--tuf-mirror", true, "write --trusted-root FILE"},
    {"--policy", true, "policies of CUE and Rego are not run: write a policy.yaml and use `gate --policy`"},
    {"--attachment", true,
     "verify what is attached by its own reference, or as an attestation with verify-attestation"},
    {"--signature-digest-algorithm", true, "leave it out: the algorithm is the one that the signature was made with"},
    {"--payload", true, "what was signed of an image comes with its signature: leave it out"},
    {"--bundle", true,
     "of an image what is attached to it is read; a bundle in a file is a release file's: verify-blob, "
     "verify-blob-attestation"},
    {"--certificate", true, "a signature's certificate comes with it: leave it out"},
    {"--cert", true, "a signature's certificate comes with it; for files: verify-blob --certificate FILE"},
    {"--cert-chain", true, "write --certificate-chain FILE"},
    {"--certificate-email", true, "write --certificate-identity EMAIL --certificate-oidc-issuer URL"},
    {"--cert-email", true, "write --certificate-identity EMAIL --certificate-oidc-issuer URL"},
    {"--cert-oidc-issuer", true, "write --certificate-oidc-issuer URL"},
    {"--sct", true, "an SCT is read in its certificate alone; --insecure-ignore-sct waives it"},
    {"--enforce-sct", false, "an SCT is always wanted, but with --insecure-ignore-sct: leave it out"},
    {"--signature", true, "write --bundle FILE, which may be a bundle or the envelope alone"},
    {"--rfc3161-timestamp", true, "a signature's timestamp comes with it: leave it out"},
    {"--digest", true, "write sha256:HEX or sha512:HEX for FILE"},
    {"--digestAlg", true, "write sha256:HEX or sha512:HEX for FILE"},
    {"--hash-algorithm", true, "leave it out: the algorithm is the one that the signature was made with"},
    {"--predicate-type", true, "write --type"},
    {"--recursive", false, "every platform of an index is judged, or the one of --platform: leave it out"},
    // of gh attestation verify
    {"--repo", true, "write --github ORG/REPO"},
    {"-R", true, "write --github ORG/REPO"},
    {"--owner", true,
     "write --github ORG/REPO, or --certificate-extension source-repository-owner-uri=https://github.com/ORG with an "
     "identity"},
    {"--signer-repo", true, "write --workflow ORG/REPO/PATH, of the workflow that signs, beside --github"},
    {"--signer-workflow", true, "write --workflow ORG/REPO/PATH beside --github"},
    {"--signer-digest", true, "write --certificate-extension build-signer-digest=COMMIT"},
    {"--source-ref", true, "write --certificate-github-workflow-ref REF, or --github ORG/REPO@REF"},
    {"--source-digest", true, "write --certificate-github-workflow-sha COMMIT"},
    {"--deny-self-hosted-runners", false, "write --certificate-extension runner-environment=github-hosted"},
    {"--custom-trusted-root", true, "write --trusted-root FILE"},
    {"--no-public-good", false, "write --trusted-root FILE, of the instance that is meant"},
    {"--bundle-from-oci", false, "what is attached to an image is read: leave it out"},
    {"--hostname", true, "of a server of one's own, write --certificate-identity with --certificate-oidc-issuer"},
    {"--digest-alg", true, "leave it out: every digest of FILE that a statement may have is made"},
    {"--format", true, "write -o FORMAT"},
    {"--limit", true, "every attestation is judged: leave it out"},
    {"--cert-identity-regex", true, "write --certificate-identity-regexp EXPRESSION"},
    // of sigstore (Python), pypi-attestations and model_signing
    {"--cert-identity", true, "write --certificate-identity WHO"},
    {"--identity", true, "write --certificate-identity WHO --certificate-oidc-issuer URL"},
    {"--identity_provider", true, "write --certificate-oidc-issuer URL"},
    {"--identity-provider", true, "write --certificate-oidc-issuer URL"},
    {"--repository", true, "write --github ORG/REPO, or --gitlab GROUP/PROJECT"},
    {"--staging", false, "write --trusted-root FILE, of the staging instance"},
    {"--trust-config", true, "write --trusted-root FILE, of the file's member trustedRoot"},
    {"--public_key", true, "write --key FILE"},
    {"--public-key", true, "write --key FILE"},
    {"--certificate_chain", true, "write --certificate-chain FILE"},
    {"--ignore-paths", true,
     "every file but those that the manifest leaves out must be signed: leave it out, or take the file away"},
    {"--ignore_git_paths", false,
     "every file but those that the manifest leaves out must be signed: leave it out, or take the file away"},
};

// What changes nothing here: both forms are always read, claims are always checked, the whole machine is used.
constexpr const char* kWithoutEffect[] = {"--new-bundle-format", "--experimental-oci11", "--experimental",
                                          "--allow-certificate-chain"};

[[noreturn]] void refuse(const std::string& flag, const std::string& text) {
  throw CLI::ParseError(flag + ": " + text, CLI::ExitCodes::ValidationError);
}

}  // namespace

std::string CosignFlags::image(const std::string& text) const {
  return local_image && !text.starts_with("oci:") && !text.starts_with("oci-dir:") ? "oci:" + text : text;
}

void add_cosign_flags(CLI::App& verb, CosignFlags& flags, Verifies what, const Run& run) {
  if (what == Verifies::images) {
    on_flag(verb, "--local-image", [&flags](bool yes) { flags.local_image = yes; })->group("");
    verb.add_option_function<std::string>(
            "--signature",
            [](const std::string&) {
              refuse("--signature", "an image's signatures are those that are attached to it; for files: verify-blob");
            })
        ->group("");
  }
  verb.add_option_function<std::string>("--max-workers", [](const std::string&) {})->group("");
  on_flag(verb, "--check-claims", [](bool yes) {
    if (!yes) refuse("--check-claims", "what a signature is about is always checked");
  })->group("");
  for (const char* flag : kWithoutEffect)
    if (is_typed(run, flag)) verb.add_flag(flag)->group("");
  refuse_options_of_others(verb, kOfVerifying, run);
}

}  // namespace supply::tools
