#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/verdict/report/run_of.hpp"
#include "tools/common/image.hpp"
#include "tools/common/options_of_others.hpp"
#include "tools/common/verb.hpp"
#include "tools/common/verdict.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  std::string image, platform;
  std::vector<std::string> outputs;
  bool verify = false, raw = false, digest = false, files = false, no_referrers = false;
};

Result<ExitCode> run_inspect(const Options& options, Console& console) {
  SUPPLY_TRY(const std::optional<oci::Platform> platform, platform_of(options.platform));
  if (!options.outputs.empty() && !options.verify)
    return Error(ErrorCode::usage, "--output writes the report of --verify; plain inspect has --json");
  Stores stores(options.common, console);
  const inspect::Request request{platform, options.verify, !options.no_referrers};
  const bool by_digest = options.raw || options.digest;
  if (by_digest || options.files || options.no_referrers) stores.leave_attachments();
  const std::string asked = options.raw ? "inspect --raw" : options.digest ? "inspect --digest" : console.verb();
  SUPPLY_TRY(const Target target, Target::parse(options.image, {asked, by_digest ? kImagesWithDigest : kImages}));
  const auto judge = [&]() -> Result<report::Run> {
    SUPPLY_TRY(const Image image, stores.image(*target.image()));
    SUPPLY_TRY(const inspect::Report report, inspect::inspect(*image.store, image.root, request, stores.budget()));
    return report::run_of(report, options.image, platform);
  };
  if (options.verify && (options.common.json || !options.outputs.empty()))
    return deliver_judgement(console, {options.outputs, options.common.json}, options.image, judge);
  SUPPLY_TRY(const Image image, stores.image(*target.image()));
  if (by_digest) {
    oci::Descriptor wanted = image.root;
    if (platform) {
      SUPPLY_TRY(wanted, store::manifest_for(*image.store, image.root, *platform));
    }
    SUPPLY_TRY(const std::string bytes, store::fetch(*image.store, wanted, kMaxManifestBytes));
    console.print(options.raw ? bytes : wanted.digest.to_string() + "\n");
    return ExitCode::yes;
  }
  if (options.files) {
    SUPPLY_TRY(const store::Images found, store::images(*image.store, image.root, platform));
    const std::vector<store::PlatformImage>& images = found.images;
    if (images.size() != 1)
      return Error(ErrorCode::usage,
                   "--files: the image has " + std::to_string(images.size()) + " platforms; pick one with --platform");
    SUPPLY_TRY(inspect::list_files(*image.store, images.front(), stores.budget(),
                                   [&](std::string_view lines) { console.print(lines); }));
    return ExitCode::yes;
  }
  SUPPLY_TRY(const inspect::Report report, inspect::inspect(*image.store, image.root, request, stores.budget()));
  console.print(options.common.json ? json::to_pretty_text(inspect::to_json(report))
                                    : inspect::to_text(request, report, console.style()));
  return ExitCode::yes;
}

// Of skopeo inspect.
constexpr OptionOfOthers kOfOthers[] = {
    {"--config", false, "write --json: the config is in it"},
    {"--no-tags", false, "supply tags REPO lists them, this does not: leave it out"},
    {"-n", false, "supply tags REPO lists them, this does not: leave it out"},
    {"--format", true, "write --json, and take what you want of that"},
    {"-f", true, "write --json, and take what you want of that"},
};

}  // namespace

void add_inspect(CLI::App& app, Run& run) {
  add_verb<Options>(
      app, run, "inspect", "Show an image: platforms, config, layers, what is attached",
      [&run](CLI::App& verb, Options& options) {
        verb.add_option("IMAGE", options.image, "The image, e.g. oci:DIR:TAG")->required();
        verb.add_option("--platform", options.platform, "Only this platform, e.g. linux/arm64");
        auto* verify = verb.add_flag("--verify", options.verify, "Check every size, digest and diff_id");
        add_report_option(verb, options.outputs, Reports::of_any);
        verb.add_flag("--no-referrers", options.no_referrers, "Leave out what is attached");
        auto* raw = verb.add_flag("--raw", options.raw, "Print the manifest's bytes as they are");
        auto* digest = verb.add_flag("--digest", options.digest, "Print the digest alone");
        verb.add_flag("--files", options.files, "Print the merged file tree, one JSON record a line")
            ->excludes(raw)
            ->excludes(digest)
            ->excludes(verify);  // what only prints a part checks no more than that
        raw->excludes(digest)->excludes(verify);
        digest->excludes(verify);
        refuse_options_of_others(verb, kOfOthers, run);
      },
      run_inspect);
}

}  // namespace supply::tools
