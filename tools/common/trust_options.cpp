#include "tools/common/trust_options.hpp"

#include <algorithm>
#include <filesystem>

#include "libsupply/base/io/file.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/root/public_good.hpp"
#include "libsupply/trust/verify/registry_keys.hpp"
#include "libsupply/trust/verify/trusted_keys.hpp"
#include "tools/common/cli11.hpp"
#include "tools/common/keys.hpp"

namespace supply::tools {
namespace {

Error usage(std::string what) { return Error(ErrorCode::usage, std::move(what)); }

constexpr std::string_view kNpm = "npm://registry.npmjs.org";  // built in

// A list of keys and times: of Supply's own form, or one that npm's registry gives, in `is_registry`.
// Key files are named from the directory of the trust file.
Result<std::vector<verify::TrustedKey>> keys_of_file(const std::string& file, bool& is_registry) {
  const std::string place = "--trusted-keys " + quote(file);
  const Result<std::string> text =
      file == kNpm ? Result<std::string>(std::string(verify::npm_registry_keys())) : io::read_file(file, kMaxYamlBytes);
  if (!text) return usage(place + ": " + text.error().message());
  Result<std::optional<std::vector<verify::TrustedKey>>> registry = verify::parse_registry_keys(*text);
  if (!registry) return usage(place + ": " + registry.error().message());
  is_registry = registry->has_value();
  if (is_registry) return **std::move(registry);
  const std::filesystem::path directory = std::filesystem::path(file).parent_path();
  return verify::parse_trusted_keys(*text, place, [&](const std::string& path) {
    return io::read_file((directory / path).string(), kMaxKeyFileBytes);
  });
}

bool is_bounded(const verify::TrustedKey& key) { return key.valid_for.start || key.valid_for.end; }

Status read_keys(const TrustOptions& options, const Common& common, AskedTrust& trust) {
  SUPPLY_TRY(trust.policy.keys, trusted_keys(options.keys, common));
  for (const std::string& key : options.keys) trust.asked.push_back(shown_key(key));
  if (options.trusted_keys.empty()) return {};
  bool is_registry = false;
  SUPPLY_TRY(std::vector<verify::TrustedKey> listed, keys_of_file(options.trusted_keys, is_registry));
  for (verify::TrustedKey& key : listed) {
    for (const verify::TrustedKey& other : trust.policy.keys)
      if (other.key.fingerprint() == key.key.fingerprint())
        return usage("--key " + quote(other.name) + " is key " + quote(key.name) +
                     " of --trusted-keys, which says when it is trusted: want one");
    if (is_bounded(key) && !options.root.any() && !is_registry)
      return usage(
          "--trusted-keys: key " + quote(key.name) +
          " is trusted for some time only, and without --trusted-root nothing proves when a signature was made");
    trust.asked.push_back(key.name);
    trust.policy.keys.push_back(std::move(key));
  }
  return {};
}

Status read_thresholds(const TrustOptions& options, AskedTrust& trust) {
  verify::TrustPolicy& policy = trust.policy;
  policy.log = options.ignore_tlog ? verify::Waived::yes : verify::Waived::no;
  policy.sct = options.ignore_sct ? verify::Waived::yes : verify::Waived::no;
  policy.timestamps = options.use_signed_timestamps ? 1 : 0;
  policy.log_entries = options.log_threshold;
  policy.times = options.time_threshold;
  policy.scts = options.sct_threshold;
  const auto condition = [&](bool said, std::string text) {
    if (said) trust.conditions.push_back(std::move(text));
  };
  if (options.log_threshold != 1 && options.ignore_tlog)
    return usage("--log-threshold and --insecure-ignore-tlog: want one");
  if (options.sct_threshold != 1 && options.ignore_sct)
    return usage("--sct-threshold and --insecure-ignore-sct: want one");
  if (options.log_threshold == 0) return usage("--log-threshold 0: write --insecure-ignore-tlog");
  if (options.sct_threshold == 0) return usage("--sct-threshold 0: write --insecure-ignore-sct");
  if (options.time_threshold == 0) return usage("--time-threshold 0: a certificate says nothing without a time");
  for (const auto& [name, wanted] :
       {std::pair{"--log-threshold", options.log_threshold}, std::pair{"--time-threshold", options.time_threshold},
        std::pair{"--sct-threshold", options.sct_threshold}})
    if (wanted > kMaxLogEntries)
      return usage(std::string(name) + ": want 1 to " + std::to_string(kMaxLogEntries) +
                   ", of which a signature may bring as many");
  condition(options.ignore_tlog, "log entries waived");
  condition(options.ignore_sct, "SCTs waived");
  condition(options.use_signed_timestamps, "a signed timestamp");
  condition(options.log_threshold > 1, "entries of " + std::to_string(options.log_threshold) + " logs");
  condition(options.sct_threshold > 1, "SCTs of " + std::to_string(options.sct_threshold) + " logs");
  condition(options.time_threshold > 1, "times by " + std::to_string(options.time_threshold) + " witnesses");
  return {};
}

// Attestations of private repositories are by GitHub's own instance, which has no logs. What was said of logs is for
// the public-good one, so that another instance beside it would be another question.
Status add_github_instance(const TrustOptions& options, const ChosenTrustedRoot& root, AskedTrust& trust) {
  const bool plain =
      !options.ignore_tlog && !options.ignore_sct && options.log_threshold == 1 && options.sct_threshold == 1;
  if (options.identity.github.empty() || options.root.any() || root.where != root::public_good().mirror || !plain)
    return {};
  const root::BuiltInInstance& instance = root::github_instance();
  SUPPLY_TRY(root::TrustedRoot own, root::TrustedRoot::parse(instance.trusted_root));
  trust.policy.other_roots.push_back(std::move(own));
  trust.policy.log = trust.policy.sct = verify::Waived::yes;  // of instances that list no log alone
  trust.conditions.push_back("or GitHub's own root, built in on " + std::string(instance.date) + " (sha256 " +
                             std::string(instance.sha256.substr(0, 12)) + "...), by timestamps without logs");
  return {};
}

}  // namespace

std::string AskedTrust::to_text(const std::string& done) const {
  std::string text = done;
  for (const std::string& one : asked) text += (&one == asked.data() ? " by " : " or ") + escape_for_terminal(one);
  for (const std::string& one : conditions) text += "; " + escape_for_terminal(one);
  return text;
}

void add_trust_options(CLI::App& verb, TrustOptions& options) {
  verb.add_option(
      "--key", options.keys,
      "A public key: a file, env://NAME, or where a signing key is (pkcs11:..., awskms://...); repeated, any of "
      "them will do");
  verb.add_option("--trusted-keys", options.trusted_keys,
                  "A trust file: public keys, from when until when each is trusted, and why no longer; or the keys of "
                  "npm's registry, a file or npm://registry.npmjs.org (built in)");
  add_identity_options(verb, options.identity);
  add_trusted_root_options(verb, options.root);
  verb.add_flag("--insecure-ignore-tlog,--private-infrastructure", options.ignore_tlog,
                "Do not look at log entries, for instances without a log");
  verb.add_flag("--insecure-ignore-sct", options.ignore_sct,
                "Do not look at the certificate's SCTs, for instances without a CT log");
  verb.add_flag("--use-signed-timestamps", options.use_signed_timestamps,
                "Want a timestamp of a timestamp authority, whatever time a log promises");
  verb.add_option("--log-threshold", options.log_threshold, "Entries of how many logs are wanted (1)");
  verb.add_option("--time-threshold", options.time_threshold, "How many logs and authorities must prove a time (1)");
  verb.add_option("--sct-threshold", options.sct_threshold, "SCTs of how many CT logs are wanted (1)");
  add_now_option(verb, options.now, "The time to judge by, RFC 3339; the answer is marked as simulated");
}

Result<AskedTrust> trust_of(const TrustOptions& options, const Common& common, Console& console) {
  const bool by_key = !options.keys.empty() || !options.trusted_keys.empty();
  if (options.identity.any() && by_key)
    return usage("--key and --certificate-identity: want one, since a signature is by a key or by a certificate");
  if (!options.identity.any() && !by_key)
    return usage("want --key, or --certificate-identity with --certificate-oidc-issuer, or --github ORG/REPO");
  AskedTrust trust;
  SUPPLY_TRY(trust.clock, clock_of(options.now));
  if (trust.clock.simulated) trust.conditions.push_back("at " + to_rfc3339(trust.clock.now) + " (simulated)");
  SUPPLY_TRY(read_keys(options, common, trust));
  if (!by_key) {
    SUPPLY_TRY(trust.policy.identities, identities_of(options.identity, console));
    trust.asked = {options.identity.asked()};
  }
  SUPPLY_TRY(read_thresholds(options, trust));
  if (by_key && options.sct_threshold != 1)
    return usage("--sct-threshold goes with an identity: a key has no certificate that a CT log could have seen");
  // A key alone needs none; what was asked for beside it, and a registry's keys with their times, do.
  const auto& keys = trust.policy.keys;
  const verify::TrustPolicy& wanted = trust.policy;
  const bool alone = std::none_of(keys.begin(), keys.end(), is_bounded) && wanted.timestamps == 0 &&
                     wanted.log_entries == 1 && wanted.times == 1;
  if (by_key && !options.root.any() && alone) return trust;
  SUPPLY_TRY(ChosenTrustedRoot root, trusted_root_of(options.root, common, console));
  if (options.root.file.empty()) console.note("trusted root: " + root.description());
  trust.policy.trusted_root = root.root;
  trust.policy.other_roots = root.others;
  trust.conditions.push_back("trusted root " + root.description());
  SUPPLY_TRY(add_github_instance(options, root, trust));
  for (const std::string& file : root.authorities) trust.conditions.push_back("authorities of " + file);
  trust.root = std::move(root);
  return trust;
}

}  // namespace supply::tools
