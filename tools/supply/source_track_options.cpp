#include "tools/supply/source_track_options.hpp"

#include "tools/common/cli11.hpp"
#include "tools/common/command.hpp"
#include "tools/common/input.hpp"

namespace supply::tools {
namespace {

Error usage(std::string what) { return Error(ErrorCode::usage, std::move(what)); }

Result<TrustOptions> signers_of(const SourceTrackOptions& options, const TrustOptions& trust) {
  const bool by_name = !options.identity.empty() || !options.issuer.empty();
  if (by_name && !options.keys.empty()) return usage("--source-key and --source-certificate-identity: want one");
  if (by_name && (options.identity.empty() || options.issuer.empty()))
    return usage("--source-certificate-identity and --source-certificate-oidc-issuer: want both");
  if (!by_name && options.keys.empty()) {
    if (trust.names_a_signer()) return trust;
    return usage("--source-level: say who signs for the verifier: --source-key, or --source-certificate-identity");
  }
  TrustOptions own = trust;
  own.keys = options.keys;
  own.trusted_keys.clear();
  own.identity = {};
  own.identity.identity = options.identity;
  own.identity.issuer = options.issuer;
  return own;
}

}  // namespace

void add_source_track_options(CLI::App& verb, SourceTrackOptions& options) {
  verb.add_option(
      "--source-level", options.level,
      "The SLSA source level (1 to 4) that the source was verified to have, by a verification summary (VSA) "
      "about the commit");
  verb.add_option("--source-verifier-id", options.verifiers,
                  "The summary's verifier.id, byte for byte; repeated, any of them");
  verb.add_option("--source-key", options.keys,
                  "Who signs the summary: a public key; repeated, any of them. Without it, whom --key or an identity "
                  "names");
  verb.add_option("--source-certificate-identity", options.identity, "Or the name in the summary's certificate");
  verb.add_option("--source-certificate-oidc-issuer", options.issuer, "And the issuer there");
  verb.add_option("--source-vsa-path", options.file,
                  "A file with summaries; those that lie with the provenance are read anyway");
  verb.add_option("--source-max-age", options.max_age, "How long ago the source was verified at most, such as 30d");
}

Result<std::optional<provenance_check::SourceTrack>> source_track_of(const SourceTrackOptions& options, Time at) {
  std::optional<provenance_check::SourceTrack> track;
  if (options.level == 0) {
    if (options.verifiers.empty() && options.keys.empty() && options.identity.empty() && options.issuer.empty() &&
        options.file.empty() && options.max_age.empty())
      return track;
    return usage("say which level the source must have: --source-level 1 to 4");
  }
  if (options.level < 1 || options.level > 4) return usage("--source-level: want 1 to 4");
  if (options.verifiers.empty()) return usage("--source-level: say whose verification counts: --source-verifier-id");
  track.emplace();
  track->now = at;
  track->expected.level = options.level;
  const auto anyone = [](const attest::SignerIdentity&) { return true; };  // the verifier takes only who is named
  for (const std::string& id : options.verifiers) track->expected.verifiers.push_back({id, anyone});
  if (!options.max_age.empty()) {
    SUPPLY_TRY(const std::chrono::milliseconds age, duration_of(options.max_age, "--source-max-age"));
    track->expected.max_age = std::chrono::duration_cast<std::chrono::seconds>(age);
  }
  return track;
}

Status add_source_summaries(const SourceTrackOptions& options, const TrustOptions& trust, const Common& common,
                            Budget& budget,
                            const std::function<provenance_check::SourceSummaries(const verify::Verifier&)>& attached,
                            provenance_check::SourceTrack& track, Console& console) {
  SUPPLY_TRY(const TrustOptions whom, signers_of(options, trust));
  SUPPLY_TRY(AskedTrust asked, trust_of(whom, common, console));
  const verify::Verifier verifier(std::move(asked.policy), asked.clock.now);
  track.found.add(attached(verifier));
  if (options.file.empty()) return {};
  SUPPLY_TRY(const std::string text, read_input(options.file, "--source-vsa-path"));
  SUPPLY_TRY(const provenance_check::AttestationFile file,
             provenance_check::read_attestation_file(text).at(options.file));
  track.found.add(provenance_check::source_summaries(file, verifier, budget));
  return {};
}

}  // namespace supply::tools
