// Java archives as records of a layer's facts.
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/content/catalog/internal/java_archive.hpp"

namespace supply::catalog {
namespace {

using json::Value;

// Members that are empty are left out: most are.
void put(Value& into, const char* name, const std::string& text) {
  if (!text.empty()) into[name] = text;
}
void put(Value& into, const char* name, const std::vector<std::string>& texts) {
  if (!texts.empty()) into[name] = texts;
}

Result<JavaPackage> package_from(const Value& value) {
  JavaPackage out;
  const std::pair<const char*, std::string*> texts[] = {{"place", &out.place},
                                                        {"sha1", &out.sha1},
                                                        {"group", &out.pom.coordinates.group},
                                                        {"artifact", &out.pom.coordinates.artifact},
                                                        {"version", &out.pom.coordinates.version},
                                                        {"url", &out.pom.url},
                                                        {"organization", &out.pom.organization}};
  for (const auto& [name, into] : texts) {
    SUPPLY_TRY(*into, json::string_or_empty(value, name));
  }
  SUPPLY_TRY(out.pom.licenses, json::string_list(value, "licenses"));
  SUPPLY_TRY(out.pom.requires_, json::string_list(value, "requires"));
  if (out.pom.coordinates.artifact.empty()) return Error(ErrorCode::malformed, "a package without an artifact");
  return out;
}

}  // namespace

std::string to_record(const JavaArchive& archive) {
  Value out = Value::object();
  Value packages = Value::array(), unknowns = Value::array();
  for (const JavaPackage& each : archive.packages) {
    Value package = Value::object();
    put(package, "place", each.place);
    put(package, "sha1", each.sha1);
    put(package, "group", each.pom.coordinates.group);
    put(package, "artifact", each.pom.coordinates.artifact);
    put(package, "version", each.pom.coordinates.version);
    put(package, "url", each.pom.url);
    put(package, "organization", each.pom.organization);
    put(package, "licenses", each.pom.licenses);
    put(package, "requires", each.pom.requires_);
    packages.push_back(std::move(package));
  }
  for (const JavaUnknown& each : archive.unknowns) unknowns.push_back({{"place", each.place}, {"reason", each.reason}});
  if (!packages.empty()) out["packages"] = std::move(packages);
  if (!unknowns.empty()) out["unknowns"] = std::move(unknowns);
  for (const JavaSbom& each : archive.sboms) out["sboms"].push_back({{"place", each.place}, {"record", each.record}});
  return json::to_text(out);
}

Result<JavaArchive> java_archive_from_record(std::string_view record) {
  SUPPLY_TRY(const Value value, json::parse(record));
  JavaArchive out;
  SUPPLY_TRY(const Value* packages, json::optional_array(value, "packages"));
  if (packages != nullptr) {
    for (const Value& each : *packages) {
      SUPPLY_TRY(JavaPackage package, package_from(each));
      out.packages.push_back(std::move(package));
    }
  }
  SUPPLY_TRY(const Value* unknowns, json::optional_array(value, "unknowns"));
  if (unknowns != nullptr) {
    for (const Value& each : *unknowns) {
      JavaUnknown unknown;
      SUPPLY_TRY(unknown.place, json::string_or_empty(each, "place"));
      SUPPLY_TRY(unknown.reason, json::string_or_empty(each, "reason"));
      out.unknowns.push_back(std::move(unknown));
    }
  }
  SUPPLY_TRY(const Value* sboms, json::optional_array(value, "sboms"));
  if (sboms != nullptr) {
    for (const Value& each : *sboms) {
      JavaSbom sbom;
      SUPPLY_TRY(sbom.place, json::require_string(each, "place"));
      SUPPLY_TRY(sbom.record, json::require_string(each, "record"));
      out.sboms.push_back(std::move(sbom));
    }
  }
  return out;
}

}  // namespace supply::catalog
