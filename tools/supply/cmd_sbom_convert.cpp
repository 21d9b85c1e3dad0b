// `supply sbom convert` and `supply sbom merge`.
#include "libsupply/content/sbom/convert.hpp"
#include "libsupply/content/sbom/makers.hpp"
#include "tools/common/choices.hpp"
#include "tools/common/heap.hpp"
#include "tools/common/verb.hpp"
#include "tools/supply/sbom_input.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  std::vector<std::string> inputs, outputs, authors;
  std::string supplier, name = "merged";
  std::uint64_t max_size = 0;
};

Result<sbom::ConvertRequest> request_of(const Options& options) {
  SUPPLY_TRY(const sbom::Request document, document_request());
  sbom::ConvertRequest request;
  request.tool = document.tool;
  request.source_date_epoch = document.source_date_epoch;
  SUPPLY_TRY(request.authors, sbom::parse_authors(options.authors));
  request.supplier = options.supplier;
  if (options.max_size != 0) request.max_bytes = options.max_size;
  return request;
}

// All outputs are made before the first is written.
Result<ExitCode> write_all(const sbom::ParsedSbom& sbom, const Options& options, Console& console) {
  SUPPLY_TRY(const std::vector<Output> outputs, parse_outputs(options.outputs, sbom::writable_format_names()));
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
  return ExitCode::yes;
}

void say_not_kept(const std::string& text, const sbom::ParsedSbom& sbom, const Console& console) {
  for (const std::string& each : sbom.not_kept) console.warn(text + ": not taken over: " + each);
}

Result<ExitCode> run_convert(const Options& options, Console& console) {
  expect_large_heap();
  Stores stores(options.common, console);
  stores.leave_attachments();  // nothing that is attached is read
  SUPPLY_TRY(const NamedSbom named, named_sbom(options.inputs.front(), stores, console));
  say_not_kept(options.inputs.front(), named.sbom, console);
  if (!named.sbom.created) console.note("the document says no time: 1970 is written, or SOURCE_DATE_EPOCH");
  return write_all(named.sbom, options, console);
}

Result<ExitCode> run_merge(const Options& options, Console& console) {
  expect_large_heap();
  Stores stores(options.common, console);
  stores.leave_attachments();  // nothing that is attached is read
  std::vector<sbom::ParsedSbom> parts;
  for (const std::string& input : options.inputs) {
    SUPPLY_TRY(std::vector<NamedSbom> all, named_sboms(input, stores, console));
    for (NamedSbom& named : all) {
      say_not_kept(input, named.sbom, console);
      parts.push_back(std::move(named.sbom));
    }
  }
  SUPPLY_TRY(const sbom::ParsedSbom merged, sbom::merge(std::move(parts), options.name));
  for (const std::string& remark : merged.remarks) console.warn(remark);
  return write_all(merged, options, console);
}

void add_shared(CLI::App& verb, Options& options) {
  add_output_option(verb, options.outputs, sbom::writable_format_names(), "Repeated");
  verb.add_option("--author", options.authors, "Who answers for the document: \"NAME <ADDRESS>\"; repeated");
  verb.add_option("--supplier", options.supplier, "The organization that distributes what the document describes");
  verb.add_option("--max-size", options.max_size,
                  "BYTES, or with KiB or MiB: files are left out first, packages never; else the exit code is 4")
      ->transform(CLI::AsSizeValue(false));
}

}  // namespace

void add_sbom_convert(CLI::App& sbom, Run& run) {
  add_verb<Options>(
      sbom, run, "convert",
      "Write a document (sbom:FILE, ./FILE), or that of an image or source tree, in another format",
      [](CLI::App& convert, Options& options) {
        convert.add_option("SBOM", options.inputs, "The document, image or dir:PATH")->required()->expected(1);
        add_shared(convert, options);
      },
      run_convert);
  add_verb<Options>(
      sbom, run, "merge", "Write several documents or images (platforms, services) as one document",
      [](CLI::App& merge, Options& options) {
        merge.add_option("SBOM", options.inputs, "The documents, images and dir:PATHs")->required();
        merge.add_option("--name", options.name, "What they make together")->capture_default_str();
        add_shared(merge, options);
      },
      run_merge);
}

}  // namespace supply::tools
