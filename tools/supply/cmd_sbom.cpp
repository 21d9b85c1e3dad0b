#include <algorithm>
#include <map>

#include "libsupply/base/io/file.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/sbom/image_sbom.hpp"
#include "libsupply/verdict/report/run_of.hpp"
#include "tools/common/choices.hpp"
#include "tools/common/image.hpp"
#include "tools/common/keys.hpp"
#include "tools/common/verb.hpp"
#include "tools/common/verdict.hpp"
#include "tools/common/version.hpp"
#include "tools/supply/sbom_documents.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  std::string image, platform, files = "none";
  std::vector<std::string> outputs, keys, authors;
  std::string name, supplier;
  std::uint64_t max_size = 0;
  bool verify = false, strict = false;
};

sbom::Files files_of(const std::string& name) {
  return name == "all" ? sbom::Files::all : name == "owned" ? sbom::Files::owned : sbom::Files::none;
}

std::vector<std::string> writable_formats() {
  std::vector<std::string> names;
  for (const sbom::Format* format : sbom::all_formats())
    if (format->write != nullptr) names.emplace_back(format->name);
  return names;
}

// FILE for one platform; for each of several, FILE with the platform before its ending, and with the image's digest
// where an index names one platform twice.
std::string file_for(const std::string& file, const store::PlatformImage& image,
                     const std::vector<store::PlatformImage>& images) {
  if (images.size() == 1) return file;
  std::string name = image.platform.to_string();
  if (std::count_if(images.begin(), images.end(), [&](const auto& other) { return other.platform == image.platform; }) >
      1)
    name += "-" + std::string(image.descriptor.digest.encoded().substr(0, 12));
  std::replace(name.begin(), name.end(), '/', '-');
  const io::Path path(file);
  return (path.parent_path() / (path.stem().string() + "." + name + path.extension().string())).string();
}

// Every platform for which an index lists the image.
std::string platforms_of(const store::PlatformImage& image) {
  return join(image.platforms(), ", ", [](const oci::Platform& platform) { return platform.to_string(); });
}

// A document describes one platform's image: several on one stream would be no document at all.
Error one_document_each(const std::vector<store::PlatformImage>& images, const std::string& format) {
  const std::string names = join(images, "; ", platforms_of);
  return Error(ErrorCode::usage, "the image has " + std::to_string(images.size()) + " platforms (" + names +
                                     "), each with a document of its own: pick one with --platform, or write each to a "
                                     "file with -o " +
                                     format + "=FILE");
}

// A document says nothing of where the image was read from: what it is called has to be said.
Result<std::optional<oci::Reference>> published_as(const std::string& name) {
  if (name.empty()) return std::optional<oci::Reference>();
  auto reference = oci::Reference::parse(name);
  if (!reference || reference->kind() != oci::Reference::Kind::registry || reference->selector().digest)
    return Error(ErrorCode::usage,
                 "--name " + quote(name) + ": want a repository in a registry, with or without a tag");
  // A registry's reference without a tag has the usual one, which nobody said.
  const auto& tag = reference->selector().tag;
  if (tag && !name.ends_with(":" + *tag)) return std::optional(reference->with({}));
  return std::optional(*std::move(reference));
}

// What was not read now is as it was when its digest held: the list is the same, but nothing was said of the store.
void say_cached(const sbom::ImageSbom& sbom, Console& console) {
  if (sbom.cached_layers != 0)
    console.note(sbom.image.descriptor.digest.to_string() + ": " + std::to_string(sbom.cached_layers) + " of " +
                 std::to_string(sbom.image.manifest.layers.size()) +
                 " layers were read by an earlier run and not again (--no-cache reads all)");
}

// How the tree differs from what its packages brought; the document has each file.
void say_tree_state(const pkg::Inventory& catalog, Console& console) {
  std::map<pkg::ChangedFile::Kind, std::size_t> counts;
  std::size_t configuration = 0;
  for (const pkg::ChangedFile& file : catalog.changed) {
    ++counts[file.kind];
    if (file.configuration && file.kind == pkg::ChangedFile::Kind::changed) ++configuration;
  }
  using Kind = pkg::ChangedFile::Kind;
  console.note("files that are not as their packages recorded them: " + std::to_string(counts[Kind::changed]) +
               " changed (" + std::to_string(configuration) + " of them configuration), " +
               std::to_string(counts[Kind::deleted]) +
               " deleted; executables that no package owns: " + std::to_string(catalog.unowned.size()));
  if (counts[Kind::unchecked] != 0)
    console.warn(std::to_string(counts[Kind::unchecked]) +
                 " files were not checked: their packages have checksums of a kind that Supply does not compute");
}

