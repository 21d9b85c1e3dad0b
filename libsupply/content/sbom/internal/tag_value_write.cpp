#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/content/sbom/internal/members.hpp"
#include "libsupply/content/sbom/internal/tag_value.hpp"

namespace supply::sbom {
namespace {

class TagValues {
 public:
  void blank() { out_ += '\n'; }
  // One line.
  void line(std::string_view tag, std::string_view value) {
    out_.append(tag).append(": ");
    for (const char c : value) out_ += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    out_ += '\n';
  }
  void text(std::string_view tag, std::string_view value) {
    constexpr std::string_view kEnd = "</text>";
    out_.append(tag).append(": <text>");
    while (true) {
      const auto at = value.find(kEnd);
      out_.append(value.substr(0, at));
      if (at == std::string_view::npos) break;
      out_ += "< /text>";
      value.remove_prefix(at + kEnd.size());
    }
    out_.append(kEnd) += '\n';
  }
  // A member of one line, or of several, where the element has it.
  void line_of(const json::Value& element, const char* member, std::string_view tag) {
    if (const json::Value* value = json::find(element, member); value != nullptr && value->is_string())
      line(tag, value->get_ref<const std::string&>());
  }
  void text_of(const json::Value& element, const char* member, std::string_view tag) {
    const json::Value* value = json::find(element, member);
    if (value == nullptr || !value->is_string()) return;
    const std::string& said = value->get_ref<const std::string&>();
    // Words of the specification, and no text.
    if (said == "NOASSERTION" || said == "NONE") line(tag, said);
    else text(tag, said);
  }
  std::string take() && { return std::move(out_); }

 private:
  std::string out_;
};

void write_checksums(TagValues& out, const json::Value& element, std::string_view tag) {
  each_of(element, "checksums", [&](const json::Value& checksum) {
    out.line(tag, text_of(checksum, "algorithm") + ": " + text_of(checksum, "checksumValue"));
  });
}

void write_annotations(TagValues& out, const json::Value& element) {
  const std::string id = text_of(element, "SPDXID");
  each_of(element, "annotations", [&](const json::Value& annotation) {
    out.blank();
    out.line_of(annotation, "annotator", "Annotator");
    out.line_of(annotation, "annotationDate", "AnnotationDate");
    out.line_of(annotation, "annotationType", "AnnotationType");
    out.line("SPDXREF", id);
    out.text_of(annotation, "comment", "AnnotationComment");
  });
}

void write_header(TagValues& out, const json::Value& root) {
  out.line_of(root, "spdxVersion", "SPDXVersion");
  out.line_of(root, "dataLicense", "DataLicense");
  out.line_of(root, "SPDXID", "SPDXID");
  out.line_of(root, "name", "DocumentName");
  out.line_of(root, "documentNamespace", "DocumentNamespace");
  each_of(root, "externalDocumentRefs", [&](const json::Value& ref) {
    const json::Value* checksum = json::find(ref, "checksum");
    if (checksum == nullptr) return;
    out.line("ExternalDocumentRef", text_of(ref, "externalDocumentId") + " " + text_of(ref, "spdxDocument") + " " +
                                        text_of(*checksum, "algorithm") + ": " + text_of(*checksum, "checksumValue"));
  });
  if (const json::Value* info = json::find(root, "creationInfo")) {
    each_of(*info, "creators", [&](const json::Value& creator) {
      if (creator.is_string()) out.line("Creator", creator.get_ref<const std::string&>());
    });
    out.line_of(*info, "created", "Created");
    out.text_of(*info, "comment", "CreatorComment");
  }
}

void write_file(TagValues& out, const json::Value& file) {
  out.blank();
  out.line_of(file, "fileName", "FileName");
  out.line_of(file, "SPDXID", "SPDXID");
  write_checksums(out, file, "FileChecksum");
  out.line_of(file, "licenseConcluded", "LicenseConcluded");
  out.text_of(file, "copyrightText", "FileCopyrightText");
}

void write_package(TagValues& out, const json::Value& package) {
  out.blank();
  out.line_of(package, "name", "PackageName");
  out.line_of(package, "SPDXID", "SPDXID");
  out.line_of(package, "versionInfo", "PackageVersion");
  out.line_of(package, "packageFileName", "PackageFileName");
  out.line_of(package, "supplier", "PackageSupplier");
  out.line_of(package, "originator", "PackageOriginator");
  out.line_of(package, "downloadLocation", "PackageDownloadLocation");
  if (std::string purpose = text_of(package, "primaryPackagePurpose"); !purpose.empty()) {
    for (char& c : purpose) c = c == '_' ? '-' : c;
    out.line("PrimaryPackagePurpose", purpose);
  }
  if (const json::Value* analyzed = json::find(package, "filesAnalyzed"); analyzed != nullptr && analyzed->is_boolean())
    out.line("FilesAnalyzed", analyzed->get<bool>() ? "true" : "false");
  if (const json::Value* code = json::find(package, "packageVerificationCode"))
    out.line_of(*code, "packageVerificationCodeValue", "PackageVerificationCode");
  write_checksums(out, package, "PackageChecksum");
  out.line_of(package, "homepage", "PackageHomePage");
  out.text_of(package, "sourceInfo", "PackageSourceInfo");
  out.line_of(package, "licenseConcluded", "PackageLicenseConcluded");
  out.line_of(package, "licenseDeclared", "PackageLicenseDeclared");
  out.text_of(package, "copyrightText", "PackageCopyrightText");
  out.text_of(package, "description", "PackageDescription");
  out.text_of(package, "comment", "PackageComment");
  each_of(package, "externalRefs", [&](const json::Value& ref) {
    out.line("ExternalRef", text_of(ref, "referenceCategory") + " " + text_of(ref, "referenceType") + " " +
                                text_of(ref, "referenceLocator"));
  });
  write_annotations(out, package);
}

}  // namespace

std::string tag_value_of_json(const json::Value& root) {
  TagValues out;
  write_header(out, root);
  write_annotations(out, root);
  // Files before the first package are in none of them: whose they are, relationships say.
  each_of(root, "files", [&](const json::Value& file) { write_file(out, file); });
  each_of(root, "packages", [&](const json::Value& package) { write_package(out, package); });
  out.blank();
  each_of(root, "relationships", [&](const json::Value& relationship) {
    out.line("Relationship", text_of(relationship, "spdxElementId") + " " + text_of(relationship, "relationshipType") +
                                 " " + text_of(relationship, "relatedSpdxElement"));
    out.text_of(relationship, "comment", "RelationshipComment");
  });
  each_of(root, "hasExtractedLicensingInfos", [&](const json::Value& license) {
    out.blank();
    out.line_of(license, "licenseId", "LicenseID");
    out.text_of(license, "extractedText", "ExtractedText");
    out.line_of(license, "name", "LicenseName");
  });
  return std::move(out).take();
}

}  // namespace supply::sbom
