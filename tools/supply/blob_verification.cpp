#include "tools/supply/blob_verification.hpp"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "libsupply/base/crypto/certificate.hpp"
#include "libsupply/base/crypto/certificate_pem.hpp"
#include "libsupply/base/json/error_record.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/evidence/render.hpp"
#include "tools/common/input.hpp"

namespace supply::tools {
namespace {

// cosign's JSON around the response, or the response alone.
Status add_timestamp(const BlobOptions& options, nlohmann::json& bundle) {
  if (options.timestamp.empty()) return {};
  SUPPLY_TRY(const std::string file, read_input(options.timestamp, "--rfc3161-timestamp"));
  const Result<json::Value> record = json::parse(file);
  bundle["rfc3161Timestamp"] = record ? *record : nlohmann::json{{"SignedRFC3161Timestamp", to_base64(file)}};
  return {};
}

// A file's, or the signature itself in base64, as cosign takes it too.
Result<std::string> read_signature(const std::string& value) {
  constexpr std::size_t kLeast = 64;  // bytes, of Ed25519; no file is so called
  std::error_code fault;
  if (!std::filesystem::exists(value, fault))
    if (const Result<std::string> bytes = from_base64(value); bytes && bytes->size() >= kLeast) return value;
  return read_input(value, "--signature");
}

// PEM, or PEM in base64, as cosign 2 writes it; what is DER, in base64 or not, is written so.
Result<std::string> read_certificate(const std::string& path) {
  SUPPLY_TRY(std::string file, read_input(path, "--certificate", kMaxCertificatesPemBytes));
  if (crypto::Certificate::from_der(file)) return crypto::certificate_pem(file);
  const Result<std::string> der = from_base64(trim(std::string_view(file)));
  return der && crypto::Certificate::from_der(*der) ? crypto::certificate_pem(*der) : std::move(file);
}

// cosign's first form of a bundle, of what are files of their own.
Result<std::string> bundle_of_files(const BlobOptions& options) {
  SUPPLY_TRY(const std::string signature, read_signature(options.signature));
  if (options.certificate.empty() && options.timestamp.empty()) return signature;
  const std::string text(trim(signature));
  nlohmann::json bundle{{"base64Signature", from_base64(text) ? text : to_base64(signature)}};
  if (!options.certificate.empty()) {
    SUPPLY_TRY(bundle["cert"], read_certificate(options.certificate));
  }
  SUPPLY_TRY(add_timestamp(options, bundle));
  return json::to_text(bundle);
}

// cosign's first form leaves the timestamp to a file of its own; later ones hold it.
Result<std::string> bundle_with_timestamp(const BlobOptions& options) {
  SUPPLY_TRY(std::string text, read_input(options.bundle, "--bundle"));
  if (options.timestamp.empty()) return text;
  Result<json::Value> bundle = json::parse(text);
  if (!bundle || !bundle->is_object() || !bundle->contains("base64Signature") || bundle->contains("rfc3161Timestamp"))
    return Error(ErrorCode::usage, "--rfc3161-timestamp goes with --signature, or with a bundle of cosign 2");
  SUPPLY_TRY(add_timestamp(options, *bundle));
  return json::to_text(*bundle);
}

// What is beside a release file where its bundle is not called as the specification has it, and how it is named.
constexpr std::pair<std::string_view, std::string_view> kOtherNames[] = {
    {".sigstore", "--bundle"},     {".bundle", "--bundle"},
    {".intoto.jsonl", "--bundle"}, {".publish.attestation", "--bundle"},
    {".provenance", "--bundle"},   {".jsonl", "--bundle"},
    {".sig", "--signature"}};

// `file` gets the path of the bundle, where it is a file of its own.
Result<std::string> read_bundle(const BlobOptions& options, const Console& console, std::string& file) {
  if (!options.signature.empty()) {
    if (!options.bundle.empty()) return Error(ErrorCode::usage, "--bundle and --signature: want one");
    return bundle_of_files(options);
  }
  if (!options.certificate.empty()) return Error(ErrorCode::usage, "--certificate goes with --signature");
  if (!options.bundle.empty()) {
    file = options.bundle;
    return bundle_with_timestamp(options);
  }
  if (!options.timestamp.empty()) return Error(ErrorCode::usage, "--rfc3161-timestamp goes with --signature");
  if (BlobArtifact::is_digest_to_verify(options.file))
    return Error(ErrorCode::usage, "--bundle: say where, since FILE is a digest");
  SUPPLY_TRY(const std::string path, blob_path(options.file, console, Directories::yes));
  if (path == "-") return Error(ErrorCode::usage, "--bundle: say where, since the file is standard input");
  std::error_code fault;
  file = std::filesystem::is_directory(path, fault) ? path + "/model.sig" : path + ".sigstore.json";
  if (!std::filesystem::exists(file, fault))
    for (const auto& [ending, option] : kOtherNames)
      if (const std::string other = path + std::string(ending); std::filesystem::exists(other, fault))
        return Error(ErrorCode::usage, "--bundle: " + quote(file) + ": no such file; of what is here, write " +
                                           std::string(option) + " " + other);
  return read_input(file, "--bundle");
}

nlohmann::json record_of(report::BlobClaim claim, const report::ProvenBlob& proven) {
  nlohmann::json record{
      {"satisfied", true}, {"evidence", proven.evidence}, {"signer", evidence::to_json(proven.signer)}};
  if (claim == report::BlobClaim::signature) record["digest"] = proven.digest->to_string();
  else record["predicateType"] = proven.predicate_type;
  if (!proven.refused.empty()) record["refused"] = proven.refused;
  return record;
}

nlohmann::json record_of(const Error& error, const std::vector<attest::StepResult>& steps) {
  const bool no = error.code() == ErrorCode::mismatch;
  nlohmann::json record{{"satisfied", no ? nlohmann::json(false) : nlohmann::json()},
                        {"steps", evidence::to_json(steps)}};
  if (!no) record["error"] = json::error_record(error);
  return record;
}

std::string verified_text(const BlobVerification& run, const report::ProvenBlob& proven) {
  std::string text = "Verified OK: " + run.name();
  if (!run.artifact()) text += ", every file";
  if (!proven.predicate_type.empty()) text += ", " + proven.predicate_type;
  text += " by " + proven.signer.key_name;
  if (proven.signer.certificate) text += " of issuer " + proven.signer.certificate->issuer;
  return text;
}

}  // namespace

Result<BlobVerification> BlobVerification::begin(const BlobOptions& options, const Console& console) {
  std::string bundle_file;
  SUPPLY_TRY(std::string bundle, read_bundle(options, console, bundle_file));
  SUPPLY_TRY(const std::string path, BlobArtifact::is_digest_to_verify(options.file)
                                         ? Result<std::string>(options.file)
                                         : blob_path(options.file, console, Directories::yes));
  BlobVerification run({}, std::move(bundle), path);
  run.bundle_file_ = std::move(bundle_file);
  std::error_code fault;
  if (!std::filesystem::is_directory(path, fault)) {
    SUPPLY_TRY(BlobArtifact blob, BlobArtifact::open(options.file, console));
    run.blob_ = std::move(blob);
  }
  return run;
}

Result<ExitCode> BlobVerification::run(const BlobOptions& options, report::BlobClaim claim, Console& console,
                                       const Judge& judge) {
  SUPPLY_TRY(EvidenceReport report,
             EvidenceReport::begin(options.outputs, options.common.json, console, EvidenceReport::Text::of_run));
  SUPPLY_TRY(AskedTrust trust, trust_of(options.trust, options.common, console));
  report.judge_at(trust.clock);
  evidence::Question question{.image = options.file, .keys = trust.asked, .conditions = trust.conditions};
  if (!options.type.empty()) {
    SUPPLY_TRY(question.predicate_type, attest::predicate_type_of(options.type));
  }
  std::vector<attest::StepResult> steps;
  const auto answer = [&]() -> Result<report::ProvenBlob> {
    SUPPLY_TRY(BlobVerification run, begin(options, console));
    run.trust_ = trust;
    question.image = run.name();
    if (!report.wants("json"))
      console.note("asked: " + trust.to_text(claim == report::BlobClaim::signature ? "signed" : "attested") +
                   (question.predicate_type ? "; type " + *question.predicate_type : ""));
    SUPPLY_TRY(report::ProvenBlob proven, judge(run, steps));
    for (const std::string& why : proven.refused) console.note("refused: " + why);
    console.note(verified_text(run, proven));
    for (const attest::StepResult& one : proven.signer.steps)
      if (one.step == attest::Step::artifact && !one.detail.empty()) console.note(one.detail);
    return proven;
  };
  const Result<report::ProvenBlob> proven = answer();
  if (!proven && exit_code_of(proven.error().code()) == ExitCode::usage) return proven.error();
  report.add({}, proven ? subject_of(question, claim, *proven) : subject_of(question, claim, proven.error()),
             report::asked_of(question));
  nlohmann::json record = proven ? record_of(claim, *proven) : record_of(proven.error(), steps);
  record["version"] = 1;
  record["file"] = question.image;
  if (trust.root) record["trustedRoot"] = trust.root->to_json();
  SUPPLY_TRY(report.deliver(console, record));
  if (proven) return ExitCode::yes;
  if (proven.error().code() != ErrorCode::mismatch) return proven.error();
  // cosign asks the log for the entry that these files do not bring.
  const bool is_without_entry = std::any_of(steps.begin(), steps.end(), [](const attest::StepResult& one) {
    return one.step == attest::Step::tlog_entry && one.code == attest::StepCode::missing;
  });
  if (is_without_entry && !options.signature.empty())
    console.warn(
        "no log is asked, and --signature brings no entry of one: write --bundle FILE, of the bundle that has it");
  console.error(proven.error());
  return ExitCode::no;
}

std::optional<verify::Artifact> BlobVerification::artifact() const {
  return blob_ ? std::optional(blob_->artifact()) : std::nullopt;
}

}  // namespace supply::tools
