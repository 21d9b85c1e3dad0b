#include <filesystem>
#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/json/error_record.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/report/provenance_run.hpp"
#include "tools/common/image.hpp"
#include "tools/common/input.hpp"
#include "tools/common/options_of_others.hpp"
#include "tools/common/verb.hpp"
#include "tools/common/verdict.hpp"
#include "tools/supply/image_evidence.hpp"
#include "tools/supply/provenance_expectations.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

using provenance_check::ArtifactAnswer;

struct Options {
  Common common;
  TrustOptions trust;
  ExpectationOptions expected;
  std::string subject, file, platform;
  std::vector<std::string> outputs;
};

constexpr TargetForms kImagesAndFiles{TargetForm::registry, TargetForm::oci, TargetForm::oci_archive, TargetForm::file};

// Where builders put it: slsa-github-generator, `provenance --attest`, others.
Result<std::string> provenance_beside(const std::string& path) {
  for (const char* ending : {".intoto.jsonl", ".provenance.sigstore.json", ".build.slsa", ".sigstore.json"}) {
    std::error_code none;
    if (std::filesystem::exists(path + ending, none)) return path + ending;
  }
  return Error(ErrorCode::not_found, "no provenance is beside " + quote(path) + ": say where with --provenance-path");
}

Result<ArtifactAnswer> of_file(const Options& options, const std::string& path, provenance_check::Request request,
                               Budget& budget, Console& console) {
  std::string file = options.file;
  if (file.empty()) {
    SUPPLY_TRY(file, provenance_beside(path));
  }
  SUPPLY_TRY(const std::string text, read_input(file, "--provenance-path"));
  SUPPLY_TRY(const provenance_check::AttestationFile attestations,
             provenance_check::read_attestation_file(text).at(file));
  if (request.source)
    SUPPLY_TRY(add_source_summaries(
        options.expected.source, options.trust, options.common, budget,
        [&](const verify::Verifier& by) { return provenance_check::source_summaries(attestations, by, budget); },
        *request.source, console));
  const bool npm = request.package || attestations.form == provenance_check::AttestationFile::Form::npm;
  SUPPLY_TRY(verify::TrustPolicy policy, provenance_trust_of(options.trust, options.common, npm, console));
  SUPPLY_TRY(const std::string bytes, read_input(path, "FILE", kMaxBlobBytes));
  const Digest sha256 = crypto::sha256(bytes);
  SUPPLY_TRY(const Digest sha512,
             Digest::parse("sha512:" + to_hex(crypto::hash(crypto::HashAlgorithm::sha512, bytes))));
  SUPPLY_TRY(const Clock clock, clock_of(options.trust.now));
  const verify::Verifier verifier(std::move(policy), clock.now);
  return provenance_check::check_file(path, {std::string_view(bytes), npm ? sha512 : sha256}, attestations, verifier,
                                      request, budget);
}

Result<ArtifactAnswer> of_image(const Options& options, provenance_check::Request request, Stores& stores,
                                EvidenceReport& report, Console& console) {
  if (!options.file.empty())
    return Error(ErrorCode::usage, "--provenance-path goes with a file: an image's provenance is attached to it");
  if (request.package) return Error(ErrorCode::usage, "--package-name and --package-version go with a file");
  evidence::Request question;
  SUPPLY_TRY(question.platform, platform_of(options.platform));
  SUPPLY_TRY(verify::TrustPolicy policy, provenance_trust_of(options.trust, options.common, false, console));
  SUPPLY_TRY(const Clock clock, clock_of(options.trust.now));
  const verify::Verifier verifier(std::move(policy), clock.now);
  SUPPLY_TRY(const Image image, stores.judged(options.subject));
  question.query = {.signatures = false, .statements = true};
  SUPPLY_TRY(const evidence::ImageEvidence attached, read_evidence(image, verifier, question, stores, report));
  if (request.source)
    SUPPLY_TRY(add_source_summaries(
        options.expected.source, options.trust, options.common, stores.budget(),
        [&](const verify::Verifier& by) {
          return provenance_check::source_summaries(attached.attachments, by, stores.budget());
        },
        *request.source, console));
  return provenance_check::check_image(name_with_digest(image), attached, request);
}

Result<ArtifactAnswer> judge(const Options& options, const provenance_check::Request& request,
                             report::SubjectKind& kind, EvidenceReport& report, Console& console) {
  Stores stores(options.common, console);
  SUPPLY_TRY(const Target target, stores.parse(options.subject, kImagesAndFiles));
  if (target.form() != TargetForm::file) return of_image(options, request, stores, report, console);
  kind = report::SubjectKind::file;
  if (!options.platform.empty()) return Error(ErrorCode::usage, "--platform goes with an image");
  return of_file(options, target.path(), request, stores.budget(), console);
}

constexpr OptionOfOthers kOfSlsaVerifier[] = {
    {"--print-provenance", false,
     "--json prints what was found; supply download attestation IMAGE writes what is attached"},
    {"--provenance-repository", true, "an image's provenance is read where the image is: copy it there, with `copy`"},
    {"--public-key-path", true, "write --key FILE"},
};

Result<ExitCode> run_verify_provenance(const Options& options, Console& console) {
  SUPPLY_TRY(EvidenceReport report, EvidenceReport::begin(options.outputs, options.common.json, console));
  SUPPLY_TRY(const Clock clock, clock_of(options.trust.now));
  report.judge_at(clock);
  SUPPLY_TRY(const provenance_check::Request request, request_of(options.expected, options.trust));
  report::SubjectKind kind = report::SubjectKind::image;
  const Result<ArtifactAnswer> answer = judge(options, request, kind, report, console);
  if (!answer) {
    if (exit_code_of(answer.error().code()) == ExitCode::usage) return answer.error();
    report.add(options.subject, answer.error(), kind);
    SUPPLY_TRY(report.deliver(console, {{"version", 1},
                                        {"artifact", options.subject},
                                        {"satisfied", nullptr},
                                        {"error", json::error_record(answer.error())}}));
    return answer.error();
  }
  report.add(provenance_check::to_text(*answer, console.style()),
             report::subject_of(options.subject, kind, request, *answer), report::asked_of(request));
  SUPPLY_TRY(report.deliver(console, provenance_check::to_json(*answer)));
  if (answer->satisfied()) return ExitCode::yes;
  const std::optional<Error> why = answer->undecided();
  if (!why) return ExitCode::no;
  console.warn(options.subject + ": undecided: " + why->message());
  return exit_code_of(why->code());
}

}  // namespace

void add_verify_provenance(CLI::App& app, Run& run) {
  add_verb<Options>(
      app, run, "verify-provenance", "Say whether an image or a file was built as expected, by its SLSA provenance",
      [&run](CLI::App& verb, Options& options) {
        verb.add_option("IMAGE|FILE", options.subject, "What was built")->required();
        add_expectation_options(verb, options.expected);
        add_trust_options(verb, options.trust);
        verb.add_option("--provenance-path,--attestations-path,--attestation-path,--bundle", options.file,
                        "The file's provenance; without it FILE.intoto.jsonl and the like");
        verb.add_option("--platform", options.platform, "Only this platform, e.g. linux/arm64");
        add_report_option(verb, options.outputs, Reports::of_any);
        refuse_options_of_others(verb, kOfSlsaVerifier, run);
      },
      run_verify_provenance);
}

}  // namespace supply::tools
