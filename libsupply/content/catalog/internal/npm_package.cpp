#include "libsupply/content/catalog/internal/npm_package.hpp"

#include <algorithm>
#include <set>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/licensing.hpp"
#include "libsupply/content/catalog/internal/netstrings.hpp"

namespace supply::catalog {
namespace {

// "A B <a@example.org> (http://…)", or an object.
std::string supplier_of(const PackageJson& read) {
  std::string name(trim(read.author_name));
  std::string mail(trim(read.author_email));
  if (const std::string_view text = read.author; !text.empty()) {
    name = trim(text.substr(0, text.find_first_of("<(")));
    if (const std::size_t open = text.find('<'); open != std::string_view::npos)
      mail = trim(text.substr(open + 1, text.find('>', open) - open - 1));
  }
  if (name.empty() && mail.empty()) return {};
  if (name.empty()) return "Person: " + mail;
  return "Person: " + name + (mail.empty() ? "" : " (" + mail + ")");
}

}  // namespace

NpmPackage to_npm_package(PackageJson read) {
  NpmPackage out;
  out.package.name = trim(read.name);
  out.package.version = trim(read.version);
  out.package.supplier = supplier_of(read);
  out.package.homepage = std::move(read.homepage);
  // Source: package.json documentation, "license", on the deprecated forms: `licenses` counts where there is no other.
  out.licenses = std::move(read.license.empty() ? read.licenses : read.license);
  std::set<std::string>& names = read.dependencies;
  names.merge(read.optional_dependencies);
  names.merge(read.peer_dependencies);
  out.requires_.assign(names.begin(), names.end());
  out.package.cataloger = "npm";
  if (read.odd_name) out.odd = "name";
  else if (read.odd_version) out.odd = "version";
  return out;
}

Status identify(NpmPackage& npm) {
  pkg::Package& package = npm.package;
  pkg::PurlParts parts{"npm", "", package.name, package.version, {}, ""};
  if (package.name.starts_with('@')) {
    const std::size_t slash = package.name.find('/');
    if (slash == std::string::npos) return Error(ErrorCode::malformed, "scope without a name: " + quote(package.name));
    parts.name_space = package.name.substr(0, slash);
    parts.name = package.name.substr(slash + 1);
  }
  SUPPLY_TRY(package.purl, pkg::Purl::create(std::move(parts)));
  return {};
}

license::Declared npm_license(const std::vector<std::string>& licenses) {
  std::vector<license::Declared> choices;
  for (const std::string& one : licenses) choices.push_back(license::from_text(one));
  return license::any_of(std::move(choices));
}

Result<std::optional<NpmPackage>> parse_package_json(std::string_view text) {
  PackageJsonReader reader;
  reader.feed(text);
  SUPPLY_TRY(PackageJson read, reader.finish());
  NpmPackage out = to_npm_package(std::move(read));
  if (out.package.name.empty() || out.package.version.empty()) return std::optional<NpmPackage>();
  SUPPLY_TRY(identify(out));
  set_license(npm_license(out.licenses), out.package);
  return std::optional<NpmPackage>(std::move(out));
}

namespace {

constexpr char kPackage = 'P', kError = 'E';

}  // namespace

std::string to_record(const Result<NpmPackage>& read) {
  if (!read) return kError + read.error().message();
  std::string out(1, kPackage);
  const pkg::Package& package = read->package;
  for (const std::string* text : {&package.name, &package.version, &package.supplier, &package.homepage, &read->odd})
    put_netstring(out, *text);
  put_netstrings(out, read->licenses);
  put_netstrings(out, read->requires_);
  return out;
}

Result<NpmPackage> from_record(std::string_view record) {
  if (record.starts_with(kError)) return Error(ErrorCode::malformed, std::string(record.substr(1)));
  if (!record.starts_with(kPackage)) return Error(ErrorCode::malformed, "a record that is none");
  Netstrings texts(record.substr(1));
  NpmPackage out;
  pkg::Package& package = out.package;
  for (std::string* text : {&package.name, &package.version, &package.supplier, &package.homepage, &out.odd}) {
    SUPPLY_TRY(*text, texts.next());
  }
  SUPPLY_TRY(out.licenses, texts.list());
  SUPPLY_TRY(out.requires_, texts.list());
  if (!texts.at_end()) return Error(ErrorCode::malformed, "a record that is none");
  package.cataloger = "npm";
  return out;
}

}  // namespace supply::catalog
