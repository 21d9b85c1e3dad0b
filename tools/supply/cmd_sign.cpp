#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/image/store/image.hpp"
#include "libsupply/trust/sign/sign_image.hpp"
#include "tools/common/cosign_flags.hpp"
#include "tools/common/image.hpp"
#include "tools/common/options_of_others.hpp"
#include "tools/common/verb.hpp"
#include "tools/supply/signing.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  std::vector<std::string> images, annotations;
  SigningOptions signing;
  std::string format = "bundle";
  bool recursive = false;
};

Result<ExitCode> run_sign(const Options& options, Console& console) {
  SUPPLY_TRY(const auto annotations, annotations_of(split_annotations(options.annotations)));
  SUPPLY_TRY(const std::unique_ptr<Signing> signing, Signing::open(options.signing, options.common, console));
  const sign::SignatureFormat format =
      options.format == "legacy" ? sign::SignatureFormat::legacy : sign::SignatureFormat::bundle;
  const Time time = now();
  nlohmann::json signatures = nlohmann::json::array();
  Stores stores(options.common, console);
  // A name that is wrong is found before anything is signed.
  for (const std::string& text : options.images) SUPPLY_TRY(stores.reference_to_change(text));
  for (const std::string& text : options.images) {
    stores.begin_next();
    SUPPLY_TRY(const OpenImage image, stores.changed(text));
    std::vector<oci::Descriptor> targets{image.root};
    if (options.recursive) {
      SUPPLY_TRY(const store::Images found, store::images(*image.store, image.root, std::nullopt));
      for (const oci::LeftOut& each : found.left_out)
        console.note("left out " + each.descriptor.digest.to_string() + ": " + each.reason);
      for (const store::PlatformImage& platform : found.images)
        if (platform.descriptor.digest != image.root.digest) targets.push_back(platform.descriptor);
    }
    for (const oci::Descriptor& target : targets) {
      SUPPLY_TRY(const Digest attached,
                 sign::sign_image(*image.store, signing->signer(), {target, image.reference.published_name()},
                                  annotations, {format, time, signing->services()})
                     .at(text));
      console.note("signed " + image.reference.name() + "@" + target.digest.to_string());
      signatures.push_back({{"image", image.reference.name()},
                            {"digest", target.digest.to_string()},
                            {"signature", attached.to_string()}});
    }
    SUPPLY_TRY(image.store->commit().at(text));
  }
  signing->tell(console);
  if (options.common.json) console.print(json::to_pretty_text({{"version", 1}, {"signatures", signatures}}));
  return ExitCode::yes;
}

}  // namespace

void add_sign(CLI::App& app, Run& run) {
  add_verb<Options>(
      app, run, "sign", "Sign images and attach the signatures",
      [&run](CLI::App& verb, Options& options) {
        verb.add_option("IMAGE", options.images, "The images")->required();
        add_signing_options(verb, options.signing);
        verb.add_option("-a,--annotations,--annotation", options.annotations, "key=value, signed with the image");
        verb.add_option("--format", options.format, "bundle as cosign 3 writes, legacy as cosign 2")
            ->check(CLI::IsMember({"bundle", "legacy"}))
            ->capture_default_str();
        verb.add_flag("-r,--recursive", options.recursive, "Sign every platform of an index too");
        add_cosign_refusals(verb, run);
      },
      run_sign);
}

}  // namespace supply::tools
