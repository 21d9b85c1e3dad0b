#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/image/store/image.hpp"
#include "libsupply/trust/attachments/unverified_statement.hpp"
#include "libsupply/trust/attest/predicate_type.hpp"
#include "tools/common/choices.hpp"
#include "tools/common/image.hpp"
#include "tools/common/verb.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  std::string image, platform, type;
};

enum class Wanted { signature, attestation, sbom };

// What to print of one piece of evidence, or nothing when it is not what was asked for.
std::optional<std::string> wanted_part(const attachments::Attachment& item, Wanted wanted, std::string_view type) {
  const auto read = attachments::unverified_statement(item);
  const std::optional<attest::Statement> statement = read ? *read : std::nullopt;
  const bool signature = item.kind == attachments::AttachmentKind::simple_signing ||
                         (item.kind == attachments::AttachmentKind::bundle &&
                          (!statement || statement->predicate_type == attest::kCosignSignType));
  if (wanted == Wanted::sbom)
    return statement && attest::is_sbom(statement->predicate_type) ? std::optional(statement->predicate) : std::nullopt;
  if (signature != (wanted == Wanted::signature)) return std::nullopt;
  if (!type.empty() && (!statement || !attest::is_predicate_type(statement->predicate_type, type))) return std::nullopt;
  // A simple-signing payload is nothing without the signature beside it.
  if (item.kind == attachments::AttachmentKind::simple_signing)
    return json::to_text({{"payload", item.bytes.view()}, {"annotations", item.blob.annotations}});
  return std::string(item.bytes.view());
}

Result<ExitCode> download(const Options& options, Console& console, Wanted wanted, const char* name) {
  SUPPLY_TRY(const std::optional<oci::Platform> platform, platform_of(options.platform));
  std::string type;
  if (!options.type.empty()) {
    SUPPLY_TRY(type, attest::predicate_type_of(options.type));
  }
  Stores stores(options.common, console);
  SUPPLY_TRY(const Image image, stores.judged(options.image));
  std::vector<oci::Descriptor> subjects{image.root};
  if (platform) {
    SUPPLY_TRY(const store::Images of_platform, store::images(*image.store, image.root, platform).at(options.image));
    subjects.clear();
    for (const store::PlatformImage& each : of_platform.images) subjects.push_back(each.descriptor);
  }
  SUPPLY_TRY(const attachments::BySubject attached, attachments::collect(*image.store, subjects));
  bool found = false;
  for (const oci::Descriptor& subject : subjects) {
    for (const attachments::Attachment& item : attached.at(subject.digest).evidence) {
      const std::optional<std::string> part = wanted_part(item, wanted, type);
      if (!part) continue;
      found = true;
      console.print(*part + (part->ends_with('\n') ? "" : "\n"));
    }
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
    part.add_option("--platform", options.platform, "Of an index, what is attached to this platform's image");
  };
  const auto declare_attestations = [&declare](CLI::App& part, Options& options) {
    declare(part, options);
    CLI::Option* const type =
        add_predicate_type_option(part, options.type, "The predicate's type, or a URI; without it, any");
    part.add_option("--predicate-type", options.type, "The same, as cosign calls it")->excludes(type)->group("");
  };
  add_verb<Options>(*verb, run, "signature", "Signatures", declare, run_signature);
  add_verb<Options>(*verb, run, "attestation", "Attestations", declare_attestations, run_attestation);
  add_verb<Options>(*verb, run, "sbom", "The SBOMs that attestations hold", declare, run_sbom);
}

}  // namespace supply::tools
