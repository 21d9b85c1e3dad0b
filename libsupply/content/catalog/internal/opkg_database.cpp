#include "libsupply/content/catalog/internal/opkg_database.hpp"

#include <algorithm>
#include <array>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/licensing.hpp"
#include "libsupply/content/catalog/internal/package_memory.hpp"
#include "libsupply/content/license/declared.hpp"

namespace supply::catalog {
namespace {

constexpr std::array<std::string_view, 6> kDescribing = {"Maintainer", "License",    "Homepage",
                                                         "URL",        "SourceName", "Source"};

// "Name: value" as opkg reads it: names have their case, and the value is what follows.
bool is_field(std::string_view line, std::string_view name) {
  return line.size() > name.size() && line.starts_with(name) && line[name.size()] == ':';
}

std::string_view value_of(std::string_view line) { return trim(line.substr(line.find(':') + 1)); }

bool is_blank(std::string_view line) { return trim(line).empty(); }

// "not-installed", "config-files", "installed", …: the third word. Source: opkg, libopkg/pkg_parse.c parse_status.
std::string_view state_in(std::string_view status) {
  std::array<std::string_view, 3> words;
  for (std::string_view& word : words) {
    status = trim(status);
    const std::size_t end = std::min(status.find_first_of(" \t"), status.size());
    word = status.substr(0, end);
    status.remove_prefix(end);
  }
  return words[2];
}

// The licence as opkg's users write it: OpenWrt has SPDX identifiers, OpenEmbedded joins them by '&' and '|'.
std::string license_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') out += " AND ";
    else if (c == '|') out += " OR ";
    else out += c;
  }
  return out;
}

// "zlib" of "package/libs/zlib" (OpenWrt) and of "zlib_1.3.bb" (OpenEmbedded).
std::string_view source_name(std::string_view source) {
  source = base_name(source.substr(0, source.find_first_of(" \t")));
  return source.ends_with(".bb") ? source.substr(0, source.rfind('_')) : source;
}

void describe(std::string_view line, pkg::Package& package) {
  const auto is = [&](std::string_view name) { return is_field(line, name); };
  const std::string_view value = value_of(line);
  if (value.empty()) return;
  if (is("Maintainer")) package.supplier = maintainer_as_supplier(value);
  if (is("License")) set_license(license::from_text(license_text(value)), package);
  if (is("Homepage") || is("URL")) package.homepage = value;
  // OpenWrt has the name beside the place, whichever comes first.
  if (is("SourceName") || (is("Source") && package.source_name.empty())) package.source_name = source_name(value);
}

void take_names(std::string_view list, std::vector<std::vector<std::string>>& into) {
  for (const std::string_view clause : split(list, ',')) {
    std::vector<std::string> names;
    for (std::string_view alternative : split(clause, '|')) {
      alternative = trim(alternative);
      std::string name(alternative.substr(0, alternative.find_first_of(" \t(")));
      if (!name.empty()) names.push_back(std::move(name));
    }
    if (!names.empty()) into.push_back(std::move(names));
  }
}

// One stanza while its lines are read.
struct Stanza {
  DebPackage deb;
  std::string_view state;
  std::size_t line = 0;
  bool any = false, continues = false;
};

// A later line counts instead of an earlier one of the same field, as in opkg.
void take_line(std::string_view line, Stanza& stanza) {
  pkg::Package& package = stanza.deb.package;
  const std::string_view value = value_of(line);
  stanza.continues = is_field(line, "Description") || is_field(line, "Conffiles");
  if (is_field(line, "Package")) package.name = value;
  else if (is_field(line, "Version")) package.version = value;
  else if (is_field(line, "Architecture")) package.architecture = value;
  else if (is_field(line, "Status")) stanza.state = state_in(value);
  else if (is_field(line, "Depends") || is_field(line, "Pre-Depends")) take_names(value, stanza.deb.depends);
  else if (is_field(line, "Provides")) {
    std::vector<std::vector<std::string>> provided;
    take_names(value, provided);
    for (auto& names : provided) stanza.deb.provides.insert(stanza.deb.provides.end(), names.begin(), names.end());
  } else {
    describe(line, package);
  }
}

