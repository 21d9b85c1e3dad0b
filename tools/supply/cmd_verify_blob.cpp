#include <nlohmann/json.hpp>

#include "libsupply/base/io/file.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/attest/predicate_type.hpp"
#include "libsupply/trust/evidence/render.hpp"
#include "tools/common/choices.hpp"
#include "tools/common/input.hpp"
#include "tools/common/target.hpp"
#include "tools/common/trust_options.hpp"
#include "tools/common/verb.hpp"
#include "tools/supply/predicate_file.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  TrustOptions trust;
  std::string file, bundle, signature, certificate, type;
};

// The release file, or a digest in its place.
struct Blob {
  std::string name;
  std::optional<std::string> bytes;
  std::optional<Digest> digest;

  verify::Artifact artifact() const {
    return {bytes ? std::optional<std::string_view>(*bytes) : std::nullopt, digest ? *digest : crypto::sha256(*bytes)};
  }
};

bool is_digest(const std::string& text) { return text.starts_with("sha256:") || text.starts_with("sha512:"); }

Result<std::string> path_of(const Options& options, const Console& console) {
  SUPPLY_TRY(const Target target,
             Target::parse(options.file, {console.verb(), {TargetForm::file}, AcceptedTargets::Word::path}));
  return target.path();
}

Result<Blob> read_blob(const Options& options, const Console& console) {
  if (is_digest(options.file)) {
    Result<Digest> digest = Digest::parse(options.file);
    if (!digest) return Error(ErrorCode::usage, "FILE " + quote(options.file) + ": " + digest.error().message());
    return Blob{options.file, std::nullopt, *std::move(digest)};
  }
  SUPPLY_TRY(const std::string path, path_of(options, console));
  SUPPLY_TRY(std::string bytes, read_input(path, "FILE", kMaxBlobBytes));
  return Blob{path, std::move(bytes), std::nullopt};
}

// cosign's first form of a bundle, of a signature and a certificate that are files of their own.
std::string legacy_bundle(const std::string& signature, const std::string& certificate) {
  const std::string text(trim(signature));
  return json::to_text({{"base64Signature", from_base64(text) ? text : to_base64(signature)}, {"cert", certificate}});
}

Result<std::string> read_bundle(const Options& options, const Console& console) {
  if (!options.signature.empty()) {
    if (!options.bundle.empty()) return Error(ErrorCode::usage, "--bundle and --signature: want one");
    SUPPLY_TRY(const std::string signature, read_input(options.signature, "--signature"));
    if (options.certificate.empty()) return signature;
    SUPPLY_TRY(const std::string certificate, read_input(options.certificate, "--certificate", kMaxKeyFileBytes));
    return legacy_bundle(signature, certificate);
  }
  if (!options.certificate.empty()) return Error(ErrorCode::usage, "--certificate goes with --signature");
  if (!options.bundle.empty()) return read_input(options.bundle, "--bundle");
  if (is_digest(options.file)) return Error(ErrorCode::usage, "--bundle: say where, since FILE is a digest");
  SUPPLY_TRY(const std::string path, path_of(options, console));
  if (path == "-") return Error(ErrorCode::usage, "--bundle: say where, since the file is standard input");
  return read_input(path + ".sigstore.json", "--bundle");
}

void report(const Options& options, const Blob& blob, Console& console, const std::string& done,
            nlohmann::json record) {
  console.note(done);
  record["version"] = 1;
  record["file"] = blob.name;
  if (options.common.json) console.print(json::to_pretty_text(record));
}

// A "no" with its reason; every other failure stays an error. The steps tell of both.
Result<ExitCode> refused(const Options& options, const Blob& blob, Console& console, Error error,
                         const std::vector<attest::StepResult>& steps) {
  const bool no = error.code() == ErrorCode::mismatch;
  if (options.common.json && (no || !steps.empty())) {
    nlohmann::json record{{"version", 1}, {"file", blob.name}, {"satisfied", no ? nlohmann::json(false) : nullptr}};
    if (!no) record["error"] = to_string(error.code());
    if (!steps.empty()) record["steps"] = evidence::to_json(steps);
    console.print(json::to_pretty_text(record));
  }
  if (!no) return error;
  console.error(error);
  return ExitCode::no;
}

