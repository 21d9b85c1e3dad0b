#include "libsupply/content/sbom/parsed_sbom.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/limits.hpp"
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

}  // namespace

Result<ParsedSbom> parse_sbom(std::string_view text) {
  // RFC 8259, 8.1: a reader may take the mark for none. Nothing that is signed or compared by digest comes this way.
  const std::string_view plain = text.starts_with(kByteOrderMark) ? text.substr(kByteOrderMark.size()) : text;
  auto value = json::parse(plain);
  if (value) return parsed_sbom_from_json(*value);
  const RawDocument document{plain, nullptr};
  for (const Format* format : all_formats())
    if (format->read != nullptr && format->detect(document)) return format->read(document);
  if (const std::string_view form = other_form(text); !form.empty())
    return Error(ErrorCode::unsupported, "SBOM " + std::string(form) + ": " + std::string(kWanted));
  return std::move(value).error();
}

Result<ParsedSbom> parsed_sbom_from_json(const json::Value& value) {
  // cosign 1 and 2 put the document as a text into the predicate, or under "Data".
  if (value.is_string()) {
    std::string_view text = value.get_ref<const std::string&>();
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    if (trim(text).starts_with('"')) return Error(ErrorCode::malformed, "SBOM: a text within a text");
    return parse_sbom(text);
  }
  const json::Value* const data = json::find(value, "Data");
  const RawDocument document{{}, &value};
  for (const Format* format : all_formats()) {
    if (format->read == nullptr || !format->detect(document)) continue;
    if (data != nullptr) return Error(ErrorCode::malformed, "SBOM: a document with another one under \"Data\"");
    return format->read(document);
  }
  if (data != nullptr && data->is_string()) return parsed_sbom_from_json(*data);
  return Error(ErrorCode::unsupported, "SBOM of an unknown format: " + std::string(kWanted));
}

Result<const Format*> find_format(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Format* format : all_formats()) {
    if (format->write == nullptr) continue;
    if (format->name == name) return format;
    names.push_back(format->name);
  }
  return Error(ErrorCode::usage, "SBOM format " + quote(name) + ": want one of " + join(names, ", "));
}

Result<std::string> to_text(const Format& format, const DocumentContent& document) {
  std::string out;
  SUPPLY_TRY(format.write(document, [&](std::string_view part) { out += part; }));
  return out;
}

}  // namespace supply::sbom
