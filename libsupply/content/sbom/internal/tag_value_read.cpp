#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/sbom/internal/tag_value.hpp"

namespace supply::sbom {
namespace {

using json::Value;

enum class In { document, package, file, license, annotation, relationship };
enum class As { text, boolean };
struct Tag {
  std::string_view name;
  In in;
  const char* member;
  As as = As::text;
};

// Tags that are one member of the element that they are in.
constexpr std::array kTags = {
    Tag{"SPDXVersion", In::document, "spdxVersion"},
    Tag{"DataLicense", In::document, "dataLicense"},
    Tag{"DocumentName", In::document, "name"},
    Tag{"DocumentNamespace", In::document, "documentNamespace"},
    Tag{"DocumentComment", In::document, "comment"},
    Tag{"PackageVersion", In::package, "versionInfo"},
    Tag{"PackageFileName", In::package, "packageFileName"},
    Tag{"PackageSupplier", In::package, "supplier"},
    Tag{"PackageOriginator", In::package, "originator"},
    Tag{"PackageDownloadLocation", In::package, "downloadLocation"},
    Tag{"PrimaryPackagePurpose", In::package, "primaryPackagePurpose"},
    Tag{"FilesAnalyzed", In::package, "filesAnalyzed", As::boolean},
    Tag{"PackageHomePage", In::package, "homepage"},
    Tag{"PackageSourceInfo", In::package, "sourceInfo"},
    Tag{"PackageLicenseConcluded", In::package, "licenseConcluded"},
    Tag{"PackageLicenseDeclared", In::package, "licenseDeclared"},
    Tag{"PackageLicenseComments", In::package, "licenseComments"},
    Tag{"PackageCopyrightText", In::package, "copyrightText"},
    Tag{"PackageSummary", In::package, "summary"},
    Tag{"PackageDescription", In::package, "description"},
    Tag{"PackageComment", In::package, "comment"},
    Tag{"BuiltDate", In::package, "builtDate"},
    Tag{"ReleaseDate", In::package, "releaseDate"},
    Tag{"ValidUntilDate", In::package, "validUntilDate"},
    Tag{"LicenseConcluded", In::file, "licenseConcluded"},
    Tag{"FileCopyrightText", In::file, "copyrightText"},
    Tag{"FileComment", In::file, "comment"},
    Tag{"FileNotice", In::file, "noticeText"},
    Tag{"LicenseComments", In::file, "licenseComments"},
    Tag{"ExtractedText", In::license, "extractedText"},
    Tag{"LicenseName", In::license, "name"},
    Tag{"LicenseComment", In::license, "comment"},
    Tag{"AnnotationDate", In::annotation, "annotationDate"},
    Tag{"AnnotationType", In::annotation, "annotationType"},
    Tag{"SPDXREF", In::annotation, "of"},
    Tag{"AnnotationComment", In::annotation, "comment"},
    Tag{"RelationshipComment", In::relationship, "comment"},
};

// Tags of which nothing is read.
bool is_passed_over(std::string_view tag) {
  static constexpr std::array<std::string_view, 13> kNames = {"LicenseListVersion",
                                                              "PackageVerificationCode",
                                                              "PackageLicenseInfoFromFiles",
                                                              "PackageAttributionText",
                                                              "ExternalRefComment",
                                                              "FileType",
                                                              "LicenseInfoInFile",
                                                              "FileContributor",
                                                              "FileAttributionText",
                                                              "FileDependency",
                                                              "LicenseCrossReference",
                                                              "Reviewer",
                                                              "ReviewDate"};
  return std::find(kNames.begin(), kNames.end(), tag) != kNames.end() || tag.starts_with("Snippet") ||
         tag.starts_with("ArtifactOf") || tag == "ReviewComment" || tag == "LicenseInfoInSnippet";
}

class Parser {
 public:
  Result<Value> parse(std::string_view text) {
    root_ = Value::object();
    std::size_t number = 0;
    while (!text.empty()) {
      ++number;
      const std::string place = "line " + std::to_string(number);
      std::string_view line = text.substr(0, text.find('\n'));
      text.remove_prefix(std::min(text.size(), line.size() + 1));
      if (trim(line).empty() || trim(line).starts_with('#')) continue;
      const auto colon = line.find(':');
      if (colon == std::string_view::npos) return Error(ErrorCode::malformed, place + ": no tag in " + quote(line));
      std::string_view value = trim(line.substr(colon + 1));
      std::string whole;
      if (value.starts_with("<text>")) {
        // What is left of this line and all that follows it, up to the end of the text.
        const char* const begin = value.data() + 6;
        const std::string_view rest(begin, static_cast<std::size_t>(text.data() + text.size() - begin));
        const auto end = rest.find("</text>");
        if (end == std::string_view::npos) return Error(ErrorCode::malformed, place + ": a text without end");
        whole = rest.substr(0, end);
        std::erase(whole, '\r');
        value = whole;
        text = rest.substr(end + 7);
        const auto next = text.find('\n');
        if (!trim(text.substr(0, next)).empty())
          return Error(ErrorCode::malformed, place + ": something follows the end of a text");
        text.remove_prefix(next == std::string_view::npos ? text.size() : next + 1);
        number += static_cast<std::size_t>(std::count(whole.begin(), whole.end(), '\n'));
      }
      SUPPLY_TRY(take(trim(line.substr(0, colon)), value).at(place));
    }
    attach_annotations();
    return std::move(root_);
  }