std::string proven_at(const attest::Signer& signer) {
  if (!signer.certificate) return signer.key_name;
  return signer.key_name + " of issuer " + signer.certificate->issuer;
}

Result<ExitCode> run_verify_blob(const Options& options, Console& console) {
  SUPPLY_TRY(verify::TrustPolicy policy, trust_policy_of(options.trust, console));
  SUPPLY_TRY(const std::string bundle, read_bundle(options, console));
  SUPPLY_TRY(const Blob blob, read_blob(options, console));
  Budget budget;
  std::vector<attest::StepResult> steps;
  const verify::Verifier verifier(std::move(policy), now());
  const auto verified = verifier.blob(blob.artifact(), bundle, budget, &steps);
  if (!verified) return refused(options, blob, console, verified.error(), steps);
  report(options, blob, console, "Verified OK: " + blob.name + " by " + proven_at(verified->signer()),
         {{"satisfied", true},
          {"digest", verified->claim().blob.to_string()},
          {"signer", evidence::to_json(verified->signer())},
          {"evidence", verified->evidence().to_string()}});
  return ExitCode::yes;
}

Result<ExitCode> run_verify_blob_attestation(const Options& options, Console& console) {
  std::string type;
  if (!options.type.empty()) {
    SUPPLY_TRY(type, attest::predicate_type_of(options.type));
  }
  SUPPLY_TRY(verify::TrustPolicy policy, trust_policy_of(options.trust, console));
  SUPPLY_TRY(const std::string bundle, read_bundle(options, console));
  SUPPLY_TRY(const Blob blob, read_blob(options, console));
  Budget budget;
  std::vector<attest::StepResult> steps;
  const verify::Verifier verifier(std::move(policy), now());
  const auto verified = verifier.blob_attestation(blob.artifact(), bundle, budget, &steps);
  if (!verified) return refused(options, blob, console, verified.error(), steps);
  const std::string& found = verified->claim().predicate_type;
  if (!type.empty() && found != type)
    return refused(options, blob, console,
                   Error(ErrorCode::mismatch, blob.name + ": the attestation is of type " + found + ", not " + type),
                   {});
  report(options, blob, console, "Verified OK: " + blob.name + ", " + found + " by " + proven_at(verified->signer()),
         {{"satisfied", true},
          {"predicateType", found},
          {"signer", evidence::to_json(verified->signer())},
          {"evidence", verified->evidence().to_string()}});
  return ExitCode::yes;
}

void declare(CLI::App& verb, Options& options) {
  verb.add_option("FILE", options.file, "The release file; - is standard input; sha256:HEX is a file that is elsewhere")
      ->required();
  verb.add_option("--bundle", options.bundle, "The bundle's file (default: FILE.sigstore.json)");
  add_trust_options(verb, options.trust);
}

}  // namespace

void add_verify_blob(CLI::App& app, Run& run) {
  add_verb<Options>(
      app, run, "verify-blob", "Say whether a release file is signed by one of the keys, or by whom an identity names",
      [](CLI::App& verb, Options& options) {
        declare(verb, options);
        verb.add_option("--signature", options.signature, "A signature alone, in base64 or raw, in place of a bundle");
        verb.add_option("--certificate", options.certificate, "The certificate of that signature, PEM");
      },
      run_verify_blob);
  add_verb<Options>(
      app, run, "verify-blob-attestation",
      "Say whether a release file has an attestation of a type by one of the keys, or by whom an identity names",
      [](CLI::App& verb, Options& options) {
        declare(verb, options);
        add_predicate_type_option(verb, options.type, "The predicate's type, or a URI; without it, any");
      },
      run_verify_blob_attestation);
}

}  // namespace supply::tools
