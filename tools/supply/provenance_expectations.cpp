#include "tools/supply/provenance_expectations.hpp"

#include "libsupply/base/text/text.hpp"
#include "tools/common/cli11.hpp"
#include "tools/common/command.hpp"

namespace supply::tools {

void add_expectation_options(CLI::App& verb, ExpectationOptions& options) {
  verb.add_option("--source-uri", options.sources,
                  "The repository it must be built from (https:// may be left out; * and ** are wildcards); repeated, "
                  "any of them");
  verb.add_option("--source-branch", options.branch, "The branch it must be built from");
  verb.add_option("--source-tag", options.tag, "The tag it must be built from");
  verb.add_option("--source-versioned-tag", options.versioned_tag,
                  "The version whose tag it must be built from: v1 or v1.2 is any release under it, no prerelease");
  verb.add_option("--source-commit", options.commit, "The commit it must be built from: 40 or 64 hex digits");
  verb.add_option("--builder-id", options.builder_ids,
                  "The builder, with its @ref or without for any; repeated, any of them");
  verb.add_option("--builder-level", options.builder_level,
                  "What that builder is worth (1 to 3) when the key or identity that is named here signs for it");
  verb.add_option("--build-type", options.build_types,
                  "The build type (* and ** are wildcards); repeated, any of them");
  verb.add_option("--build-workflow-input", options.inputs, "key=value that the build must have been started with");
  verb.add_option("--trigger", options.trigger, "The event that must have started the build: push, release");
  verb.add_option("--level", options.level, "The SLSA build level that it must be worth: 1 to 3");
  verb.add_option("--allow-parameter", options.parameters,
                  "An external parameter that may be there though the build type defines none; * is any");
  add_source_track_options(verb, options.source);
  verb.add_option("--package-name", options.package_name,
                  "The npm package that it must be, by the registry's word too");
  verb.add_option("--package-version", options.package_version, "Its version");
}

Result<provenance_check::Request> request_of(const ExpectationOptions& options, const TrustOptions& trust) {
  provenance_check::Request request;
  provenance::Expectations& expected = request.expected;
  for (const std::string& source : options.sources) {
    SUPPLY_TRY(provenance::SourcePattern pattern, provenance::source_pattern(source).at("--source-uri"));
    expected.sources.push_back(std::move(pattern));
  }
  if (!options.tag.empty() && !options.versioned_tag.empty())
    return Error(ErrorCode::usage, "--source-tag and --source-versioned-tag: want one");
  expected.branch = options.branch;
  expected.tag = options.tag;
  expected.versioned_tag = options.versioned_tag;
  expected.commit = options.commit;
  expected.builder_ids = options.builder_ids;
  expected.build_types = options.build_types;
  SUPPLY_TRY(expected.inputs, key_values_of(options.inputs, "--build-workflow-input"));
  expected.trigger = options.trigger;
  expected.level = options.level;
  expected.parameters = options.parameters;
  SUPPLY_TRY(expected.check());
  SUPPLY_TRY(const Clock clock, clock_of(trust.now));
  SUPPLY_TRY(request.source, source_track_of(options.source, clock.now));
  if (!options.package_name.empty() || !options.package_version.empty())
    request.package = provenance_check::NpmPackage{options.package_name, options.package_version};

  const bool named = trust.names_a_signer();
  request.builders.self_asserted = named;
  request.signers = trust.keys.empty() && trust.trusted_keys.empty() ? provenance_check::SignersBy::certificates
                                                                     : provenance_check::SignersBy::keys;
  if (!named && expected.sources.empty() && expected.builder_ids.empty())
    return Error(ErrorCode::usage,
                 "say what is expected: --source-uri or --builder-id, since anybody can have provenance of something");
  if (options.builder_level == 0) return request;
  if (options.builder_level < 1 || options.builder_level > 3)
    return Error(ErrorCode::usage, "--builder-level: want 1 to 3");
  if (!named || options.builder_ids.empty())
    return Error(ErrorCode::usage,
                 "--builder-level: say the builder (--builder-id) and who signs for it (--key, or an identity)");
  const auto anyone = [](const attest::SignerIdentity&) { return true; };  // the verifier takes only who is named
  for (const std::string& id : options.builder_ids) {
    request.builders.trusted.push_back({id, anyone, options.builder_level});
    if (id.find('@') == std::string::npos)
      request.builders.trusted.push_back({id + "@**", anyone, options.builder_level});
  }
  return request;
}

Result<verify::TrustPolicy> provenance_trust_of(const TrustOptions& options, const Common& common, bool npm,
                                                Console& console) {
  TrustOptions whom = options;
  if (!options.names_a_signer()) {
    // Fulcio gives these names to workflows alone, and the judge compares name and issuer with the builder.
    whom.identity.identity_regexp = "^https://(github|gitlab)\\.com/.*$";
    whom.identity.issuer_regexp = "^https://(token\\.actions\\.githubusercontent\\.com|gitlab\\.com)$";
  }
  SUPPLY_TRY(AskedTrust trust, trust_of(whom, common, console));
  verify::TrustPolicy policy = std::move(trust.policy);
  if (!npm) return policy;
  if (!options.keys.empty())
    return Error(ErrorCode::usage,
                 "--package-name and --package-version go with identities: the registry's keys are built in");
  policy.keys = provenance_check::npm_keys();
  return policy;
}

}  // namespace supply::tools
