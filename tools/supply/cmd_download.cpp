#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/trust/attachments/unverified_statement.hpp"
#include "tools/common/image.hpp"
#include "tools/common/verb.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  std::string image;
};

enum class Wanted { signature, attestation, sbom };

// What to print of one piece of evidence, or nothing when it is not what was asked for.
std::optional<std::string> wanted_part(const attachments::Attachment& item, Wanted wanted) {
  const auto read = attachments::unverified_statement(item);
  const std::optional<attest::Statement> statement = read ? *read : std::nullopt;
  const bool signature = item.kind == attachments::AttachmentKind::simple_signing ||
                         (item.kind == attachments::AttachmentKind::bundle &&
                          (!statement || statement->predicate_type == attest::kCosignSignType));
  if (wanted == Wanted::sbom)
    return statement && attest::is_sbom(statement->predicate_type) ? std::optional(statement->predicate) : std::nullopt;
  if (signature != (wanted == Wanted::signature)) return std::nullopt;
  // A simple-signing payload is nothing without the signature beside it.
  if (item.kind == attachments::AttachmentKind::simple_signing)
    return json::to_text({{"payload", item.bytes.view()}, {"annotations", item.blob.annotations}});
  return std::string(item.bytes.view());
}

Result<ExitCode> download(const Options& options, Console& console, Wanted wanted, const char* name) {
  Stores stores(options.common, console);
  SUPPLY_TRY(const Image image, stores.judged(options.image));
  SUPPLY_TRY(attachments::BySubject found_at, attachments::collect(*image.store, {image.root}));
  const attachments::Attachments attached = std::move(found_at.at(image.root.digest));
  bool found = false;
  for (const attachments::Attachment& item : attached.evidence) {
    const std::optional<std::string> part = wanted_part(item, wanted);
    if (!part) continue;
    found = true;
    console.print(*part + (part->ends_with('\n') ? "" : "\n"));
  }
  if (!found) return Error(ErrorCode::not_found, options.image + ": no " + name + " is attached");
  return ExitCode::yes;
}

Result<ExitCode> run_signature(const Options& options, Console& console) {
  return download(options, console, Wanted::signature, "signature");
}
Result<ExitCode> run_attestation(const Options& options, Console& console) {
  return download(options, console, Wanted::attestation, "attestation");
}
Result<ExitCode> run_sbom(const Options& options, Console& console) {
  return download(options, console, Wanted::sbom, "SBOM");
}

}  // namespace

void add_download(CLI::App& app, Run& run) {
  CLI::App* verb = app.add_subcommand("download", "Print what is attached, as it is and unverified, one a line");
  verb->require_subcommand(1);
  const auto declare = [](CLI::App& part, Options& options) {
    part.add_option("IMAGE", options.image, "The image")->required();
  };
  add_verb<Options>(*verb, run, "signature", "Signatures", declare, run_signature);
  add_verb<Options>(*verb, run, "attestation", "Attestations", declare, run_attestation);
  add_verb<Options>(*verb, run, "sbom", "The SBOMs that attestations hold", declare, run_sbom);
}

}  // namespace supply::tools
