// The options of the verbs that sign.
#include <CLI/CLI.hpp>

#include "tools/common/command.hpp"
#include "tools/supply/signing.hpp"

namespace supply::tools {
namespace {

struct OfCosign {
  const char* option;
  bool flag;
  const char* instead;
};

// What cosign takes and Supply does not, and what to type. An option that is not named here is unknown.
constexpr OfCosign kOfCosign[] = {
    {"--sk", true, "hardware keys are named by --key pkcs11:..."},
    {"--replace", true,
     "nothing that is attached is replaced, and the same again adds nothing: supply delete IMAGE@DIGEST takes the old "
     "one away"},
    {"--slot", false, "hardware keys are named by --key pkcs11:..."},
    {"--issue-certificate", true, "a key signs without a certificate: leave out --key to sign by an identity"},
    {"--certificate", false, "a certificate is asked for by an identity: leave out --key, and give --identity-token"},
    {"--certificate-chain", false,
     "a certificate is asked for by an identity: leave out --key, and give --identity-token"},
    {"--cert", false, "a certificate is asked for by an identity: leave out --key, and give --identity-token"},
    {"--oidc-issuer", false, "no browser is opened: get a token with another program and give --identity-token"},
    {"--oidc-client-id", false, "no browser is opened: get a token with another program and give --identity-token"},
    {"--oidc-client-secret-file", false,
     "no browser is opened: get a token with another program and give --identity-token"},
    {"--oidc-redirect-url", false, "no browser is opened: get a token with another program and give --identity-token"},
    {"--oidc-provider", false,
     "the CI system is found by itself; SIGSTORE_ID_TOKEN or --identity-token goes before it"},
    {"--oidc-disable-ambient-providers", true, "--identity-token goes before what the CI system has"},
    {"--fulcio-auth-flow", false, "give --identity-token, or run where there is one"},
    {"--insecure-skip-verify", true, "--insecure-ignore-sct signs without looking at the certificate's SCTs"},
    {"--rfc3161-timestamp", false, "timestamps are in the bundle (--bundle)"},
    {"--rfc3161-timestamp-bundle", false, "timestamps are in the bundle (--bundle)"},
    {"--output-certificate", false, "the certificate is in the bundle (--bundle)"},
    {"--output-signature", false,
     "the signature is attached to the image: supply download signature IMAGE writes it; sign-blob has the option"},
    {"--output-payload", false,
     "the payload is attached with the signature: supply download signature IMAGE writes it"},
    {"--output", false, "the signature goes where --bundle or --output-signature says"},
    {"--payload", false, "what is signed of an image is made from its digest: leave it out"},
    {"--upload", true, "to sign without a registry, sign a copy in a layout: supply sign oci:DIR:TAG"},
    {"--no-upload", true, "to attest without a registry, attest a copy in a layout: supply attest oci:DIR:TAG"},
    {"--timeout", false, "write --deadline"},
    {"--output-attestation", false, "the attestation is in the bundle (--bundle)"},
    {"--timestamp-client-cacert", false, "--ca-file names CA certificates that are trusted beside the system's"},
    {"--timestamp-client-cert", false, "--client-certificate and --client-key prove who asks"},
    {"--timestamp-client-key", false, "--client-certificate and --client-key prove who asks"},
    {"--use-signing-config", true, "--signing-config FILE names the services"},
    {"--new-bundle-format", true, "--format bundle or --format legacy says the form"},
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
  verb.add_flag("--tlog-upload", options.tlog_upload, "=false: no transparency log");
  verb.add_flag("--insecure-ignore-sct", options.ignore_sct,
                "Do not look at the certificate's SCTs, for instances without a CT log");
  verb.add_flag("-y,--yes", options.yes, "Taken for cosign's sake: Supply never asks");
}

void add_cosign_refusals(CLI::App& verb, const Run& run) {
  if (!may_have_other_options(verb, run)) return;
  for (const OfCosign& each : kOfCosign) {
    if (verb.get_option_no_throw(each.option) != nullptr) continue;  // the verb's own
    const auto refuse = [&each](const auto&) {
      throw CLI::ParseError(std::string(each.option) + ": " + each.instead, CLI::ExitCodes::ExtrasError);
    };
    if (each.flag) verb.add_flag_function(each.option, [refuse](std::int64_t count) { refuse(count); })->group("");
    else verb.add_option_function<std::string>(each.option, refuse)->group("");
  }
}

}  // namespace supply::tools
