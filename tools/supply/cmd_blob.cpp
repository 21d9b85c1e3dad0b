// Release files: sign-blob, attest-blob.
#include <nlohmann/json.hpp>

#include "libsupply/base/io/file.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/trust/attest/predicate_type.hpp"
#include "libsupply/trust/attest/statement.hpp"
#include "libsupply/trust/sign/sign_bundle.hpp"
#include "tools/common/choices.hpp"
#include "tools/common/verb.hpp"
#include "tools/supply/blob_to_sign.hpp"
#include "tools/supply/predicate_file.hpp"
#include "tools/supply/signing.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  SigningOptions signing;
  std::string file, bundle, output_signature, predicate, type;
};

void report(const BlobToSign& blob, const Common& common, Console& console, const std::string& done,
            nlohmann::json record) {
  console.note(done + ' ' + blob.name() + ": " + (blob.bundle_path() == "-" ? "standard output" : blob.bundle_path()));
  record["version"] = 1;
  record["file"] = blob.name();
  record["bundle"] = blob.bundle_path();
  record["digest"] = blob.digest().to_string();
  if (common.json) console.print(json::to_pretty_text(record));
}

// One of the files that the verb writes; - is standard output.
Status write(const std::string& path, const std::string& option, const std::string& text, Console& console) {
  if (path != "-") return io::write_file(path, text).at(option);
  console.print(text);
  return {};
}

// cosign's --output-signature: base64, beside the bundle.
Status write_signature(const Options& options, const std::string& bundle, Console& console) {
  if (options.output_signature.empty()) return {};
  SUPPLY_TRY(const attest::Bundle made, attest::Bundle::parse(bundle));
  const std::string signature = to_base64(std::get<attest::MessageSignature>(made.content).signature);
  return write(options.output_signature, "--output-signature", signature, console);
}

Status check_outputs(const Options& options) {
  const int to_stdout = (options.bundle == "-") + (options.output_signature == "-") + options.common.json;
  if (to_stdout < 2) return {};
  return Error(ErrorCode::usage, "of --bundle -, --output-signature - and --json one goes to standard output");
}

Result<ExitCode> run_sign_blob(const Options& options, Console& console) {
  SUPPLY_TRY(check_outputs(options));
  SUPPLY_TRY(BlobToSign blob, BlobToSign::parse(options.file, options.bundle, console));
  SUPPLY_TRY(const std::unique_ptr<Signing> signing, Signing::open(options.signing, options.common, console));
  SUPPLY_TRY(blob.read());
  SUPPLY_TRY(const std::string bundle, sign::sign_blob(signing->signer(), blob.input(), signing->services()));
  SUPPLY_TRY(write(blob.bundle_path(), "--bundle", bundle, console));
  SUPPLY_TRY(write_signature(options, bundle, console));
  signing->tell(console);
  report(blob, options.common, console, "signed", {});
  return ExitCode::yes;
}

Result<ExitCode> run_attest_blob(const Options& options, Console& console) {
  SUPPLY_TRY(check_outputs(options));
  SUPPLY_TRY(BlobToSign blob, BlobToSign::parse(options.file, options.bundle, console));
  SUPPLY_TRY(const std::unique_ptr<Signing> signing, Signing::open(options.signing, options.common, console));
  SUPPLY_TRY(blob.read());
  SUPPLY_TRY(const Predicate predicate, read_predicate(options.predicate, options.type));
  const Digest& digest = blob.digest();
  const attest::Subject subject{
      blob.base_name(), {{std::string(digest.algorithm()), std::string(digest.encoded())}}, {}};
  SUPPLY_TRY(const std::string statement, attest::make_statement_v1(subject, predicate.type, predicate.text));
  SUPPLY_TRY(const std::string bundle, sign::sign_statement(signing->signer(), statement, signing->services()));
  SUPPLY_TRY(write(blob.bundle_path(), "--bundle", bundle, console));
  signing->tell(console);
  report(blob, options.common, console, "attested " + predicate.type + " of", {{"predicateType", predicate.type}});
  return ExitCode::yes;
}

void declare_blob(CLI::App& verb, Options& options) {
  verb.add_option("FILE", options.file, "The release file; - is standard input; or sha256:HEX of one")->required();
  verb.add_option("--bundle", options.bundle, "The bundle's file (default: FILE.sigstore.json); - is standard output");
}

void declare_signing(CLI::App& verb, Options& options) {
  declare_blob(verb, options);
  add_signing_options(verb, options.signing);
}

}  // namespace

void add_blob(CLI::App& app, Run& run) {
  add_verb<Options>(
      app, run, "sign-blob", "Sign a release file into a bundle beside it",
      [&run](CLI::App& verb, Options& options) {
        verb.add_option("--output-signature", options.output_signature,
                        "The signature alone too, in base64, to a file");
        declare_signing(verb, options);
        add_cosign_refusals(verb, run);
      },
      run_sign_blob);
  add_verb<Options>(
      app, run, "attest-blob", "Sign a statement about a release file into a bundle beside it",
      [&run](CLI::App& verb, Options& options) {
        declare_signing(verb, options);
        verb.add_option("--predicate", options.predicate, "The predicate's file, a JSON object")->required();
        add_predicate_type_option(verb, options.type,
                                  "The predicate's type, or a URI; without it, told from the content");
        add_cosign_refusals(verb, run);
      },
      run_attest_blob);
}

}  // namespace supply::tools