Result<ExitCode> run_sbom(const Options& options, Console& console) {
  if (options.image.empty()) return Error(ErrorCode::usage, "say of which image (see `supply sbom --help`)");
  SUPPLY_TRY(std::vector<Output> outputs, parse_outputs(options.outputs, writable_formats()));
  if (outputs.empty()) outputs.push_back({"spdx-json", std::nullopt});
  SUPPLY_TRY(const std::optional<oci::Platform> platform, platform_of(options.platform));
  Stores stores(options.common, console);
  SUPPLY_TRY(const Image image, stores.image(options.image));
  SUPPLY_TRY(const store::Images found, store::images(*image.store, image.root, platform));
  const std::vector<store::PlatformImage>& images = found.images;
  for (const oci::LeftOut& each : found.left_out)
    console.note("left out " + each.descriptor.digest.to_string() + ": " + each.reason);
  sbom::Request request;
  for (const Output& output : outputs) {
    SUPPLY_TRY(const sbom::Format* format, sbom::find_format(output.format));
    request.formats.push_back(format);
  }
  const bool several = images.size() > 1;
  for (std::size_t i = 0; several && i < outputs.size(); ++i)
    if (!outputs[i].file && request.formats[i]->read != nullptr) return one_document_each(images, outputs[i].format);
  request.files = files_of(options.files);
  SUPPLY_TRY(request.source_date_epoch, source_date_epoch());
  request.tool = "supply-" + std::string(kVersion);
  SUPPLY_TRY(request.published, published_as(options.name));
  SUPPLY_TRY(request.authors, authors_of(options.authors));
  request.supplier = options.supplier;
  if (options.max_size != 0) request.max_bytes = options.max_size;
  request.verify_diff_ids = options.verify;
  request.cache = stores.scan_cache();
  SUPPLY_TRY(const auto sboms, sbom::generate(*image.store, images, request, stores.budget()));
  if (!options.verify) console.note(kDiffIdsUnchecked);
  for (const sbom::ImageSbom& one : sboms) {
    say_cached(one, console);
    console.note(platforms_of(one.image) + " " + one.image.descriptor.digest.to_string() + ": " +
                 std::to_string(one.catalog.packages.size()) + " packages");
    for (const pkg::KnownUnknown& unknown : one.catalog.unknowns)
      console.warn("packages that are not in the list may be in " + unknown.to_string());
    if (request.files != sbom::Files::none) say_tree_state(one.catalog, console);
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      Output output = outputs[i];
      if (output.file) output.file = file_for(*output.file, one.image, images);
      else if (several) console.print("# " + platforms_of(one.image) + "\n");
      if (one.files[i] != request.files)
        console.warn(output.format + ": files were left out to keep to " + std::to_string(options.max_size) +
                     " bytes; the document says so");
      SUPPLY_TRY(deliver(console, output, one.texts[i]));
    }
  }
  const bool complete =
      std::all_of(sboms.begin(), sboms.end(), [](const auto& one) { return one.catalog.unknowns.empty(); });
  if (options.strict && !complete) {
    console.warn("--strict: not all of the image could be read");
    return ExitCode::damaged;
  }
  return ExitCode::yes;
}

Result<report::Run> judge(const Options& options, Console& console) {
  SUPPLY_TRY(const std::optional<oci::Platform> platform, platform_of(options.platform));
  SUPPLY_TRY(std::vector<verify::TrustedKey> keys, trusted_keys(options.keys));
  Stores stores(options.common, console);
  SUPPLY_TRY(const Image image, stores.judged(options.image));
  SUPPLY_TRY(const sbom_check::Report report,
             sbom_check::check(*image.store, image.root, {platform, std::move(keys)}, stores.budget()));
  if (options.keys.empty()) console.warn("no --key: who made the SBOM was not asked");
  return report::run_of(report, options.image, options.keys, platform);
}

Result<ExitCode> run_check(const Options& options, Console& console) {
  return deliver_judgement(console, {options.outputs, options.common.json}, options.image,
                           [&] { return judge(options, console); });
}

}  // namespace

void add_sbom(CLI::App& app, Run& run) {
  CLI::App* verb = add_verb<Options>(
      app, run, "sbom", "What is installed in an image, from its layers",
      [](CLI::App& sbom, Options& options) {
        sbom.add_option("IMAGE", options.image, "The image");
        add_output_option(sbom, options.outputs, writable_formats(),
                          "Without it spdx-json; repeated; of several platforms each goes to a FILE of its own");
        sbom.add_option("--files", options.files, "Files with their digests: of packages, or all")
            ->check(CLI::IsMember({"none", "owned", "all"}))
            ->capture_default_str();
        sbom.add_option("--platform", options.platform, "Only this platform, e.g. linux/arm64");
        sbom.add_option("--name", options.name, "What the image is called in a registry: REPOSITORY[:TAG]");
        sbom.add_option("--author", options.authors, "Who answers for the document: \"NAME <ADDRESS>\"; repeated");
        sbom.add_option("--supplier", options.supplier, "The organization that distributes the image");
        sbom.add_option("--max-size", options.max_size,
                        "BYTES, or with KiB or MiB: files are left out first, packages never; else the exit code is 4")
            ->transform(CLI::AsSizeValue(false));
        sbom.add_flag("--strict", options.strict, "Exit with 4 where not all of the image could be read");
        sbom.add_flag("--verify", options.verify, "Check every layer's diff_id too: half as long again");
      },
      run_sbom);
  add_verb<Options>(
      *verb, run, "check", "Say whether the attached SBOM lists what the image really holds",
      [](CLI::App& check, Options& options) {
        check.add_option("IMAGE", options.image, "The image")->required();
        check.add_option("--key", options.keys, "Only SBOMs attested by one of these public keys count");
        check.add_option("--platform", options.platform, "Only this platform, e.g. linux/arm64");
        add_report_option(check, options.outputs, Reports::of_any);
      },
      run_check);
  add_sbom_documents(*verb, run);
}

}  // namespace supply::tools
