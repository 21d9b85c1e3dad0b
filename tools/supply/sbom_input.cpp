#include "tools/supply/sbom_input.hpp"

#include "tools/common/command.hpp"
#include "tools/common/input.hpp"
#include "tools/common/version.hpp"
#include "tools/supply/sbom_source.hpp"

namespace supply::tools {
namespace {

// Whether all of it was read.
bool say_unknowns(const std::string& text, const pkg::Inventory& inventory, const Console& console) {
  for (const pkg::KnownUnknown& unknown : inventory.unknowns)
    console.warn(text + ": packages that are not in the list may be in " + unknown.to_string());
  return inventory.unknowns.empty();
}

// What was made, or what its text says.
template <class Made>
Result<sbom::ParsedSbom> said(Made made, const sbom::Request& request, const std::string& text) {
  if (request.formats.empty()) return sbom::described(std::move(made), request);
  return sbom::parse_sbom(std::string_view(made.texts.front())).at(text);
}

Result<NamedSbom> named_document(const Target& target, const std::string& text, const Console& console) {
  SUPPLY_TRY(const std::string bytes, read_input(target.path(), "SBOM"));
  SUPPLY_TRY(sbom::ParsedSbom parsed, sbom::parse_sbom(std::string_view(bytes)).at(text));
  const bool complete = say_unknowns(text, parsed.inventory, console);
  return NamedSbom{std::move(parsed), false, complete};
}

Result<NamedSbom> named_source(const Target& target, const std::string& text, const sbom::Request& request,
                               Stores& stores, const Console& console) {
  SUPPLY_TRY(sbom::SourceSbom made, sbom::generate_of_source(target.path(), "", request, stores.budget()));
  const bool complete = say_source(text, made.source, console);
  SUPPLY_TRY(sbom::ParsedSbom sbom, said(std::move(made), request, text));
  return NamedSbom{std::move(sbom), false, complete};
}

}  // namespace

Result<sbom::Request> document_request() {
  sbom::Request request;
  request.tool = "supply-" + std::string(kVersion);
  SUPPLY_TRY(request.source_date_epoch, source_date_epoch());
  return request;
}

Result<std::vector<NamedSbom>> named_sboms(const std::string& text, Stores& stores, const Console& console,
                                           std::string_view format) {
  SUPPLY_TRY(const Target target, stores.parse(text, kImagesAndDocuments));
  std::vector<NamedSbom> out;
  if (target.form() == TargetForm::sbom) {
    SUPPLY_TRY(NamedSbom one, named_document(target, text, console));
    out.push_back(std::move(one));
    return out;
  }
  SUPPLY_TRY(sbom::Request request, document_request());
  if (!format.empty()) {
    SUPPLY_TRY(const sbom::Format* written, sbom::find_format(format));
    request.formats.push_back(written);
  }
  if (target.form() == TargetForm::dir) {
    SUPPLY_TRY(NamedSbom one, named_source(target, text, request, stores, console));
    out.push_back(std::move(one));
    return out;
  }
  request.cache = stores.scan_cache();
  SUPPLY_TRY(const Image image, stores.image(*target.image()));
  SUPPLY_TRY(const store::Images found, store::images(*image.store, image.root, std::nullopt));
  for (const oci::LeftOut& each : found.left_out)
    console.note(text + ": left out " + each.descriptor.digest.to_string() + ": " + each.reason);
  if (target.image()->kind() == oci::Reference::Kind::registry) request.published = *target.image();
  SUPPLY_TRY(auto sboms, sbom::generate(*image.store, found.images, request, stores.budget()));
  for (sbom::ImageSbom& one : sboms) {
    const bool complete = say_unknowns(text, one.catalog, console);
    SUPPLY_TRY(sbom::ParsedSbom sbom, said(std::move(one), request, text));
    out.push_back({std::move(sbom), true, complete});
  }
  return out;
}

Result<NamedSbom> named_sbom(const std::string& text, Stores& stores, const Console& console, std::string_view format) {
  SUPPLY_TRY(std::vector<NamedSbom> all, named_sboms(text, stores, console, format));
  if (all.size() != 1)
    return Error(ErrorCode::usage, text + ": has " + std::to_string(all.size()) + " platforms; name one by its digest");
  return std::move(all.front());
}

}  // namespace supply::tools
