#include "libsupply/content/sbom/parsed_sbom.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/limits.hpp"
#include "libsupply/base/limits/sbom_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/sbom/format.hpp"

namespace supply::sbom {

void set_purl(pkg::Package& package, std::string_view text) {
  if (auto purl = pkg::Purl::parse(text)) package.purl = *std::move(purl);
  else if (to_lower(text.substr(0, 4)) == "pkg:") package.shown_type = to_lower(text.substr(4, text.find('/') - 4));
}

bool names_package(const pkg::Package& package) {
  const std::string_view type = pkg::type_of(package);
  return !type.empty() && type != "oci" && type != "docker";
}

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

std::string_view other_form(std::string_view text) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF") ||
      (text.size() > 1 && (text[0] == '\0' || text[1] == '\0')))
    return "in UTF-16";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  text = trim(text).substr(0, 4 * kKiB);
  if (text.starts_with('<')) {
    if (text.find("cyclonedx") != std::string_view::npos) return "CycloneDX in XML";
    if (text.find("spdx.org/rdf") != std::string_view::npos) return "SPDX in RDF/XML";
    if (text.find("standards.iso.org/iso/19770") != std::string_view::npos) return "a SWID tag in XML";
    return "in XML";
  }
  for (const std::string_view line : lines(text)) {
    if (trim(line).empty() || trim(line).starts_with('#')) continue;
    if (line.starts_with("spdxVersion:") || line.starts_with("SPDXID:") || line.starts_with("---")) return "in YAML";
    for (const std::string_view tag : {"SPDXVersion:", "PackageName:", "DataLicense:"})
      if (line.starts_with(tag)) return "SPDX in tag-value form";
    break;
  }
  if (text.starts_with("@prefix") || text.starts_with("PREFIX")) return "in RDF Turtle";
  return {};
}

namespace {

constexpr std::string_view kWanted = "want SPDX 2.x, SPDX 3.0.1, CycloneDX or syft's own JSON (UTF-8)";

// A small document can name every package as a dependency of every other.
Result<ParsedSbom> within_limits(Result<ParsedSbom> sbom) {
  if (!sbom) return sbom;
  std::size_t dependencies = 0;
  for (const pkg::Package& package : sbom->inventory.packages) dependencies += package.depends.size();
  if (dependencies <= kMaxSbomDependencies) return sbom;
  return Error(ErrorCode::limit_exceeded,
               "SBOM: more than " + std::to_string(kMaxSbomDependencies) + " dependencies between packages");
}

// What BuildKit and others write beside an image: the document as the predicate of a statement that nobody signed.
// Source: in-toto attestation framework v1, "Statement".
const json::Value* predicate_of_statement(const json::Value& value) {
  const json::Value* const type = json::find(value, "_type");
  if (type == nullptr || !type->is_string() ||
      !type->get_ref<const std::string&>().starts_with("https://in-toto.io/Statement/"))
    return nullptr;
  return json::find(value, "predicate");
}

}  // namespace

Result<ParsedSbom> parse_sbom(std::string_view text) {
  // RFC 8259, 8.1: a reader may take the mark for none. Nothing that is signed or compared by digest comes this way.
  const std::string_view plain = text.starts_with(kByteOrderMark) ? text.substr(kByteOrderMark.size()) : text;
  auto value = json::parse(plain);
  if (value) {
    const json::Value* const predicate = predicate_of_statement(*value);
    return parsed_sbom_from_json(predicate == nullptr ? *value : *predicate, plain.size());
  }
  const RawDocument document{plain, nullptr, plain.size()};
  for (const Format* format : all_formats())
    if (format->read != nullptr && format->detect(document)) return within_limits(format->read(document));
  if (const std::string_view form = other_form(text); !form.empty())
    return Error(ErrorCode::unsupported, "SBOM " + std::string(form) + ": " + std::string(kWanted));
  return std::move(value).error();
}

Result<ParsedSbom> parsed_sbom_from_json(const json::Value& value, std::size_t bytes) {
  // cosign 1 and 2 put the document as a text into the predicate, or under "Data".
  if (value.is_string()) {
    std::string_view text = value.get_ref<const std::string&>();
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    if (trim(text).starts_with('"')) return Error(ErrorCode::malformed, "SBOM: a text within a text");
    return parse_sbom(text);
  }
  const json::Value* const data = json::find(value, "Data");
  const RawDocument document{{}, &value, bytes};
  for (const Format* format : all_formats()) {
    if (format->read == nullptr || !format->detect(document)) continue;
    if (data != nullptr) return Error(ErrorCode::malformed, "SBOM: a document with another one under \"Data\"");
    return within_limits(format->read(document));
  }
  if (data != nullptr && data->is_string()) return parsed_sbom_from_json(*data, bytes);
  return Error(ErrorCode::unsupported, "SBOM of an unknown format: " + std::string(kWanted));
}

std::vector<std::string> writable_format_names() {
  std::vector<std::string> names;
  for (const Format* format : all_formats())
    if (format->write != nullptr) names.emplace_back(format->name);
  return names;
}

Result<const Format*> find_format(std::string_view name) {
  for (const Format* format : all_formats())
    if (format->write != nullptr && format->name == name) return format;
  return Error(ErrorCode::usage, "SBOM format " + quote(name) + ": want one of " + join(writable_format_names(), ", "));
}

Result<std::string> to_text(const Format& format, const DocumentContent& document) {
  std::string text;
  SUPPLY_TRY(format.write(document, text));
  return text;
}

}  // namespace supply::sbom
