#include "libsupply/base/limits/source_limits.hpp"
#include "libsupply/verdict/report/run_of.hpp"
#include "tools/common/image.hpp"
#include "tools/common/input.hpp"
#include "tools/common/verb.hpp"
#include "tools/common/verdict.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  std::string image, base, dockerfile, target, platform;
  std::vector<std::string> outputs;
};

Result<report::Run> judge(const Options& options, Console& console) {
  if (options.base.empty() && options.dockerfile.empty())
    return Error(ErrorCode::usage, "say the base with --base, or --dockerfile");
  SUPPLY_TRY(const std::optional<oci::Platform> platform, platform_of(options.platform));
  base_image::Request request;
  request.platform = platform;
  request.image_name = options.image;
  request.base_name = options.base;
  if (!options.dockerfile.empty()) {
    SUPPLY_TRY(const std::string text, read_input(options.dockerfile, "--dockerfile", kMaxPinFileBytes));
    SUPPLY_TRY(request.dockerfile, pins::base_reference(text, options.dockerfile, options.target));
    if (request.base_name.empty()) request.base_name = request.dockerfile->pin.resolved;
    if (request.dockerfile->scratch)
      return Error(ErrorCode::usage, options.dockerfile + ": is built from scratch: there is no base to prove");
  }
  Stores stores(options.common, console);
  stores.leave_attachments();  // nothing that is attached is read
  SUPPLY_TRY(const Image image, stores.image(options.image));
  SUPPLY_TRY(const Image base, stores.image(request.base_name).at("base"));
  if (!options.base.empty()) request.named_base = base.reference;
  SUPPLY_TRY(const base_image::Report report,
             base_image::check(*image.store, image.root, *base.store, base.root, request, stores.budget()));
  return report::run_of(report, request);
}

Result<ExitCode> run_base_check(const Options& options, Console& console) {
  return deliver_judgement(console, {options.outputs, options.common.json}, options.image,
                           [&] { return judge(options, console); });
}

}  // namespace

void add_base(CLI::App& app, Run& run) {
  CLI::App* base = app.add_subcommand("base", "The base of an image, by its layers");
  base->require_subcommand(1);
  add_verb<Options>(
      *base, run, "check", "Prove that an image is built on a base",
      [](CLI::App& verb, Options& options) {
        verb.add_option("IMAGE", options.image, "The image")->required();
        verb.add_option("--base", options.base, "The base image");
        auto* file = verb.add_option("--dockerfile", options.dockerfile, "A Dockerfile whose last FROM names the base");
        verb.add_option("--target", options.target, "The Dockerfile's stage, as in docker build --target")->needs(file);
        verb.add_option("--platform", options.platform, "Only this platform, e.g. linux/arm64");
        add_report_option(verb, options.outputs, Reports::of_any);
      },
      run_base_check);
}

}  // namespace supply::tools
