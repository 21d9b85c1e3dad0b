#include "libsupply/content/catalog/internal/npm_package.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/licensing.hpp"

namespace supply::catalog {
namespace {

std::string text_or_empty(const json::Value* value) {
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

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

std::string to_record(const Result<NpmPackage>& read) {
  if (!read) return json::to_text({{"error", read.error().message()}});
  json::Value record = json::Value::object();
  if (!read->package.name.empty()) record["name"] = read->package.name;
  if (!read->package.version.empty()) record["version"] = read->package.version;
  if (!read->licenses.empty()) record["licenses"] = read->licenses;
  if (!read->package.supplier.empty()) record["supplier"] = read->package.supplier;
  if (!read->package.homepage.empty()) record["homepage"] = read->package.homepage;
  if (!read->requires_.empty()) record["requires"] = read->requires_;
  if (!read->odd.empty()) record["odd"] = read->odd;
  return json::to_text(record);
}

Result<NpmPackage> from_record(std::string_view record) {
  SUPPLY_TRY(const json::Value root, json::parse(record));
  if (const json::Value* error = json::find(root, "error")) return Error(ErrorCode::malformed, text_or_empty(error));
  NpmPackage out;
  out.package.name = text_or_empty(json::find(root, "name"));
  out.package.version = text_or_empty(json::find(root, "version"));
  out.package.supplier = text_or_empty(json::find(root, "supplier"));
  out.package.homepage = text_or_empty(json::find(root, "homepage"));
  out.package.cataloger = "npm";
  out.odd = text_or_empty(json::find(root, "odd"));
  SUPPLY_TRY(out.licenses, json::string_list(root, "licenses"));
  SUPPLY_TRY(out.requires_, json::string_list(root, "requires"));
  return out;
}

}  // namespace supply::catalog
