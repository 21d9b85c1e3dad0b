#include "libsupply/content/catalog/internal/composer.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/json_fields.hpp"

namespace supply::catalog {
namespace {

std::vector<std::string> lower_names_of(const json::Value& object) {
  std::vector<std::string> out;
  if (object.is_object())
    for (const auto& [name, requirement] : object.items()) out.push_back(to_lower(name));
  return out;
}

Result<DescribedPackage> describe(const json::Value& one) {
  DescribedPackage out;
  pkg::Package& package = out.package;
  package.name = text_of(one, "name");
  package.version = text_of(one, "version");
  if (package.name.empty()) return Error(ErrorCode::malformed, "package without a name");
  pkg::PurlParts parts{"composer", "", package.name, package.version, {}, ""};
  if (const std::size_t slash = package.name.find('/'); slash != std::string::npos) {
    parts.name_space = package.name.substr(0, slash);
    parts.name = package.name.substr(slash + 1);
  }
  SUPPLY_TRY(package.purl, pkg::Purl::create(std::move(parts)));
  package.homepage = text_of(one, "homepage");
  if (const json::Value& authors = part_of(one, "authors"); authors.is_array() && !authors.empty())
    package.supplier = person(text_of(authors[0], "name"), text_of(authors[0], "email"));
  const std::string sha1 = text_of(part_of(one, "dist"), "shasum");
  if (!sha1.empty()) package.checksums.push_back({"sha1", sha1});
  // Source: doc/04-schema.md, "license": several are a choice.
  out.licenses = texts_of(one, "license");
  out.key = to_lower(package.name);
  out.requires_ = lower_names_of(part_of(one, "require"));
  out.provides = lower_names_of(part_of(one, "replace"));
  for (std::string& name : lower_names_of(part_of(one, "provide"))) out.provides.push_back(std::move(name));
  return out;
}

}  // namespace

Result<DescribedList> parse_composer_installed(std::string_view text) {
  SUPPLY_TRY(const json::Value root, parse_lenient_json(text));
  const json::Value& packages = root.is_array() ? root : part_of(root, "packages");
  if (!packages.is_array()) return Error(ErrorCode::malformed, "no list of packages");
  DescribedList out;
  for (const json::Value& one : packages) {
    SUPPLY_TRY(DescribedPackage described, describe(one));
    out.push_back(std::move(described));
  }
  return out;
}

}  // namespace supply::catalog