 private:
  Value& begin(In in, const char* list) {
    in_ = in;
    Value& elements = root_[list];
    elements.push_back(Value::object());
    return elements.back();
  }
  Value& current(In in) {
    static constexpr std::array<const char*, 6> kLists = {
        "", "packages", "files", "hasExtractedLicensingInfos", "annotations", "relationships"};
    return in == In::document ? root_ : root_[kLists[static_cast<std::size_t>(in)]].back();
  }
  bool has(In in) {
    static constexpr std::array<const char*, 6> kLists = {
        "", "packages", "files", "hasExtractedLicensingInfos", "annotations", "relationships"};
    return in == In::document || root_.contains(kLists[static_cast<std::size_t>(in)]);
  }

  Status take(std::string_view tag, std::string_view value) {
    if (const auto* known = std::find_if(kTags.begin(), kTags.end(), [&](const Tag& t) { return t.name == tag; });
        known != kTags.end()) {
      if (!has(known->in)) return Error(ErrorCode::malformed, quote(tag) + ": before what it belongs to");
      if (known->as == As::boolean) current(known->in)[known->member] = to_lower(value) == "true";
      else current(known->in)[known->member] = std::string(value);
      return {};
    }
    if (is_passed_over(tag)) return {};
    if (tag == "PackageName") {
      begin(In::package, "packages")["name"] = std::string(value);
      return {};
    }
    if (tag == "FileName") {
      in_package_ = in_ == In::package || (in_ == In::file && in_package_);
      begin(In::file, "files")["fileName"] = std::string(value);
      return {};
    }
    if (tag == "LicenseID") {
      begin(In::license, "hasExtractedLicensingInfos")["licenseId"] = std::string(value);
      return {};
    }
    if (tag == "Annotator") {
      // What an annotation is about it says itself: it does not end the element before it.
      const In before = in_;
      begin(In::annotation, "annotations")["annotator"] = std::string(value);
      in_ = before;
      return {};
    }
    if (tag == "SPDXID") return take_id(value);
    if (tag == "Relationship") return take_relationship(value);
    if (tag == "ExternalRef") return take_reference(value);
    if (tag == "ExternalDocumentRef") {
      root_["externalDocumentRefs"].push_back(std::string(value));
      return {};
    }
    if (tag == "PackageChecksum" || tag == "FileChecksum") {
      const In in = tag == "PackageChecksum" ? In::package : In::file;
      const auto colon = value.find(':');
      if (colon == std::string_view::npos || !has(in))
        return Error(ErrorCode::malformed, quote(tag) + ": want an algorithm, ':' and a value");
      current(in)["checksums"].push_back({{"algorithm", std::string(trim(value.substr(0, colon)))},
                                          {"checksumValue", std::string(trim(value.substr(colon + 1)))}});
      return {};
    }
    if (tag == "Creator") {
      root_["creationInfo"]["creators"].push_back(std::string(value));
      return {};
    }
    if (tag == "Created" || tag == "CreatorComment") {
      root_["creationInfo"][tag == "Created" ? "created" : "comment"] = std::string(value);
      return {};
    }
    return Error(ErrorCode::malformed, "tag " + quote(tag) + " is none of SPDX 2");
  }

