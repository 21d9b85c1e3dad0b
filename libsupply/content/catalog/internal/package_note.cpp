#include "libsupply/content/catalog/internal/package_note.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::catalog {

Result<pkg::Package> parse_package_note(std::string_view description) {
  description = description.substr(0, description.find('\0'));
  const auto parsed =
      json::parse(description, {.bytes = kMaxElfNoteBytes, .duplicate_keys = json::DuplicateKeys::last_wins});
  if (!parsed) return Error(ErrorCode::malformed, parsed.error().message()).at("package metadata");
  const json::Value& note = *parsed;
  pkg::Package out;
  SUPPLY_TRY(out.name, json::require_string(note, "name").at("package metadata"));
  SUPPLY_TRY(out.version, json::string_or_empty(note, "version").at("package metadata"));
  SUPPLY_TRY(out.architecture, json::string_or_empty(note, "architecture").at("package metadata"));
  SUPPLY_TRY(const std::string type, json::string_or_empty(note, "type").at("package metadata"));
  SUPPLY_TRY(const std::string os, json::string_or_empty(note, "os").at("package metadata"));
  SUPPLY_TRY(const std::string os_version, json::string_or_empty(note, "osVersion").at("package metadata"));
  SUPPLY_TRY(const std::string cpe, json::string_or_empty(note, "appCpe").at("package metadata"));

  // Distributions' packages have the system as their namespace; other kinds of package are generic.
  const bool of_system = type == "deb" || type == "rpm" || type == "apk" || type == "alpm";
  pkg::PurlParts parts{of_system ? type : "generic", of_system ? os : "", out.name, out.version, {}, ""};
  if (of_system && type == "rpm") {  // the epoch is a qualifier. Source: purl-spec, rpm
    const std::size_t colon = out.version.find(':');
    if (colon != std::string::npos) {
      parts.qualifiers["epoch"] = out.version.substr(0, colon);
      parts.version = out.version.substr(colon + 1);
    }
  }
  if (!out.architecture.empty()) parts.qualifiers["arch"] = out.architecture;
  if (of_system && !os.empty() && !os_version.empty()) parts.qualifiers["distro"] = os + "-" + os_version;
  SUPPLY_TRY(out.purl, pkg::Purl::create(std::move(parts)));
  if (cpe.starts_with("cpe:2.3:a:")) out.cpes.push_back(cpe);
  out.cataloger = "elf-notes";
  return out;
}

}  // namespace supply::catalog
