#include <algorithm>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/pkg/python_distribution.hpp"
#include "libsupply/trust/attest/predicate_type.hpp"
#include "libsupply/trust/verify/model_manifest.hpp"
#include "tools/common/choices.hpp"
#include "tools/common/verb.hpp"
#include "tools/common/verdict.hpp"
#include "tools/supply/blob_verification.hpp"
#include "tools/supply/model_directory.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

using Steps = std::vector<attest::StepResult>;

Result<report::ProvenBlob> signature_of(const BlobVerification& run, Steps& steps) {
  const std::optional<verify::Artifact> artifact = run.artifact();
  if (!artifact)
    return Error(ErrorCode::usage, "FILE " + quote(run.name()) +
                                       ": a directory; a model's files are verified with verify-blob-attestation");
  Budget budget;
  const verify::Verifier verifier(run.trust().policy, run.trust().clock.now);
  SUPPLY_TRY(const auto verified, verifier.blob(*artifact, run.bundle(), budget, &steps));
  return report::ProvenBlob{verified.signer(), verified.evidence().to_string(), verified.claim().blob};
}

Error of_another_type(const BlobVerification& run, const std::string& found, const std::string& wanted) {
  return Error(ErrorCode::mismatch, run.name() + ": the attestation is of type " + found + ", not " + wanted);
}

bool is_of(const std::string& predicate_type, const std::string& wanted) {
  return wanted.empty() || attest::is_predicate_type(predicate_type, wanted);
}

Result<report::ProvenBlob> attestation_of_model(const BlobVerification& run, const std::string& type, Steps& steps) {
  Budget budget;
  const std::optional<verify::Artifact> file = run.artifact();
  const auto list = [&](const verify::ModelManifest& manifest) -> Result<verify::ModelFiles> {
    if (!file) return model_files(run.name(), manifest, run.bundle_file());
    if (manifest.shard_bytes != 0) return model_file_shards(run.name(), manifest.shard_bytes);
    SUPPLY_TRY(const std::string hash, file->hash(crypto::HashAlgorithm::sha256));
    return verify::ModelFiles{{".", to_hex(hash)}};
  };
  SUPPLY_TRY(const auto verified, verify::verify_model(verify::Verifier(run.trust().policy, run.trust().clock.now),
                                                       run.bundle(), list, budget, &steps));
  const std::string& found = verified.claim().predicate_type;
  if (!is_of(found, type)) return of_another_type(run, found, type);
  return report::ProvenBlob{verified.signer(), verified.evidence().to_string(), {}, found};
}

// PyPI's statement that a publisher uploaded a distribution: of the file's bytes under its name, so that no older one
// is taken for it. Source: PEP 740, "Attestation statement"; docs.pypi.org, "PyPI Publish Attestation (v1)".
constexpr std::string_view kPyPiPublishType = "https://docs.pypi.org/attestations/publish/v1";

Status check_distribution(const BlobVerification& run, const attest::Statement& statement, Console& console) {
  if (statement.predicate_type != kPyPiPublishType) return {};
  const std::string_view name = base_name(run.name());
  const std::string names = join(statement.subjects, ", ", [](const auto& each) { return quote(each.name); });
  if (!pkg::is_python_distribution(name)) {
    console.warn("the attestation is of a distribution of the name " + names + ", and " + quote(name) +
                 " is the name of none: it was not compared");
    return {};
  }
  for (const attest::Subject& each : statement.subjects)
    if (!pkg::are_same_python_distribution(each.name, name))
      return Error(ErrorCode::mismatch,
                   run.name() + ": the attestation is of a distribution of another name, " + names);
  return {};
}

Result<report::ProvenBlob> attestation_of(const BlobVerification& run, const std::string& type, Steps& steps,
                                          Console& console) {
  const std::optional<verify::Artifact> artifact = run.artifact();
  if (!artifact) return attestation_of_model(run, type, steps);
  Budget budget;
  const verify::Verifier verifier(run.trust().policy, run.trust().clock.now);
  const auto told = verifier.blob_attestations(*artifact, run.bundle(), budget, &steps);
  if (!told) {
    // A list of one file leads to another digest than the file has.
    const bool may_be_model = told.error().code() == ErrorCode::mismatch && verify::claims_model_file(run.bundle());
    return may_be_model ? attestation_of_model(run, type, steps) : Result<report::ProvenBlob>(told.error());
  }
  const auto& all = told->verified;
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& each) { return is_of(each.claim().predicate_type, type); });
  if (found == all.end())
    return of_another_type(run, join(all, ", ", [](const auto& each) { return each.claim().predicate_type; }), type);
  SUPPLY_TRY(check_distribution(run, found->claim(), console));
  report::ProvenBlob proven{found->signer(), found->evidence().to_string(), artifact->digest,
                            found->claim().predicate_type};
  for (const Error& each : told->refused) proven.refused.push_back(each.message());
  return proven;
}

Result<ExitCode> run_verify_blob(const BlobOptions& options, Console& console) {
  return BlobVerification::run(options, report::BlobClaim::signature, console, signature_of);
}

Result<ExitCode> run_verify_blob_attestation(const BlobOptions& options, Console& console) {
  std::string type;
  if (!options.type.empty()) {
    SUPPLY_TRY(type, attest::predicate_type_of(options.type));
  }
  return BlobVerification::run(
      options, report::BlobClaim::attestation, console,
      [&](const BlobVerification& run, Steps& steps) { return attestation_of(run, type, steps, console); });
}

void declare(CLI::App& verb, BlobOptions& options, const char* file_help) {
  verb.add_option("FILE", options.file, file_help)->required();
  verb.add_option("--bundle", options.bundle, "The bundle's file (default: FILE.sigstore.json)");
  add_trust_options(verb, options.trust);
  add_report_option(verb, options.outputs, Reports::of_any);
}

}  // namespace

void add_verify_blob(CLI::App& app, Run& run) {
  add_verb<BlobOptions>(
      app, run, "verify-blob", "Say whether a release file is signed by one of the keys, or by whom an identity names",
      [&run](CLI::App& verb, BlobOptions& options) {
        declare(verb, options, "The release file; - is standard input; sha256:HEX is a file that is elsewhere");
        verb.add_option("--signature", options.signature,
                        "A signature alone in place of a bundle: a file, base64 or raw, or itself in base64");
        verb.add_option("--certificate", options.certificate, "The certificate of that signature, PEM or DER");
        verb.add_option("--rfc3161-timestamp", options.timestamp, "The timestamp of that signature, cosign's or raw");
        add_cosign_flags(verb, options.cosign, Verifies::blobs, run);
      },
      run_verify_blob);
  add_verb<BlobOptions>(
      app, run, "verify-blob-attestation",
      "Say whether a release file has an attestation of a type by one of the keys, or by whom an identity names",
      [&run](CLI::App& verb, BlobOptions& options) {
        declare(verb, options,
                "The release file; - is standard input; sha256:HEX is a file that is elsewhere; of a directory, the "
                "files that model signing lists (bundle: FILE/model.sig)");
        add_predicate_type_option(verb, options.type, "The predicate's type, or a URI; without it, any");
        add_cosign_flags(verb, options.cosign, Verifies::blobs, run);
      },
      run_verify_blob_attestation);
}

}  // namespace supply::tools
