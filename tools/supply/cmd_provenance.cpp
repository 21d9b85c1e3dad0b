#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/io/file.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/trust/attest/statement.hpp"
#include "libsupply/trust/sign/sign_image.hpp"
#include "tools/common/choices.hpp"
#include "tools/common/image.hpp"
#include "tools/common/input.hpp"
#include "tools/common/verb.hpp"
#include "tools/supply/provenance_options.hpp"
#include "tools/supply/signing.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  BuildOptions build;
  std::vector<std::string> subjects, outputs;
  SigningOptions signing;
  bool attest = false;
};

constexpr TargetForms kImagesAndFiles{TargetForm::registry, TargetForm::oci, TargetForm::oci_archive, TargetForm::file};

Status attest_file(const std::string& path, const Signing& signing, const provenance::GeneratedProvenance& made,
                   Console& console) {
  SUPPLY_TRY(const std::string blob, read_input(path, "FILE", kMaxBlobBytes));
  const attest::Subject subject{
      io::Path(path).filename().string(), {{"sha256", std::string(crypto::sha256(blob).encoded())}}, {}};
  SUPPLY_TRY(const std::string statement,
             attest::make_statement_v1(subject, attest::kProvenanceV1Type, made.predicate));
  SUPPLY_TRY(const std::string bundle, sign::sign_statement(signing.signer(), statement, signing.services()));
  SUPPLY_TRY(io::write_file(path + ".provenance.sigstore.json", bundle));
  console.note("attested provenance of " + path + ": " + path + ".provenance.sigstore.json");
  return {};
}

Result<ExitCode> run_provenance(const Options& options, Console& console) {
  if (!options.attest && (!options.signing.key.empty() || options.signing.names_services()))
    return Error(ErrorCode::usage, "--key and the services sign: say --attest");
  SUPPLY_TRY(const std::vector<Output> outputs, parse_outputs(options.outputs, {"predicate"}));
  SUPPLY_TRY(const provenance::GeneratedProvenance made, make_provenance(options.build, console));
  if (options.attest) {
    if (options.subjects.empty()) return Error(ErrorCode::usage, "--attest: say of which images or files");
    SUPPLY_TRY(const std::unique_ptr<Signing> signing, Signing::open(options.signing, options.common, console));
    Stores stores(options.common, console);
    for (const std::string& text : options.subjects) {
      SUPPLY_TRY(const Target target, stores.parse(text, kImagesAndFiles));
      if (target.form() == TargetForm::file) {
        SUPPLY_TRY(attest_file(target.path(), *signing, made, console));
        continue;
      }
      SUPPLY_TRY(const OpenImage image, stores.changed(text));
      SUPPLY_TRY(const Digest attached,
                 sign::attest_image(*image.store, signing->signer(), {image.root, image.reference.published_name()},
                                    attest::kProvenanceV1Type, made.predicate,
                                    {.now = now(), .services = signing->services()}));
      SUPPLY_TRY(image.store->commit().at(text));
      console.note("attested provenance of " + image.reference.name() + "@" + image.root.digest.to_string() + ": " +
                   attached.to_string());
    }
  }
  for (const Output& output : outputs) SUPPLY_TRY(deliver(console, output, made.predicate + "\n"));
  if (outputs.empty() && !options.attest) console.print(made.predicate + "\n");
  return ExitCode::yes;
}

}  // namespace

void add_provenance(CLI::App& app, Run& run) {
  add_verb<Options>(
      app, run, "provenance", "The SLSA provenance of the build that this runs in",
      [&run](CLI::App& verb, Options& options) {
        verb.add_option("IMAGE|FILE", options.subjects, "What was built");
        add_build_options(verb, options.build);
        verb.add_flag("--attest", options.attest, "Sign it and attach it (to a file: FILE.provenance.sigstore.json)");
        add_output_option(verb, options.outputs, {"predicate"}, "The predicate alone, repeated");
        add_signing_options(verb, options.signing);
        add_cosign_refusals(verb, run);
      },
      run_provenance);
}

}  // namespace supply::tools