  Status take_id(std::string_view value) {
    if (in_ != In::document && in_ != In::package && in_ != In::file)
      return Error(ErrorCode::malformed, "SPDXID: of nothing that has one");
    current(in_)["SPDXID"] = std::string(value);
    // A file behind a package is in it. Source: SPDX 2.3, 8.
    if (in_ == In::file && in_package_)
      add_relationship(json::string_or_empty(current(In::package), "SPDXID"), "CONTAINS", value);
    return {};
  }
  void add_relationship(const Result<std::string>& from, std::string_view type, std::string_view to) {
    if (!from) return;
    root_["relationships"].push_back(
        {{"spdxElementId", *from}, {"relationshipType", std::string(type)}, {"relatedSpdxElement", std::string(to)}});
  }
  Status take_relationship(std::string_view value) {
    std::vector<std::string_view> words = split(value, ' ');
    std::erase(words, std::string_view());
    if (words.size() != 3)
      return Error(ErrorCode::malformed, "Relationship: want two elements and a type between them");
    add_relationship(std::string(words[0]), words[1], words[2]);
    return {};
  }
  Status take_reference(std::string_view value) {
    const auto first = value.find(' ');
    const auto second = first == std::string_view::npos ? first : value.find(' ', first + 1);
    if (second == std::string_view::npos || !has(In::package))
      return Error(ErrorCode::malformed, "ExternalRef: want a category, a type and a locator, in a package");
    current(In::package)["externalRefs"].push_back(
        {{"referenceCategory", std::string(value.substr(0, first))},
         {"referenceType", std::string(value.substr(first + 1, second - first - 1))},
         {"referenceLocator", std::string(trim(value.substr(second + 1)))}});
    return {};
  }

  // In JSON an annotation is a member of what it is about.
  void attach_annotations() {
    if (!root_.contains("annotations")) return;
    Value all = std::move(root_["annotations"]);
    root_.erase("annotations");
    std::map<std::string, Value*> packages;
    if (root_.contains("packages"))
      for (Value& package : root_["packages"])
        if (const auto id = json::string_or_empty(package, "SPDXID")) packages.emplace(*id, &package);
    for (Value& annotation : all) {
      const auto of = json::string_or_empty(annotation, "of");
      const auto package = of ? packages.find(*of) : packages.end();
      Value& to = package == packages.end() ? root_ : *package->second;
      to["annotations"].push_back(std::move(annotation));
    }
  }

  Value root_;
  In in_ = In::document;
  bool in_package_ = false;
};

}  // namespace

bool is_tag_value(std::string_view text) {
  for (const std::string_view line : lines(text.substr(0, 4096))) {
    if (trim(line).empty() || trim(line).starts_with('#')) continue;
    return trim(line).starts_with("SPDXVersion:");
  }
  return false;
}

Result<Value> json_of_tag_value(std::string_view text) {
  if (text.size() > kMaxJsonBytes)
    return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(kMaxJsonBytes) + " bytes");
  if (!is_utf8(text)) return Error(ErrorCode::malformed, "not UTF-8");
  return Parser().parse(text);
}

}  // namespace supply::sbom
