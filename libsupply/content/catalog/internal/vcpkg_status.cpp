#include "libsupply/content/catalog/internal/vcpkg_status.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/deb822/deb822.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/json_fields.hpp"

namespace supply::catalog {
namespace {

Result<DescribedPackage> describe(const std::string& name, const std::string& version, std::string_view port_version,
                                  std::string_view triplet) {
  DescribedPackage out;
  out.package.name = name;
  out.package.version = version;
  out.package.architecture = triplet;
  pkg::PurlParts parts{"vcpkg", "", name, version, {}, ""};
  if (port_version != "0") parts.qualifiers["port_version"] = port_version;
  parts.qualifiers["triplet"] = triplet;
  SUPPLY_TRY(out.package.purl, pkg::Purl::create(std::move(parts)));
  out.key = name + ":" + std::string(triplet);
  return out;
}

// "zlib, vcpkg-cmake:x64-linux, curl[ssl]"
void add_depends(std::string_view field, std::string_view triplet, std::vector<std::string>& out) {
  for (const std::string_view part : split(field, ',')) {
    const std::string_view whole = trim(part);
    const std::string_view name = trim(whole.substr(0, whole.find_first_of(":[( ")));
    if (name.empty()) continue;
    const std::size_t colon = whole.find(':');
    std::string_view of = triplet;
    if (colon != std::string_view::npos) of = whole.substr(colon + 1, whole.find_first_of(" ([", colon) - colon - 1);
    out.push_back(std::string(name) + ":" + std::string(of));
  }
}

}  // namespace

Status read_vcpkg_status(std::string_view text, std::map<std::string, DescribedPackage>& ports) {
  bool any = false;
  const auto take = [&](const deb822::Stanza& stanza) -> Status {
    any = true;
    const std::string name(stanza.get("Package")), triplet(stanza.get("Architecture"));
    const std::string_view status = stanza.get("Status");
    if (name.empty() || status.empty())
      return Error(ErrorCode::malformed, "line " + std::to_string(stanza.line) + ": no Package or no Status");
    const bool installed = status.ends_with(" installed");
    const std::string key = name + ":" + triplet;
    // A feature of a port adds what it depends on.
    if (!stanza.get("Feature").empty()) {
      if (const auto port = ports.find(key); port != ports.end() && installed)
        add_depends(stanza.get("Depends"), triplet, port->second.requires_);
      return {};
    }
    ports.erase(key);
    if (!installed) return {};
    SUPPLY_TRY(DescribedPackage port,
               describe(name, std::string(stanza.get("Version")), stanza.get("Port-Version"), triplet));
    add_depends(stanza.get("Depends"), triplet, port.requires_);
    ports.emplace(key, std::move(port));
    return {};
  };
  SUPPLY_TRY(deb822::for_each_stanza(text, deb822::Strictness::tolerant, take));
  if (!any && !trim(text).empty()) return Error(ErrorCode::malformed, "no field in it");
  return {};
}

Result<DescribedPackage> parse_vcpkg_spdx(std::string_view text, std::string_view triplet) {
  SUPPLY_TRY(const json::Value root, parse_lenient_json(text));
  const json::Value& packages = part_of(root, "packages");
  if (packages.is_array()) {
    for (const json::Value& one : packages) {
      if (text_of(one, "SPDXID") != "SPDXRef-port") continue;
      const std::string name = text_of(one, "name"), version = text_of(one, "versionInfo");
      if (name.empty()) break;
      // "1.2.13#1"
      const std::size_t hash = version.find('#');
      SUPPLY_TRY(DescribedPackage port,
                 describe(name, version.substr(0, hash),
                          hash == std::string::npos ? std::string_view() : std::string_view(version).substr(hash + 1),
                          triplet));
      port.package.homepage = text_of(one, "homepage");
      const std::string license = text_of(one, "licenseConcluded");
      if (!license.empty() && license != "NOASSERTION" && license != "NONE") port.licenses.push_back(license);
      return port;
    }
  }
  return Error(ErrorCode::malformed, "no port in it");
}

}  // namespace supply::catalog
