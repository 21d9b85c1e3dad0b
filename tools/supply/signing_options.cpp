// The options of the verbs that sign.

#include "tools/common/cli11.hpp"
#include "tools/common/command.hpp"
#include "tools/common/options_of_others.hpp"
#include "tools/supply/signing.hpp"

namespace supply::tools {
namespace {

// An option that is not named here is unknown.
constexpr OptionOfOthers kOfSigning[] = {
    {"--sk", false, "hardware keys are named by --key pkcs11:..."},
    {"--replace", false,
     "nothing that is attached is replaced, and the same again adds nothing: supply delete IMAGE@DIGEST takes the old "
     "one away"},
    {"--slot", true, "hardware keys are named by --key pkcs11:..."},
    {"--recursive", false, "attest each platform by itself: write --platform OS/ARCHITECTURE"},
    {"-r", false, "attest each platform by itself: write --platform OS/ARCHITECTURE"},
    {"--rekor-entry-type", true, "the log entry is of the kind that the log takes of an envelope: leave it out"},
    {"--force", false, "Supply never asks: leave it out"},
    {"-f", false, "Supply never asks: leave it out"},
    {"--no-tlog-upload", false, "write --tlog-upload=false"},
    {"--issue-certificate", false, "a key signs without a certificate: leave out --key to sign by an identity"},
    {"--certificate", true, "a certificate is asked for by an identity: leave out --key, and give --identity-token"},
    {"--certificate-chain", true,
     "a certificate is asked for by an identity: leave out --key, and give --identity-token"},
    {"--cert", true, "a certificate is asked for by an identity: leave out --key, and give --identity-token"},
    {"--oidc-issuer", true, "no browser is opened: get a token with another program and give --identity-token"},
    {"--oidc-client-id", true, "no browser is opened: get a token with another program and give --identity-token"},
    {"--oidc-client-secret-file", true,
     "no browser is opened: get a token with another program and give --identity-token"},
    {"--oidc-redirect-url", true, "no browser is opened: get a token with another program and give --identity-token"},
    {"--oidc-provider", true, "the CI system is found by itself; SIGSTORE_ID_TOKEN or --identity-token goes before it"},
    {"--oidc-disable-ambient-providers", false, "--identity-token goes before what the CI system has"},
    {"--fulcio-auth-flow", true, "give --identity-token, or run where there is one"},
    {"--insecure-skip-verify", false, "--insecure-ignore-sct signs without looking at the certificate's SCTs"},
    {"--rfc3161-timestamp", true, "timestamps are in the bundle (--bundle)"},
    {"--rfc3161-timestamp-bundle", true, "timestamps are in the bundle (--bundle)"},
    {"--output-certificate", true, "the certificate is in the bundle (--bundle)"},
    {"--output-signature", true,
     "the signature is in the bundle; of an image, supply download signature IMAGE writes it; sign-blob has the "
     "option"},
    {"--output-payload", true, "the payload is attached with the signature: supply download signature IMAGE writes it"},
    {"--output", true, "the signature goes where --bundle or --output-signature says"},
    {"--payload", true, "what is signed of an image is made from its digest: leave it out"},
    {"--upload", false, "to sign without a registry, sign a copy in a layout: supply sign oci:DIR:TAG", true},
    {"--no-upload", false, "to attest without a registry, attest a copy in a layout: supply attest oci:DIR:TAG"},
    {"--output-attestation", true, "the attestation is in the bundle (--bundle)"},
    {"--timestamp-client-cacert", true, "--ca-file names CA certificates that are trusted beside the system's"},
    {"--timestamp-client-cert", true, "--client-cert and --client-key prove who asks"},
    {"--timestamp-client-key", true, "--client-cert and --client-key prove who asks"},
    {"--timestamp-server-name", true, "the server is reached under the name that its certificate has"},
    {"--bundle", true,
     "the bundle is attached to the image: supply download signature IMAGE, or download attestation IMAGE, writes it"},
    {"--attachment", true, "sign what is attached by its own reference, or attest it"},
    {"--sign-container-identity", true,
     "the name that is signed is the image's own, and nothing relies on it: leave it out"},
    {"--signing-algorithm", true, "a key signs by its own algorithm: leave it out"},
    {"--signature-digest-algorithm", true, "a key signs by its own algorithm: leave it out"},
    {"--b64", false, "--output-signature writes base64: leave it out", true},
    {"--statement", true, "the statement is made: write --type T --predicate FILE"},
    {"--hash", true, "write sha256:HEX for FILE"},
    {"--private_key", true, "write --key FILE"},
    {"--private-key", true, "write --key FILE"},
    {"--identity_token", true, "write --identity-token TOKEN"},
    {"--staging", false, "write --signing-config FILE and --trusted-root FILE, of the staging instance"},
    {"--trust-config", true,
     "write --signing-config FILE and --trusted-root FILE, of the file's members signingConfig and trustedRoot"},
    {"--signature-format", true, "write --format bundle or --format legacy; JWS and COSE are not written"},
    {"--id", true, "write --key, with the URI of the key"},
    {"--plugin", true, "write --key exec:PROGRAM, or the URI of the key"},
};

}  // namespace

void add_signing_options(CLI::App& verb, SigningOptions& options) {
  verb.add_option("--key", options.key,
                  "The key: a file, env://NAME, or the URI of one elsewhere; without it, an identity signs");
  verb.add_option("--identity-token", options.identity_token,
                  "Who signs: an OpenID Connect token, or a file that holds one; without it, the CI system's");
  verb.add_option("--signing-config", options.signing_config,
                  "The services that sign: a Sigstore signing configuration v0.2, JSON");
  verb.add_option("--fulcio-url", options.fulcio_url, "The certificate authority");
  verb.add_option("--rekor-url", options.rekor_urls, "A transparency log, Rekor v1; v2 by --signing-config");
  verb.add_option("--timestamp-server-url", options.timestamp_urls, "A timestamp authority (RFC 3161)");
  check_value(verb.add_option("--trusted-root", options.trusted_root,
                              "Logs and authorities that are trusted: what the services answer is checked with it; "
                              "without it, as when verifying"),
              check_file);
  on_flag(verb, "--tlog-upload", [&options](bool yes) {
    options.tlog_upload = yes;
  })->description("=false: no transparency log");
  verb.add_flag("--insecure-ignore-sct", options.ignore_sct,
                "Do not look at the certificate's SCTs, for instances without a CT log");
  verb.add_flag("-y,--yes", options.yes, "Taken for cosign's sake: Supply never asks");
}

void add_cosign_refusals(CLI::App& verb, const Run& run) {
  if (!may_have_other_options(verb, run)) return;
  const auto only = [&verb](const std::string& flag, bool allowed, const char* instead) {
    on_flag(verb, flag, [flag, allowed, instead](bool yes) {
      if (yes != allowed) throw CLI::ParseError(flag + ": " + instead, CLI::ExitCodes::ExtrasError);
    })->group("");
  };
  // As it is without them: services are those that are named, and bundles are written.
  only("--use-signing-config", false, "--signing-config FILE names the services");
  only("--new-bundle-format", true, "--format bundle or --format legacy says the form");
  only("--record-creation-timestamp", true, "what is attached says when it was made");
  refuse_options_of_others(verb, kOfSigning, run);
}

}  // namespace supply::tools
