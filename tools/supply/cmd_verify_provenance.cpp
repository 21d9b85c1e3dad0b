#include <nlohmann/json.hpp>

#include "libsupply/base/json/error_record.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/report/provenance_run.hpp"
#include "tools/common/image.hpp"
#include "tools/common/options_of_others.hpp"
#include "tools/common/verb.hpp"
#include "tools/common/verdict.hpp"
#include "tools/supply/blob_artifact.hpp"
#include "tools/supply/file_provenance.hpp"
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

FileProvenance provenance_of(const Options& options) {
  return {options.common, options.trust, options.expected.source, options.file};
}

Result<ArtifactAnswer> of_digest(const Options& options, const Digest& digest, const provenance_check::Request& request,
                                 Stores& stores, Console& console) {
  return check_digest(provenance_of(options), options.subject, digest, request, stores.budget(), console);
}

Result<ArtifactAnswer> of_image(const Options& options, provenance_check::Request request, Stores& stores,
                                EvidenceReport& report, Console& console) {
  if (!options.file.empty()) {
    stores.leave_attachments();
    if (!options.platform.empty()) return Error(ErrorCode::usage, "--platform goes with what is attached to an image");
    SUPPLY_TRY(const oci::Reference reference, stores.reference(options.subject, kImagesWithDigest));
    if (reference.selector().digest) return of_digest(options, *reference.selector().digest, request, stores, console);
    SUPPLY_TRY(const Image image, stores.judged(options.subject));
    return of_digest(options, image.root.digest, request, stores, console);
  }
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
  return provenance_check::check_image(name_with_digest(image), attached, request, stores.budget());
}

Result<ArtifactAnswer> judge(const Options& options, const provenance_check::Request& request,
                             report::SubjectKind& kind, EvidenceReport& report, Console& console) {
  Stores stores(options.common, console);
  if (BlobArtifact::is_digest(options.subject)) {
    const Result<Digest> digest = Digest::parse(options.subject);
    if (!digest) return Error(ErrorCode::usage, quote(options.subject) + ": " + digest.error().message());
    kind = report::SubjectKind::file;
    return of_digest(options, *digest, request, stores, console);
  }
  SUPPLY_TRY(const Target target, stores.parse(options.subject, kImagesAndFiles));
  if (target.form() != TargetForm::file) return of_image(options, request, stores, report, console);
  kind = report::SubjectKind::file;
  if (!options.platform.empty()) return Error(ErrorCode::usage, "--platform goes with an image");
  return check_file(provenance_of(options), target.path(), request, stores.budget(), console);
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
        verb.add_option("IMAGE|FILE", options.subject, "What was built; sha256:HEX with --provenance-path")->required();
        add_expectation_options(verb, options.expected);
        add_trust_options(verb, options.trust);
        verb.add_option(
            "--provenance-path,--attestations-path,--attestation-path,--bundle", options.file,
            "Where the provenance is: of a file, without it, FILE.intoto.jsonl and the like; of an image, without "
            "it, what is attached");
        verb.add_option("--platform", options.platform, "Only this platform, e.g. linux/arm64");
        add_report_option(verb, options.outputs, Reports::of_any);
        refuse_options_of_others(verb, kOfSlsaVerifier, run);
      },
      run_verify_provenance);
}

}  // namespace supply::tools
