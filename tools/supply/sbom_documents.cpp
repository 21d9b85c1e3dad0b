#include "tools/supply/sbom_documents.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/sbom/image_sbom.hpp"
#include "libsupply/verdict/report/run_of.hpp"
#include "tools/common/choices.hpp"
#include "tools/common/input.hpp"
#include "tools/common/verdict.hpp"
#include "tools/common/version.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

constexpr TargetForms kImagesAndDocuments{TargetForm::registry, TargetForm::oci, TargetForm::oci_archive,
                                          TargetForm::docker_archive, TargetForm::sbom};

struct Options {
  Common common;
  std::vector<std::string> inputs, outputs, authors;
  std::string supplier, name = "merged", profile = "ntia", before, after;
  std::uint64_t max_size = 0;
};

std::vector<std::string> writable_formats() {
  std::vector<std::string> names;
  for (const sbom::Format* format : sbom::all_formats())
    if (format->write != nullptr) names.emplace_back(format->name);
  return names;
}

std::vector<std::string> profiles() {
  std::vector<std::string> names;
  for (const sbom_lint::Profile& profile : sbom_lint::all_profiles()) names.emplace_back(profile.name);
  return names;
}

// Whether all of it was read.
bool say_unknowns(const std::string& text, const sbom::ParsedSbom& sbom, const Console& console) {
  for (const pkg::KnownUnknown& unknown : sbom.inventory.unknowns)
    console.warn(text + ": packages that are not in the list may be in " + unknown.to_string());
  return sbom.inventory.unknowns.empty();
}

Result<sbom::ConvertRequest> request_of(const Options& options) {
  sbom::ConvertRequest request;
  request.tool = "supply-" + std::string(kVersion);
  SUPPLY_TRY(request.source_date_epoch, source_date_epoch());
  SUPPLY_TRY(request.authors, authors_of(options.authors));
  request.supplier = options.supplier;
  if (options.max_size != 0) request.max_bytes = options.max_size;
  return request;
}

// All outputs are made before the first is written.
template <class Sbom>
Status write_all(const Sbom& sbom, const Options& options, Console& console) {
  SUPPLY_TRY(const std::vector<Output> outputs, parse_outputs(options.outputs, writable_formats()));
  if (outputs.empty()) return Error(ErrorCode::usage, "say in which format: -o FORMAT[=FILE]");
  SUPPLY_TRY(const sbom::ConvertRequest request, request_of(options));
  std::vector<sbom::Converted> made;
  for (const Output& output : outputs) {
    SUPPLY_TRY(const sbom::Format* format, sbom::find_format(output.format));
    SUPPLY_TRY(sbom::Converted converted, sbom::convert(sbom, *format, request));
    made.push_back(std::move(converted));
  }
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    for (const std::string& lost : made[i].lost) console.warn(outputs[i].format + " has no place for: " + lost);
    if (made[i].files_left_out)
      console.warn(outputs[i].format + ": files were left out to keep to " + std::to_string(options.max_size) +
                   " bytes");
    SUPPLY_TRY(deliver(console, outputs[i], made[i].text));
  }
  return {};
}

void say_not_kept(const std::string& text, const sbom::ParsedSbom& sbom, const Console& console) {
  for (const std::string& each : sbom.not_kept) console.warn(text + ": not taken over: " + each);
}

Result<ExitCode> run_convert(const Options& options, Console& console) {
  Stores stores(options.common, console);
  SUPPLY_TRY(const NamedSbom named, named_sbom(options.inputs.front(), stores, console));
  say_not_kept(options.inputs.front(), named.sbom, console);
  if (!named.sbom.created) console.note("the document says no time: 1970 is written, or SOURCE_DATE_EPOCH");
  SUPPLY_TRY(write_all(named.sbom, options, console));
  return ExitCode::yes;
}

Result<ExitCode> run_merge(const Options& options, Console& console) {
  Stores stores(options.common, console);
  std::vector<sbom::ParsedSbom> parts;
  for (const std::string& input : options.inputs) {
    SUPPLY_TRY(std::vector<NamedSbom> all, named_sboms(input, stores, console));
    for (NamedSbom& named : all) {
      say_not_kept(input, named.sbom, console);
      parts.push_back(std::move(named.sbom));
    }
  }
  const sbom::Merged merged = sbom::merge(std::move(parts), options.name);
  for (const std::string& remark : merged.remarks) console.warn(remark);
  SUPPLY_TRY(write_all(merged, options, console));
  return ExitCode::yes;
}

Result<report::Run> judge(const Options& options, Console& console) {
  SUPPLY_TRY(const sbom_lint::Profile* profile, sbom_lint::find_profile(options.profile));
  Stores stores(options.common, console);
  const std::string& input = options.inputs.front();
  // BSI asks for a newer SPDX than the one that is written by default.
  SUPPLY_TRY(const NamedSbom named,
             named_sbom(input, stores, console, options.profile == "bsi" ? "spdx3-json" : "spdx-json"));
  return report::run_of(sbom_lint::lint(named.sbom, *profile, input), input,
                        named.is_image ? report::SubjectKind::image : report::SubjectKind::file);
}

Result<ExitCode> run_lint(const Options& options, Console& console) {
  return deliver_judgement(
      console, {options.outputs, options.common.json}, options.inputs.front(), [&] { return judge(options, console); },
      report::SubjectKind::file);
}

Result<ExitCode> run_diff(const Options& options, Console& console) {
  Stores stores(options.common, console);
  SUPPLY_TRY(const NamedSbom before, named_sbom(options.before, stores, console));
  SUPPLY_TRY(const NamedSbom after, named_sbom(options.after, stores, console));
  const sbom::Comparison comparison = sbom::compare(before.sbom.inventory, after.sbom.inventory);
  console.print(options.common.json ? json::to_pretty_text(sbom_check::to_json(comparison))
                                    : sbom_check::to_text(comparison));
  return before.complete && after.complete ? ExitCode::yes : ExitCode::unknown;
}

