#include "tools/common/trust_options.hpp"

#include <CLI/CLI.hpp>

#include "libsupply/base/io/file.hpp"
#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "tools/common/keys.hpp"

namespace supply::tools {
namespace {

Error usage(std::string what) { return Error(ErrorCode::usage, std::move(what)); }

Result<root::TrustedRoot> read_trusted_root(const std::string& file) {
  const std::string place = "--trusted-root " + quote(file);
  const Result<std::string> text = io::read_file(file, kMaxTrustedRootBytes);
  if (!text) return usage(place + ": " + text.error().message());
  Result<root::TrustedRoot> root = root::TrustedRoot::parse(*text);
  if (!root) return usage(place + ": " + root.error().message());
  return root;
}

// cosign's --…-regexp flags are found anywhere in the text; who means the whole says so in the expression.
Status add_pattern(const std::string& exact, const std::string& expression, const char* option,
                   std::vector<verify::TextPattern>& patterns, Console& console) {
  if (!exact.empty()) patterns.push_back(verify::TextPattern::exact(exact));
  if (expression.empty()) return {};
  SUPPLY_TRY(verify::TextPattern pattern, verify::TextPattern::regexp(expression).at(option));
  if (!expression.starts_with('^') || !expression.ends_with('$'))
    console.note(std::string(option) + ' ' + quote(expression) +
                 " may match a part of the text, as with cosign: write ^...$ for the whole");
  patterns.push_back(std::move(pattern));
  return {};
}

}  // namespace

std::vector<std::string> TrustOptions::asked() const {
  if (!keys.empty()) return keys;
  const auto either = [](const std::string& exact, const std::string& expression) {
    return exact.empty() ? "/" + expression + "/" : expression.empty() ? exact : exact + " and /" + expression + "/";
  };
  return {either(identity, identity_regexp) + " of issuer " + either(issuer, issuer_regexp)};
}

void add_trust_options(CLI::App& verb, TrustOptions& options) {
  verb.add_option("--key", options.keys, "A public key: a file, or env://NAME; repeated, any of them will do");
  verb.add_option("--certificate-identity", options.identity,
                  "Whom the signing certificate must name: a URI, an e-mail address, or a user's name, byte for byte");
  verb.add_option("--certificate-identity-regexp", options.identity_regexp,
                  "The same as a regular expression (RE2), which may match a part");
  verb.add_option("--certificate-oidc-issuer", options.issuer, "The issuer of the identity, byte for byte");
  verb.add_option("--certificate-oidc-issuer-regexp", options.issuer_regexp,
                  "The same as a regular expression (RE2), which may match a part");
  verb.add_option("--trusted-root", options.trusted_root,
                  "Logs and authorities that are trusted: a Sigstore trusted root, JSON; identities need it, and of "
                  "a key's signature log entry and timestamps are checked with it");
  verb.add_flag("--insecure-ignore-tlog", options.ignore_tlog,
                "Do not look at log entries, for instances without a log");
  verb.add_flag("--insecure-ignore-sct", options.ignore_sct,
                "Do not look at the certificate's SCTs, for instances without a CT log");
}

Result<verify::TrustPolicy> trust_policy_of(const TrustOptions& options, Console& console) {
  const bool by_identity = !options.identity.empty() || !options.identity_regexp.empty() || !options.issuer.empty() ||
                           !options.issuer_regexp.empty();
  if (by_identity && !options.keys.empty())
    return usage("--key and --certificate-identity: want one, since a signature is by a key or by a certificate");
  if (!by_identity && options.keys.empty())
    return usage("want --key, or --certificate-identity with --certificate-oidc-issuer and --trusted-root");
  verify::TrustPolicy policy;
  SUPPLY_TRY(policy.keys, trusted_keys(options.keys));
  if (by_identity) {
    if (options.identity.empty() && options.identity_regexp.empty())
      return usage("--certificate-oidc-issuer without --certificate-identity (or -regexp): say whom it must name");
    if (options.issuer.empty() && options.issuer_regexp.empty())
      return usage(
          "--certificate-identity without --certificate-oidc-issuer (or -regexp): names mean something only "
          "together with who gave them");
    verify::TrustedIdentity identity;
    SUPPLY_TRY(add_pattern(options.identity, options.identity_regexp, "--certificate-identity-regexp", identity.names,
                           console));
    SUPPLY_TRY(add_pattern(options.issuer, options.issuer_regexp, "--certificate-oidc-issuer-regexp", identity.issuers,
                           console));
    policy.identities.push_back(std::move(identity));
    if (options.trusted_root.empty())
      return usage(
          "--certificate-identity needs --trusted-root FILE: a Sigstore trusted_root.json, as cosign keeps it "
          "below ~/.sigstore/root and `gh attestation trusted-root` prints it");
  }
  if (!options.trusted_root.empty()) {
    SUPPLY_TRY(root::TrustedRoot root, read_trusted_root(options.trusted_root));
    policy.trusted_root = std::move(root);
  }
  policy.log = options.ignore_tlog ? verify::Waived::yes : verify::Waived::no;
  policy.sct = options.ignore_sct ? verify::Waived::yes : verify::Waived::no;
  return policy;
}

}  // namespace supply::tools
