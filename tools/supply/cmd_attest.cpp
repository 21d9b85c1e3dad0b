#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/image/store/image.hpp"
#include "libsupply/trust/sign/sign_image.hpp"
#include "tools/common/choices.hpp"
#include "tools/common/cosign_flags.hpp"
#include "tools/common/image.hpp"
#include "tools/common/verb.hpp"
#include "tools/supply/predicate_file.hpp"
#include "tools/supply/signing.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  SigningOptions signing;
  std::string image, predicate, type, format = "bundle", platform;
};

Result<ExitCode> run_attest(const Options& options, Console& console) {
  SUPPLY_TRY(const std::optional<oci::Platform> platform, platform_of(options.platform));
  SUPPLY_TRY(const Predicate predicate, read_predicate(options.predicate, options.type));
  SUPPLY_TRY(const std::unique_ptr<Signing> signing, Signing::open(options.signing, options.common, console));
  Stores stores(options.common, console);
  SUPPLY_TRY(const OpenImage image, stores.changed(options.image));
  oci::Descriptor target = image.root;
  if (platform) {
    SUPPLY_TRY(target, store::manifest_for(*image.store, image.root, *platform));
  }
  const sign::SignatureFormat format =
      options.format == "legacy" ? sign::SignatureFormat::legacy : sign::SignatureFormat::bundle;
  SUPPLY_TRY(const Digest attached,
             sign::attest_image(*image.store, signing->signer(), {target, image.reference.published_name()},
                                predicate.type, predicate.text, {format, now(), signing->services()}));
  SUPPLY_TRY(image.store->commit().at(options.image));
  console.note("attested " + predicate.type + " of " + image.reference.name() + "@" + target.digest.to_string());
  signing->tell(console);
  if (options.common.json)
    console.print(json::to_pretty_text({{"version", 1},
                                        {"image", image.reference.name()},
                                        {"digest", target.digest.to_string()},
                                        {"predicateType", predicate.type},
                                        {"attestation", attached.to_string()}}));
  return ExitCode::yes;
}

}  // namespace

void add_attest(CLI::App& app, Run& run) {
  add_verb<Options>(
      app, run, "attest", "Sign a statement about an image and attach it",
      [&run](CLI::App& verb, Options& options) {
        verb.add_option("IMAGE", options.image, "The image")->required();
        add_signing_options(verb, options.signing);
        verb.add_option("--predicate", options.predicate, "The predicate's file, a JSON object; - is standard input")
            ->required();
        add_predicate_type_option(verb, options.type,
                                  "The predicate's type, or a URI; without it, told from the content");
        verb.add_option("--platform", options.platform, "About this platform's image instead of the index");
        verb.add_option("--format", options.format, "bundle as cosign 3 writes, legacy as cosign 2")
            ->check(CLI::IsMember({"bundle", "legacy"}))
            ->capture_default_str();
        add_cosign_refusals(verb, run);
      },
      run_attest);
}

}  // namespace supply::tools