void add_makers(CLI::App& verb, Options& options) {
  verb.add_option("--author", options.authors, "Who answers for the document: \"NAME <ADDRESS>\"; repeated");
  verb.add_option("--supplier", options.supplier, "The organization that distributes what the document describes");
  verb.add_option("--max-size", options.max_size,
                  "BYTES, or with KiB or MiB: files are left out first, packages never; else the exit code is 4")
      ->transform(CLI::AsSizeValue(false));
}

}  // namespace

Result<std::vector<std::string>> authors_of(const std::vector<std::string>& names) {
  std::vector<std::string> out;
  for (const std::string& name : names) {
    std::string kind = "Person: ", rest = name;
    for (const std::string prefix : {"Person: ", "Organization: "}) {
      if (!name.starts_with(prefix)) continue;
      kind = prefix;
      rest = name.substr(prefix.size());
    }
    if (const auto open = rest.find('<'); open != std::string::npos && rest.ends_with('>'))
      rest = std::string(trim(rest.substr(0, open))) + " (" + rest.substr(open + 1, rest.size() - open - 2) + ")";
    if (trim(rest).empty() || escape_for_terminal(rest) != rest)
      return Error(ErrorCode::usage, "--author " + quote(name) + ": want a name, with or without <ADDRESS> behind it");
    out.push_back(kind + std::string(trim(rest)));
  }
  return out;
}

Result<std::vector<NamedSbom>> named_sboms(const std::string& text, Stores& stores, const Console& console,
                                           std::string_view format) {
  SUPPLY_TRY(const Target target, stores.parse(text, kImagesAndDocuments));
  std::vector<NamedSbom> out;
  if (target.form() == TargetForm::sbom) {
    SUPPLY_TRY(const std::string bytes, read_input(target.path(), "SBOM"));
    SUPPLY_TRY(sbom::ParsedSbom parsed, sbom::parse_sbom(std::string_view(bytes)).at(text));
    const bool complete = say_unknowns(text, parsed, console);
    out.push_back({std::move(parsed), false, complete});
    return out;
  }
  SUPPLY_TRY(const Image image, stores.image(*target.image()));
  SUPPLY_TRY(const store::Images found, store::images(*image.store, image.root, std::nullopt));
  for (const oci::LeftOut& each : found.left_out)
    console.note(text + ": left out " + each.descriptor.digest.to_string() + ": " + each.reason);
  sbom::Request request;
  request.cache = stores.scan_cache();
  request.tool = "supply-" + std::string(kVersion);
  SUPPLY_TRY(request.source_date_epoch, source_date_epoch());
  SUPPLY_TRY(const sbom::Format* written, sbom::find_format(format));
  request.formats.push_back(written);
  if (target.image()->kind() == oci::Reference::Kind::registry) request.published = *target.image();
  SUPPLY_TRY(auto sboms, sbom::generate(*image.store, found.images, request, stores.budget()));
  for (sbom::ImageSbom& one : sboms) {
    SUPPLY_TRY(sbom::ParsedSbom parsed, sbom::parse_sbom(std::string_view(one.texts.front())).at(text));
    parsed.inventory = std::move(one.catalog);
    const bool complete = say_unknowns(text, parsed, console);
    out.push_back({std::move(parsed), true, complete});
  }
  return out;
}

Result<NamedSbom> named_sbom(const std::string& text, Stores& stores, const Console& console, std::string_view format) {
  SUPPLY_TRY(std::vector<NamedSbom> all, named_sboms(text, stores, console, format));
  if (all.size() != 1)
    return Error(ErrorCode::usage, text + ": has " + std::to_string(all.size()) + " platforms; name one by its digest");
  return std::move(all.front());
}

void add_sbom_documents(CLI::App& sbom, Run& run) {
  add_verb<Options>(
      sbom, run, "convert", "Write a document (sbom:FILE, ./FILE), or an image's, in another format",
      [](CLI::App& convert, Options& options) {
        convert.add_option("SBOM", options.inputs, "The document or image")->required()->expected(1);
        add_output_option(convert, options.outputs, writable_formats(), "Repeated");
        add_makers(convert, options);
      },
      run_convert);
  add_verb<Options>(
      sbom, run, "merge", "Write several documents or images (platforms, services) as one document",
      [](CLI::App& merge, Options& options) {
        merge.add_option("SBOM", options.inputs, "The documents and images")->required();
        add_output_option(merge, options.outputs, writable_formats(), "Repeated");
        merge.add_option("--name", options.name, "What they make together")->capture_default_str();
        add_makers(merge, options);
      },
      run_merge);
  add_verb<Options>(
      sbom, run, "lint", "Say whether a document (sbom:FILE, ./FILE), or an image's, states what is asked of SBOMs",
      [](CLI::App& lint, Options& options) {
        lint.add_option("SBOM", options.inputs, "The document or image")->required()->expected(1);
        take_only(lint.add_option("--profile", options.profile, "Who asks")->capture_default_str(), profiles());
        add_report_option(lint, options.outputs, Reports::of_any);
      },
      run_lint);
  add_verb<Options>(
      sbom, run, "diff", "Packages added, removed, changed between two SBOMs (sbom:FILE, ./FILE, or an image)",
      [](CLI::App& diff, Options& options) {
        diff.add_option("A", options.before, "Before")->required();
        diff.add_option("B", options.after, "After")->required();
      },
      run_diff);
}

}  // namespace supply::tools