std::uint64_t memory_of(std::string_view line, bool first) {
  std::uint64_t memory = first ? sizeof(DebPackage) + kPackageTableBytes : 0;
  for (const std::string_view field : {"Package", "Version", "Architecture"})
    if (is_field(line, field)) memory += kCopiesOfIdentity * line.size();
  for (const std::string_view field : kDescribing)
    if (is_field(line, field)) memory += kCopiesOfText * line.size();
  for (const std::string_view field : {"Depends", "Pre-Depends", "Provides"})
    if (is_field(line, field)) memory += memory_of_names(line, ",|:");
  return memory;
}

void finish(Stanza& stanza, OpkgStatus& out) {
  static constexpr std::array<std::string_view, 6> kThere = {"installed",      "unpacked",         "half-configured",
                                                             "half-installed", "post-inst-failed", "removal-failed"};
  const std::string place = "line " + std::to_string(stanza.line) + ": ";
  const std::string& name = stanza.deb.package.name;
  if (name.empty()) {
    out.faults.push_back(place + "a stanza without a Package");
  } else if (std::find(kThere.begin(), kThere.end(), stanza.state) != kThere.end()) {
    stanza.deb.package.cataloger = "opkg";
    out.packages.push_back(std::move(stanza.deb));
  } else if (!stanza.state.empty() && stanza.state != "not-installed" && stanza.state != "config-files") {
    out.faults.push_back(place + "package " + quote(name) + ": unknown state " + quote(stanza.state));
  }
}

}  // namespace

Result<OpkgStatus> parse_opkg_status(std::string_view text, Share& share) {
  OpkgStatus out;
  Stanza stanza;
  std::size_t number = 0;
  const auto close = [&] {
    if (stanza.any) finish(stanza, out);
    stanza = {};
  };
  while (!text.empty()) {
    ++number;
    const std::size_t newline = text.find('\n');
    const std::string_view line = text.substr(0, newline);
    text = newline == std::string_view::npos ? std::string_view() : text.substr(newline + 1);
    // Even a line of blanks goes on with a description, if it begins with one.
    if (stanza.continues && line.starts_with(' ')) continue;
    if (is_blank(line)) {
      close();
      continue;
    }
    SUPPLY_TRY(share.spend(Cost::memory, memory_of(line, !stanza.any)));
    if (!stanza.any) stanza.line = number;
    stanza.any = true;
    take_line(line, stanza);
  }
  close();
  return out;
}

std::string reduce_opkg_control(std::string_view control) {
  std::string out;
  for (const std::string_view line : lines(control))
    for (const std::string_view field : kDescribing)
      if (is_field(line, field)) out += std::string(line) + "\n";
  return out;
}

Status describe_opkg(std::string_view control, const pkg::OperatingSystem& distribution, pkg::Package& package) {
  for (const std::string_view line : lines(control)) describe(line, package);
  if (package.source_name == package.name) package.source_name.clear();
  pkg::PurlParts parts{"opkg", distribution.id, package.name, package.version, {}, ""};
  parts.qualifiers["arch"] = package.architecture;
  parts.qualifiers["distro"] = distribution.label();
  parts.qualifiers["upstream"] = package.source_name;
  SUPPLY_TRY(package.purl, pkg::Purl::create(std::move(parts)));
  return {};
}

std::vector<std::string_view> parse_opkg_list(std::string_view text) {
  std::vector<std::string_view> out;
  for (std::string_view line : lines(text)) {
    line = line.substr(0, line.find('\t'));  // then mode and a link's target
    if (!line.empty()) out.push_back(line);
  }
  return out;
}

}  // namespace supply::catalog
