#include "tools/common/identity_options.hpp"

#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/attest/fulcio_extension.hpp"
#include "libsupply/trust/verify/forge_identity.hpp"
#include "tools/common/cli11.hpp"

namespace supply::tools {
namespace {

Error usage(std::string what) { return Error(ErrorCode::usage, std::move(what)); }

// cosign's --…-regexp flags are found anywhere in the text; callers that mean the whole say so in the expression.
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

// cosign's names of the flags, and the extension that each one is about.
struct GithubWorkflow {
  const char* flag;
  const char* number;
  const char* help;
};
constexpr GithubWorkflow kGithubWorkflow[] = {
    {"--certificate-github-workflow-trigger", "2", "The event that started the workflow"},
    {"--certificate-github-workflow-sha", "3", "The commit that the workflow was run for"},
    {"--certificate-github-workflow-name", "4", "The workflow's name"},
    {"--certificate-github-workflow-repository", "5", "ORG/REPO that the workflow was run for"},
    {"--certificate-github-workflow-ref", "6", "The ref that the workflow was run for, as refs/tags/v1.0"},
};

Result<std::vector<verify::TrustedIdentity>> named(const IdentityOptions& options, Console& console) {
  verify::TrustedIdentity identity;
  SUPPLY_TRY(
      add_pattern(options.identity, options.identity_regexp, "--certificate-identity-regexp", identity.names, console));
  SUPPLY_TRY(add_pattern(options.issuer, options.issuer_regexp, "--certificate-oidc-issuer-regexp", identity.issuers,
                         console));
  if (identity.names.empty())
    return usage("--certificate-oidc-issuer without --certificate-identity (or -regexp): say whom it must name");
  if (identity.issuers.empty())
    return usage(
        "--certificate-identity without --certificate-oidc-issuer (or -regexp): names mean something only "
        "together with who gave them");
  return std::vector<verify::TrustedIdentity>{std::move(identity)};
}

Result<std::vector<verify::TrustedIdentity>> of_forge(const IdentityOptions& options, Console& console) {
  if (!options.identity.empty() || !options.identity_regexp.empty() ||
      !options.github.empty() + !options.gitlab.empty() > 1)
    return usage("--certificate-identity, --github and --gitlab: want one");
  SUPPLY_TRY(std::vector<verify::TrustedIdentity> identities,
             options.github.empty() ? verify::gitlab_identity(options.gitlab, options.workflow)
                                    : verify::github_identity(options.github, options.workflow));
  if (options.issuer.empty() && options.issuer_regexp.empty()) return identities;
  std::vector<verify::TextPattern> issuers;  // of an enterprise
  SUPPLY_TRY(add_pattern(options.issuer, options.issuer_regexp, "--certificate-oidc-issuer-regexp", issuers, console));
  for (verify::TrustedIdentity& each : identities) each.issuers = issuers;
  return identities;
}

}  // namespace

bool IdentityOptions::any() const {
  return !identity.empty() || !identity_regexp.empty() || !issuer.empty() || !issuer_regexp.empty() ||
         !github.empty() || !gitlab.empty() || !workflow.empty() || !github_workflow.empty() || !extensions.empty();
}

std::string IdentityOptions::asked() const {
  const auto either = [](const std::string& exact, const std::string& expression) {
    return exact.empty() ? "/" + expression + "/" : expression.empty() ? exact : exact + " and /" + expression + "/";
  };
  std::string text = !github.empty()   ? "GitHub's " + github
                     : !gitlab.empty() ? "GitLab's " + gitlab
                                       : either(identity, identity_regexp);
  if (!workflow.empty()) text += ", workflow " + workflow;
  if (!issuer.empty() || !issuer_regexp.empty()) text += " of issuer " + either(issuer, issuer_regexp);
  for (const auto& [number, value] : github_workflow)
    text += ", " + std::string(attest::extension_name(number)) + ' ' + value;
  for (const std::string& each : extensions) text += ", " + each;
  return text;
}

void add_identity_options(CLI::App& verb, IdentityOptions& options) {
  verb.add_option("--certificate-identity", options.identity,
                  "Whom the signing certificate must name: a URI, an e-mail address, or a user's name, byte for byte");
  verb.add_option("--certificate-identity-regexp", options.identity_regexp,
                  "The same as a regular expression (RE2), which may match a part");
  verb.add_option("--certificate-oidc-issuer", options.issuer, "The issuer of the identity, byte for byte");
  verb.add_option("--certificate-oidc-issuer-regexp", options.issuer_regexp,
                  "The same as a regular expression (RE2), which may match a part");
  verb.add_option(
      "--github", options.github,
      "A workflow of this repository on github.com, run for it: ORG/REPO, or ORG/REPO@REF of a tag or branch");
  verb.add_option("--gitlab", options.gitlab,
                  "A pipeline of this project on gitlab.com: GROUP/PROJECT[@REF], or https://HOST/GROUP/PROJECT[@REF]");
  verb.add_option("--workflow", options.workflow,
                  "With --github or --gitlab, the file of the workflow; ORG/REPO/PATH of one in another repository");
  for (const GithubWorkflow& each : kGithubWorkflow) {
    const std::string number = each.number;
    verb.add_option_function<std::string>(
        each.flag, [&options, number](const std::string& value) { options.github_workflow[number] = value; },
        each.help);
  }
  verb.add_option("--certificate-extension", options.extensions,
                  "What another extension of Fulcio's must say: NAME=VALUE, as runner-environment=github-hosted");
}

Result<std::vector<verify::TrustedIdentity>> identities_of(const IdentityOptions& options, Console& console) {
  const bool forge = !options.github.empty() || !options.gitlab.empty();
  if (!options.workflow.empty() && !forge) return usage("--workflow goes with --github or --gitlab");
  SUPPLY_TRY(std::vector<verify::TrustedIdentity> identities,
             forge ? of_forge(options, console) : named(options, console));
  std::map<std::string, std::string> wanted = options.github_workflow;
  for (const std::string& text : options.extensions) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0)
      return usage("--certificate-extension " + quote(text) + ": want NAME=VALUE");
    SUPPLY_TRY(const std::string number,
               attest::extension_number(text.substr(0, equals)).at("--certificate-extension " + quote(text)));
    if (!wanted.emplace(number, text.substr(equals + 1)).second)
      return usage("--certificate-extension " + quote(text) + ": asked for twice");
  }
  for (const auto& [number, value] : wanted) {
    for (verify::TrustedIdentity& each : identities) {
      const auto [at, added] = each.extensions.emplace(number, verify::TextPattern::exact(value));
      if (!added && !at->second.matches(value))
        return usage("extension " + std::string(attest::extension_name(number)) + ": asked for twice, as " +
                     at->second.to_string() + " and as " + quote(value));
    }
  }
  return identities;
}

}  // namespace supply::tools
