#include "libsupply/content/catalog/npm.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/bytes/text.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/content/license/declared.hpp"

namespace supply::catalog {
namespace {

std::string text_or_empty(const json::Value* value) {
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

// A licence as a name, or as {"type": …, "url": …}, which old packages have.
license::Declared one_license(const json::Value& value) {
  if (value.is_string()) return license::from_text(value.get_ref<const std::string&>());
  return license::from_text(text_or_empty(json::find(value, "type")));
}

license::Declared license_of(const json::Value& root) {
  if (const json::Value* single = json::find(root, "license"); single != nullptr && !single->is_array()) {
    return one_license(*single);
  }
  // Lists mean a choice. Source: package.json documentation, "license", on the deprecated forms.
  std::vector<license::Declared> choices;
  for (const std::string_view key : {"license", "licenses"}) {
    const json::Value* several = json::find(root, key);
    if (several == nullptr || !several->is_array()) continue;
    for (const json::Value& one : *several) choices.push_back(one_license(one));
  }
  return license::any_of(std::move(choices));
}

// "A B <a@example.org> (http://…)", or an object.
std::string supplier_of(const json::Value& root) {
  const json::Value* author = json::find(root, "author");
  if (author == nullptr) return {};
  std::string name;
  std::string mail;
  if (author->is_string()) {
    const std::string& text = author->get_ref<const std::string&>();
    name = trim(std::string_view(text).substr(0, text.find_first_of("<(")));
    if (const std::size_t open = text.find('<'); open != std::string::npos) {
      mail = trim(std::string_view(text).substr(open + 1, text.find('>', open) - open - 1));
    }
  } else {
    name = trim(text_or_empty(json::find(*author, "name")));
    mail = trim(text_or_empty(json::find(*author, "email")));
  }
  if (name.empty() && mail.empty()) return {};
  if (name.empty()) return "Person: " + mail;
  return "Person: " + name + (mail.empty() ? "" : " (" + mail + ")");
}

Status set_identity(NpmPackage& npm) {
  pkg::Package& package = npm.package;
  pkg::PurlParts parts{"npm", "", package.name, package.version, {}, ""};
  if (package.name.starts_with('@')) {
    const std::size_t slash = package.name.find('/');
    if (slash == std::string::npos) return Error(ErrorCode::malformed, "scope without a name: " + quote(package.name));
    parts.name_space = package.name.substr(0, slash);
    parts.name = package.name.substr(slash + 1);
  }
  SUPPLY_TRY(package.purl, pkg::Purl::create(std::move(parts)));
  package.cataloger = "npm";
  return {};
}

}  // namespace

Result<std::optional<NpmPackage>> parse_package_json(std::string_view text) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  SUPPLY_TRY(const json::Value root, json::parse(text, {.duplicate_keys = json::DuplicateKeys::last_wins}));
  NpmPackage out;
  out.package.name = trim(text_or_empty(json::find(root, "name")));
  out.package.version = trim(text_or_empty(json::find(root, "version")));
  if (out.package.name.empty() || out.package.version.empty()) return std::optional<NpmPackage>();
  SUPPLY_TRY(set_identity(out));
  const license::Declared declared = license_of(root);
  out.package.declared_license = declared.expression.to_string();
  out.package.license_texts = declared.texts;
  out.package.supplier = supplier_of(root);
  out.package.homepage = text_or_empty(json::find(root, "homepage"));
  std::set<std::string> names;
  for (const std::string_view key : {"dependencies", "optionalDependencies", "peerDependencies"}) {
    const json::Value* dependencies = json::find(root, key);
    if (dependencies == nullptr || !dependencies->is_object()) continue;
    for (const auto& [name, range] : dependencies->items()) names.insert(name);
  }
  out.requires_.assign(names.begin(), names.end());
  return std::optional<NpmPackage>(std::move(out));
}

std::string to_record(const Result<std::optional<NpmPackage>>& parsed) {
  if (!parsed) return json::to_text({{"error", parsed.error().message()}});
  if (!*parsed) return {};
  const NpmPackage& npm = **parsed;
  json::Value record = {{"name", npm.package.name}, {"version", npm.package.version}};
  if (!npm.package.declared_license.empty()) record["license"] = npm.package.declared_license;
  if (!npm.package.license_texts.empty()) record["texts"] = npm.package.license_texts;
  if (!npm.package.supplier.empty()) record["supplier"] = npm.package.supplier;
  if (!npm.package.homepage.empty()) record["homepage"] = npm.package.homepage;
  if (!npm.requires_.empty()) record["requires"] = npm.requires_;
  return json::to_text(record);
}

Result<std::optional<NpmPackage>> from_record(std::string_view record) {
  if (record.empty()) return std::optional<NpmPackage>();
  SUPPLY_TRY(const json::Value root, json::parse(record));
  if (const json::Value* error = json::find(root, "error")) {
    return Error(ErrorCode::malformed, text_or_empty(error));
  }
  NpmPackage out;
  out.package.name = text_or_empty(json::find(root, "name"));
  out.package.version = text_or_empty(json::find(root, "version"));
  out.package.declared_license = text_or_empty(json::find(root, "license"));
  out.package.supplier = text_or_empty(json::find(root, "supplier"));
  out.package.homepage = text_or_empty(json::find(root, "homepage"));
  if (const json::Value* texts = json::find(root, "texts"); texts != nullptr && texts->is_object()) {
    for (const auto& [ref, text] : texts->items()) out.package.license_texts.emplace(ref, text_or_empty(&text));
  }
  SUPPLY_TRY(out.requires_, json::string_list(root, "requires"));
  SUPPLY_TRY(set_identity(out));
  return std::optional<NpmPackage>(std::move(out));
}

}  // namespace supply::catalog
