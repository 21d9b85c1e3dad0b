// `supply sbom check`, `supply sbom lint` and `supply sbom diff`.
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/verdict/report/run_of.hpp"
#include "tools/common/choices.hpp"
#include "tools/common/heap.hpp"
#include "tools/common/input.hpp"
#include "tools/common/keys.hpp"
#include "tools/common/verb.hpp"
#include "tools/common/verdict.hpp"
#include "tools/supply/sbom_input.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  std::string input, second, platform, document, profile = "ntia";
  std::vector<std::string> outputs, keys;
};

std::vector<std::string> profiles() {
  std::vector<std::string> names;
  for (const sbom_lint::Profile& profile : sbom_lint::all_profiles()) names.emplace_back(profile.name);
  return names;
}

// What the argument names, also where it could not be read; a wrong argument is no report.
report::SubjectKind subject_kind(const Options& options, const std::string& verb, TargetForms forms) {
  const auto target = Target::parse(options.input, {verb, forms});
  return target && !target->image() ? report::SubjectKind::file : report::SubjectKind::image;
}

Result<std::optional<sbom_check::GivenDocument>> given_document(const Options& options) {
  if (options.document.empty()) return std::optional<sbom_check::GivenDocument>();
  if (!options.keys.empty())
    return Error(ErrorCode::usage, "--key asks who attested what is attached: leave it out with --sbom");
  SUPPLY_TRY(std::string text, read_input(options.document, "--sbom"));
  return std::optional(sbom_check::GivenDocument{options.document, std::move(text)});
}

Result<report::Run> check(const Options& options, Console& console) {
  SUPPLY_TRY(const std::optional<oci::Platform> platform, platform_of(options.platform));
  SUPPLY_TRY(std::vector<verify::TrustedKey> keys, trusted_keys(options.keys, options.common));
  SUPPLY_TRY(const std::optional<sbom_check::GivenDocument> document, given_document(options));
  Stores stores(options.common, console);
  if (document) stores.leave_attachments();
  SUPPLY_TRY(const Target target, stores.parse(options.input, kImagesAndSources));
  if (target.form() == TargetForm::dir) {
    if (!document || platform)
      return Error(ErrorCode::usage,
                   "a source directory has no attached SBOMs and no platforms: name a document with --sbom FILE");
    SUPPLY_TRY(const NamedSbom tree, named_sbom(options.input, stores, console));
    SUPPLY_TRY(const sbom_check::Report report, sbom_check::check_tree(tree.sbom.inventory, options.input, *document));
    return report::run_of(report, options.input, {});
  }
  SUPPLY_TRY(const Image image, stores.judged(options.input));
  SUPPLY_TRY(const sbom_check::Report report,
             sbom_check::check(*image.store, image.root, {platform, std::move(keys), 0, document}, stores.budget()));
  if (options.keys.empty() && !document) console.warn("no --key: who made the SBOM was not asked");
  return report::run_of(report, options.input, options.keys, platform);
}

Result<ExitCode> run_check(const Options& options, Console& console) {
  expect_large_heap();
  return deliver_judgement(
      console, {options.outputs, options.common.json}, options.input, [&] { return check(options, console); },
      subject_kind(options, "sbom check", kImagesAndSources));
}

Result<report::Run> lint(const Options& options, Console& console) {
  SUPPLY_TRY(const sbom_lint::Profile* profile, sbom_lint::find_profile(options.profile));
  Stores stores(options.common, console);
  stores.leave_attachments();  // nothing that is attached is read
  SUPPLY_TRY(const NamedSbom named, named_sbom(options.input, stores, console, profile->format));
  return report::run_of(sbom_lint::lint(named.sbom, *profile, options.input), options.input,
                        named.is_image ? report::SubjectKind::image : report::SubjectKind::file);
}

Result<ExitCode> run_lint(const Options& options, Console& console) {
  expect_large_heap();
  return deliver_judgement(
      console, {options.outputs, options.common.json}, options.input, [&] { return lint(options, console); },
      subject_kind(options, "sbom lint", kImagesAndDocuments));
}

Result<ExitCode> run_diff(const Options& options, Console& console) {
  expect_large_heap();
  Stores stores(options.common, console);
  stores.leave_attachments();  // nothing that is attached is read
  SUPPLY_TRY(const NamedSbom before, named_sbom(options.input, stores, console));
  SUPPLY_TRY(const NamedSbom after, named_sbom(options.second, stores, console));
  const sbom::Comparison comparison = sbom::compare(before.sbom.inventory, after.sbom.inventory);
  console.print(options.common.json ? json::to_pretty_text(sbom_check::to_json(comparison))
                                    : sbom_check::to_text(comparison));
  return before.complete && after.complete ? ExitCode::yes : ExitCode::unknown;
}

}  // namespace

void add_sbom_judges(CLI::App& sbom, Run& run) {
  add_verb<Options>(
      sbom, run, "check",
      "Say whether the attached SBOM lists what the image really holds, or a document what an image or source tree "
      "does",
      [](CLI::App& check, Options& options) {
        check.add_option("IMAGE", options.input, "The image, or dir:PATH")->required();
        check.add_option("--key", options.keys, "Only SBOMs attested by one of these public keys count");
        check.add_option("--sbom", options.document, "FILE: this document in the place of what is attached");
        check.add_option("--platform", options.platform, "Only this platform, e.g. linux/arm64");
        add_report_option(check, options.outputs, Reports::of_any);
      },
      run_check);
  add_verb<Options>(
      sbom, run, "lint", "Say whether a document (sbom:FILE, ./FILE), or an image's, states what is asked of SBOMs",
      [](CLI::App& lint, Options& options) {
        lint.add_option("SBOM", options.input, "The document, image or dir:PATH")->required();
        take_only(lint.add_option("--profile", options.profile, "Who asks")->capture_default_str(), profiles());
        add_report_option(lint, options.outputs, Reports::of_any);
      },
      run_lint);
  add_verb<Options>(
      sbom, run, "diff",
      "Packages added, removed, changed between two SBOMs (sbom:FILE, ./FILE), images or source trees (dir:PATH)",
      [](CLI::App& diff, Options& options) {
        diff.add_option("A", options.input, "Before")->required();
        diff.add_option("B", options.second, "After")->required();
      },
      run_diff);
}

}  // namespace supply::tools
