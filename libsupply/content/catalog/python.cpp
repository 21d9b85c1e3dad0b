#include "libsupply/content/catalog/python.hpp"

#include <algorithm>

#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/csv.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/licensing.hpp"
#include "libsupply/content/catalog/internal/python_headers.hpp"
#include "libsupply/content/license/declared.hpp"
#include "libsupply/content/pkg/checksum_text.hpp"

namespace supply::catalog {
namespace {

using Header = PythonHeader;

// Of equal names the first counts.
std::string first(const std::vector<Header>& headers, std::string_view name) {
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const Header& one) { return one.name == name; });
  return found == headers.end() ? std::string() : found->value;
}

// The same without what old tools write for "not said".
std::string said(const std::vector<Header>& headers, std::string_view name) {
  for (const Header& header : headers)
    if (header.name == name && header.value != "UNKNOWN") return header.value;
  return {};
}

// PEP 639's expression, else the old field, else the classifiers; of the last two the one that names SPDX licences.
// Those of the others that speak of another licence apply too.
license::Declared license_of(const std::vector<Header>& headers) {
  std::vector<std::string> classifiers;
  std::string classified_text;
  for (const Header& header : headers) {
    if (header.name != "classifier" || !header.value.starts_with("License ::")) continue;
    classifiers.push_back(header.value);
    classified_text += header.value + "\n";
  }
  const license::Declared expression = license::from_text(said(headers, "license-expression"));
  const license::Declared field = license::from_text(said(headers, "license"));
  const license::Declared classified = license::from_classifiers(classifiers);
  const auto has_reference = [](const license::Declared& declared) {
    const auto licenses = declared.expression.licenses();
    return std::any_of(licenses.begin(), licenses.end(), license::is_license_ref);
  };
  license::Declared chosen = expression;
  if (chosen.expression.empty()) {
    const bool field_counts = !has_reference(field) || classified.expression.empty() || has_reference(classified);
    chosen = !field.expression.empty() && field_counts ? field : classified;
  }
  if (!field.expression.empty() && license::speaks_of_others(said(headers, "license"), chosen))
    chosen = license::all_of({chosen, field});
  if (!classified.expression.empty() && license::speaks_of_others(classified_text, chosen))
    chosen = license::all_of({chosen, classified});
  return chosen;
}

// "A. U. Thor <a@example.org>" or two fields.
std::string supplier_of(const std::vector<Header>& headers) {
  for (const std::string_view role : {"author", "maintainer"}) {
    std::string name = said(headers, role);
    std::string mail = said(headers, std::string(role) + "-email");
    if (const std::size_t open = mail.find('<'); open != std::string::npos) {
      if (name.empty()) name = trim(std::string_view(mail).substr(0, open));
      mail = mail.substr(open + 1, mail.find('>', open) - open - 1);
    }
    std::replace(name.begin(), name.end(), '\n', ' ');
    if (name.empty() && mail.empty()) continue;
    if (name.empty()) return "Person: " + mail;
    return "Person: " + name + (mail.empty() ? "" : " (" + mail + ")");
  }
  return {};
}

std::string homepage_of(const std::vector<Header>& headers) {
  std::string page = said(headers, "home-page");
  if (!page.empty()) return page;
  for (const Header& header : headers) {
    if (header.name != "project-url") continue;
    const std::size_t comma = header.value.find(',');
    if (comma == std::string::npos) continue;
    const std::string label = to_lower(trim(std::string_view(header.value).substr(0, comma)));
    if (label == "homepage" || label == "home" || label == "home-page") {
      return std::string(trim(std::string_view(header.value).substr(comma + 1)));
    }
  }
  return {};
}

}  // namespace

Result<PythonPackage> parse_python_metadata(std::string_view text) {
  PythonHeaderReader reader;
  reader.feed(text);
  SUPPLY_TRY(const std::vector<Header> headers, reader.finish());
  PythonPackage out;
  pkg::Package& package = out.package;
  package.name = first(headers, "name");
  package.version = first(headers, "version");
  if (package.name.empty()) return Error(ErrorCode::malformed, "no name");
  if (package.version.empty()) return Error(ErrorCode::malformed, "package " + quote(package.name) + ": no version");
  SUPPLY_TRY(package.purl,
             pkg::Purl::create({"pypi", "", normalized_python_name(package.name), package.version, {}, ""}));
  set_license(license_of(headers), package);
  package.supplier = supplier_of(headers);
  package.homepage = homepage_of(headers);
  package.cataloger = "python";
  for (const Header& header : headers) {
    if (header.name != "requires-dist") continue;
    const std::size_t marker = header.value.find(';');
    if (marker != std::string::npos && header.value.find("extra", marker) != std::string::npos) continue;
    const std::string_view requirement = std::string_view(header.value).substr(0, marker);
    out.requires_.push_back(
        normalized_python_name(trim(requirement.substr(0, requirement.find_first_of(" \t[(<>=!~@")))));
  }
  return out;
}

std::vector<std::string> parse_python_record(std::string_view text) {
  std::vector<std::string> out;
  for (const std::string_view line : lines(text)) {
    if (line.empty()) continue;
    // Source: PEP 376, the default format of Python's csv module.
    out.push_back(csv_fields(line, CsvQuotes::kept)->front());
  }
  return out;
}

std::vector<PythonRecorded> parse_python_record_checksums(std::string_view text) {
  std::vector<PythonRecorded> out;
  for (const std::string_view line : lines(text)) {
    if (line.empty()) continue;
    const auto fields = csv_fields(line, CsvQuotes::kept);
    if (!fields || fields->size() < 2 || (*fields)[1].empty()) continue;
    // Source: packaging.python.org, "Recording installed projects": base64 for URLs, without '='.
    const std::string& sum = (*fields)[1];
    const std::size_t equals = std::min(sum.find('='), sum.size());
    const std::string algorithm = sum.substr(0, equals);
    const std::string_view value = std::string_view(sum).substr(std::min(equals + 1, sum.size()));
    // What Debian 12 has of charset-normalizer has digits.
    std::string hex = to_lower(value);
    if (!pkg::is_hash_of(algorithm, hex)) {
      const auto raw = from_base64(value);
      hex = raw ? to_hex(*raw) : std::string();
    }
    out.push_back({fields->front(), algorithm, std::move(hex)});
  }
  return out;
}

}  // namespace supply::catalog
