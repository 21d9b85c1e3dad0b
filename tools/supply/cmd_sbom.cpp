#include "libsupply/content/sbom/makers.hpp"
#include "tools/common/choices.hpp"
#include "tools/common/heap.hpp"
#include "tools/common/options_of_others.hpp"
#include "tools/common/verb.hpp"
#include "tools/supply/sbom_image.hpp"
#include "tools/supply/sbom_input.hpp"
#include "tools/supply/sbom_source.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  std::string image, platform, files = "none";
  std::vector<std::string> outputs, authors;
  std::string name, supplier;
  std::uint64_t max_size = 0;
  bool verify = false, strict = false;
};

sbom::Files files_of(const std::string& name) {
  return name == "all" ? sbom::Files::all : name == "owned" ? sbom::Files::owned : sbom::Files::none;
}

Result<SbomOutputs> outputs_of(const Options& options) {
  SbomOutputs out;
  SUPPLY_TRY(out.outputs, parse_outputs(options.outputs, sbom::writable_format_names()));
  if (out.outputs.empty()) out.outputs.push_back({"spdx-json", std::nullopt});
  SUPPLY_TRY(out.request, document_request());
  for (const Output& output : out.outputs) {
    SUPPLY_TRY(const sbom::Format* format, sbom::find_format(output.format));
    out.request.formats.push_back(format);
  }
  out.request.files = files_of(options.files);
  SUPPLY_TRY(out.request.authors, sbom::parse_authors(options.authors));
  out.request.supplier = options.supplier;
  if (options.max_size != 0) out.request.max_bytes = options.max_size;
  out.request.verify_diff_ids = options.verify;
  out.request.verbose = options.common.verbose;
  out.strict = options.strict;
  return out;
}

Result<ExitCode> run_sbom(const Options& options, Console& console) {
  expect_large_heap();
  if (options.image.empty())
    return Error(ErrorCode::usage, "say of which image or dir:PATH (see `supply sbom --help`)");
  SUPPLY_TRY(SbomOutputs outputs, outputs_of(options));
  SUPPLY_TRY(const std::optional<oci::Platform> platform, platform_of(options.platform));
  Stores stores(options.common, console);
  stores.leave_attachments();  // nothing that is attached is read
  SUPPLY_TRY(const Target target, stores.parse(options.image, kImagesAndSources));
  if (target.form() == TargetForm::dir) {
    if (platform || options.verify)
      return Error(ErrorCode::usage,
                   "a source directory has no platforms and no layers: leave --platform and --verify out");
    return write_source_sbom(target.path(), options.name, outputs, stores.budget(), console);
  }
  SUPPLY_TRY(outputs.request.published, sbom::published_as(options.name));
  return write_image_sboms(*target.image(), platform, std::move(outputs), stores, console);
}

// Of syft and trivy.
constexpr OptionOfOthers kOfOthers[] = {
    {"--scope", true, "what the image has when it runs is listed, with the layer that brought it: leave it out"},
    {"-s", true, "what the image has when it runs is listed, with the layer that brought it: leave it out"},
    {"--from", true, "the form is before the name: oci:DIR:TAG, oci-archive:FILE, docker-archive:FILE, dir:PATH"},
    {"--exclude", true, "nothing is left out of what is installed: leave it out"},
    {"--file", true, "write -o FORMAT=FILE"},
    {"--format", true, "write -o FORMAT"},
    {"--template", true, "write -o spdx-json, and make what you want of that"},
    {"--config", true, "there is no configuration: leave it out"},
    {"-c", true, "there is no configuration: leave it out"},
    {"--base-path", true, "write dir:PATH"},
    {"--select-catalogers", true, "every ecosystem is looked for: leave it out"},
    {"--override-default-catalogers", true, "every ecosystem is looked for: leave it out"},
    {"--enrich", true, "nobody is asked but the image: leave it out"},
    {"--parallelism", true, "one thread a processor reads: leave it out"},
    {"--source-name", true, "write --name NAME[:VERSION]"},
    {"--source-version", true, "write --name NAME[:VERSION]"},
    {"--source-supplier", true, "write --supplier NAME"},
};

}  // namespace

void add_sbom(CLI::App& app, Run& run) {
  CLI::App* verb = add_verb<Options>(
      app, run, "sbom", "What is installed in an image, from its layers; what a source tree needs, from its lock files",
      [&run](CLI::App& sbom, Options& options) {
        sbom.add_option("IMAGE", options.image, "The image, or dir:PATH");
        add_output_option(sbom, options.outputs, sbom::writable_format_names(),
                          "Without it spdx-json; repeated; of several platforms each goes to a FILE of its own");
        sbom.add_option("--files", options.files, "Files with their digests: of packages, or all")
            ->check(CLI::IsMember({"none", "owned", "all"}))
            ->capture_default_str();
        sbom.add_option("--platform", options.platform, "Only this platform, e.g. linux/arm64");
        sbom.add_option("--name", options.name,
                        "What the image is called in a registry: REPOSITORY[:TAG]; or a source tree: NAME[:VERSION]");
        sbom.add_option("--author", options.authors, "Who answers for the document: \"NAME <ADDRESS>\"; repeated");
        sbom.add_option("--supplier", options.supplier, "The organization that distributes the image");
        sbom.add_option("--max-size", options.max_size,
                        "BYTES, or with KiB or MiB: files are left out first, packages never; else the exit code is 4")
            ->transform(CLI::AsSizeValue(false));
        sbom.add_flag("--strict", options.strict, "Exit with 4 where not all could be read");
        sbom.add_flag("--verify", options.verify, "Check every layer's diff_id too: half as long again");
        refuse_options_of_others(sbom, kOfOthers, run);
      },
      run_sbom);
  add_sbom_judges(*verb, run);
  add_sbom_convert(*verb, run);
}

}  // namespace supply::tools
