#include "libsupply/content/sbom/source_sbom.hpp"

#include "libsupply/content/sbom/convert.hpp"

namespace supply::sbom {
namespace {

DocumentSubject subject_of(const source::SourceTree& tree, const std::string& name, const std::string& supplier) {
  DocumentSubject subject;
  subject.kind = DocumentSubject::Kind::source;
  subject.supplier = supplier;
  subject.name = tree.project.name;
  subject.tag = tree.project.version;
  if (name.empty()) return subject;
  const std::size_t colon = name.rfind(':');
  subject.name = name.substr(0, colon);
  subject.tag = colon == std::string::npos ? std::string() : name.substr(colon + 1);
  return subject;
}

constexpr std::string_view kSourceContext = "pre-build";

}  // namespace

Result<SourceSbom> generate_of_source(const io::Path& directory, const std::string& name, const Request& request,
                                      Budget& budget) {
  const bool with_files = request.files != Files::none;
  SUPPLY_TRY(
      source::SourceTree tree,
      source::read_source_tree(directory, with_files ? rootfs::WithFileDigests::yes : rootfs::WithFileDigests::no,
                               with_files ? catalog::WithOwnedFiles::yes : catalog::WithOwnedFiles::no, budget));
  SourceSbom out{std::move(tree), {}, {}, {}, {}, {}};
  out.subject = subject_of(out.source, name, request.supplier);
  out.created = request.source_date_epoch.value_or(Time());
  for (const std::string& left_out : out.source.left_out) out.remarks.push_back("left out: " + left_out);
  DocumentContent document{out.subject,   out.source.inventory, out.source.tree,
                           request.files, out.created,          request.tool};
  document.makers.authors = request.authors;
  document.generation_context = std::string(kSourceContext);
  document.remarks = out.remarks;
  for (const Format* format : request.formats) {
    SUPPLY_TRY(TextWithin within, to_text_within(*format, document, request.max_bytes));
    out.texts.push_back(std::move(within.text));
    out.files.push_back(within.files);
  }
  return out;
}

ParsedSbom described(SourceSbom sbom, const Request& request) {
  ParsedSbom out;
  out.format = "source tree";
  out.subject = std::move(sbom.subject);
  out.inventory = std::move(sbom.source.inventory);
  out.created = sbom.created;
  out.makers = {request.authors, {request.tool}};
  out.generation_context = std::string(kSourceContext);
  out.remarks = std::move(sbom.remarks);
  return out;
}

}  // namespace supply::sbom
