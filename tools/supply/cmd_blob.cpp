// Release files: sign-blob, verify-blob, attest-blob, verify-blob-attestation.
#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/io/file.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/trust/attest/predicate_type.hpp"
#include "libsupply/trust/sign/signer.hpp"
#include "libsupply/trust/verify/verifier.hpp"
#include "tools/common/choices.hpp"
#include "tools/common/input.hpp"
#include "tools/common/keys.hpp"
#include "tools/common/target.hpp"
#include "tools/common/verb.hpp"
#include "tools/supply/predicate_file.hpp"
#include "tools/supply/private_key.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  std::string file, bundle, key, predicate, type;
  bool yes = false;
};

std::string bundle_path(const Options& options) {
  return options.bundle.empty() ? options.file + ".sigstore.json" : options.bundle;
}

Result<std::string> read_blob(const Options& options) { return read_input(options.file, "FILE", kMaxBlobBytes); }

// The options with the file as the path that it names. Errors: usage.
Result<Options> with_file(const Options& typed, const Console& console) {
  Options options = typed;
  SUPPLY_TRY(const Target target,
             Target::parse(typed.file, {console.verb(), {TargetForm::file}, AcceptedTargets::Word::path}));
  options.file = target.path();
  if (options.file == "-" && options.bundle.empty())
    return Error(ErrorCode::usage, "--bundle: say where, since the file is standard input");
  return options;
}

void report(const Options& options, Console& console, const std::string& done, nlohmann::json record) {
  console.note(done);
  record["version"] = 1;
  record["file"] = options.file;
  if (options.common.json) console.print(json::to_pretty_text(record));
}

Result<ExitCode> run_sign_blob(const Options& typed, Console& console) {
  SUPPLY_TRY(const Options options, with_file(typed, console));
  SUPPLY_TRY(const crypto::PrivateKey key, read_private_key(options.key));
  SUPPLY_TRY(const std::string blob, read_blob(options));
  SUPPLY_TRY(const std::string bundle, sign::sign_blob(key, blob));
  SUPPLY_TRY(io::write_file(bundle_path(options), bundle).at("--bundle"));
  report(options, console, "signed " + options.file + ": " + bundle_path(options),
         {{"digest", crypto::sha256(blob).to_string()}, {"bundle", bundle_path(options)}});
  return ExitCode::yes;
}

Result<ExitCode> run_attest_blob(const Options& typed, Console& console) {
  SUPPLY_TRY(const Options options, with_file(typed, console));
  SUPPLY_TRY(const crypto::PrivateKey key, read_private_key(options.key));
  SUPPLY_TRY(const std::string blob, read_blob(options));
  SUPPLY_TRY(const Predicate predicate, read_predicate(options.predicate, options.type));
  const Digest digest = crypto::sha256(blob);
  const std::string name = options.file == "-" ? "-" : io::Path(options.file).filename().string();
  const attest::Subject subject{name, {{"sha256", std::string(digest.encoded())}}, {}};
  SUPPLY_TRY(const std::string statement, attest::make_statement(subject, predicate.type, predicate.text));
  SUPPLY_TRY(const std::string bundle, sign::sign_statement(key, statement));
  SUPPLY_TRY(io::write_file(bundle_path(options), bundle).at("--bundle"));
  report(options, console, "attested " + predicate.type + " of " + options.file + ": " + bundle_path(options),
         {{"digest", digest.to_string()}, {"bundle", bundle_path(options)}, {"predicateType", predicate.type}});
  return ExitCode::yes;
}

void declare_blob(CLI::App& verb, Options& options) {
  verb.add_option("FILE", options.file, "The release file; - is standard input")->required();
  verb.add_option("--bundle", options.bundle, "The bundle's file (default: FILE.sigstore.json)");
}

void declare_signing(CLI::App& verb, Options& options) {
  declare_blob(verb, options);
  verb.add_option("--key", options.key, "The private key: a file, or env://NAME")->required();
  verb.add_flag("-y,--yes", options.yes, "Taken for cosign's sake: Supply never asks");
}

}  // namespace

void add_blob(CLI::App& app, Run& run) {
  add_verb<Options>(app, run, "sign-blob", "Sign a release file into a bundle beside it", declare_signing,
                    run_sign_blob);
  add_verb<Options>(
      app, run, "attest-blob", "Sign a statement about a release file into a bundle beside it",
      [&](CLI::App& verb, Options& options) {
        declare_signing(verb, options);
        verb.add_option("--predicate", options.predicate, "The predicate's file, a JSON object")->required();
        add_predicate_type_option(verb, options.type,
                                  "The predicate's type, or a URI; without it, told from the content");
      },
      run_attest_blob);
}

}  // namespace supply::tools
