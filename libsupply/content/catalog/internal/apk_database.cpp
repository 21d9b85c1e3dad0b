#include "libsupply/content/catalog/internal/apk_database.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/dpkg_database.hpp"
#include "libsupply/content/catalog/internal/licensing.hpp"
#include "libsupply/content/catalog/internal/package_memory.hpp"
#include "libsupply/content/license/declared.hpp"

namespace supply::catalog {
namespace {

// One package while its lines are read.
struct Record {
  pkg::Package package;
  std::size_t line = 0;
  std::string origin;
  std::vector<std::string> depends, provides;
};

std::vector<std::string> names_of(std::string_view relations) {
  std::vector<std::string> out;
  for (const std::string_view word : split(relations, ' ')) {
    const std::string_view name = word.substr(0, word.find_first_of("<>=~"));
    if (!name.empty() && name[0] != '!') out.emplace_back(name);
  }
  return out;
}

// What a line takes in memory, at most, and the package that the first of its lines begins.
std::uint64_t memory_of(std::string_view line, bool first) {
  std::uint64_t memory = first ? sizeof(Record) + kPackageTableBytes : 0;
  switch (line[0]) {
    case 'D':
    case 'p': memory += memory_of_names(line, " "); break;
    case 'P':
    case 'V':
    case 'A':
    case 'L': memory += kCopiesOfIdentity * line.size(); break;
    case 'o':
    case 'm':
    case 'U': memory += kCopiesOfText * line.size(); break;
    default: break;
  }
  return memory;
}

// Takes the first line off the text; "\r\n" ends one too.
std::string_view take_first_line(std::string_view& text) {
  const std::size_t newline = text.find('\n');
  std::string_view line = text.substr(0, newline);
  text = newline == std::string_view::npos ? std::string_view() : text.substr(newline + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

Status take_line(std::string_view line, Record& record) {
  if (line.size() < 2 || line[1] != ':') return Error(ErrorCode::malformed, "no field in " + quote(line));
  const std::string_view value = line.substr(2);
  pkg::Package& package = record.package;
  switch (line[0]) {
    case 'P': package.name = value; break;
    case 'V': package.version = value; break;
    case 'A': package.architecture = value; break;
    case 'L': set_license(license::from_text(value), package); break;
    case 'U': package.homepage = value; break;
    case 'o': record.origin = value; break;
    case 'm': package.supplier = maintainer_as_supplier(value); break;
    case 'D': record.depends = names_of(value); break;
    case 'p': record.provides = names_of(value); break;
    default: break;  // files, sizes, checksums, modes, triggers
  }
  return {};
}

Status finish(Record& record, const pkg::OperatingSystem& distribution) {
  pkg::Package& package = record.package;
  if (package.name.empty()) return Error(ErrorCode::malformed, "package without a name");
  if (package.version.empty()) return Error(ErrorCode::malformed, "package " + quote(package.name) + ": no version");
  if (record.origin != package.name) package.source_name = record.origin;
  package.cataloger = "apk";
  pkg::PurlParts parts{"apk", distribution.id, package.name, package.version, {}, ""};
  parts.qualifiers["arch"] = package.architecture;
  parts.qualifiers["distro"] = distribution.label();
  parts.qualifiers["upstream"] = package.source_name;
  SUPPLY_TRY(package.purl, pkg::Purl::create(std::move(parts)));
  return {};
}

Status resolve(std::vector<Record>& records, Share& share) {
  std::map<std::string, std::size_t> providers;
  for (std::size_t i = 0; i < records.size(); ++i) {
    for (const std::string& name : records[i].provides) providers.emplace(name, i);
  }
  for (std::size_t i = 0; i < records.size(); ++i) providers[records[i].package.name] = i;
  for (Record& record : records) {
    std::set<std::size_t> targets;
    for (const std::string& name : record.depends) {
      const auto found = providers.find(name);
      if (found != providers.end()) targets.insert(found->second);
    }
    std::vector<std::string>& out = record.package.depends;
    for (const std::size_t target : targets) {
      std::string purl = records[target].package.purl.to_string();
      if (records[target].package.purl == record.package.purl) continue;
      SUPPLY_TRY(share.spend(Cost::memory, sizeof purl + purl.size()));
      out.push_back(std::move(purl));
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
  }
  return {};
}

}  // namespace

Result<std::vector<pkg::Package>> parse_apk_installed(std::string_view text, const pkg::OperatingSystem& distribution,
                                                      Share& share) {
  std::vector<Record> records;
  Record record;
  bool open = false;
  std::size_t number = 0;
  const auto close = [&]() -> Status {
    if (!open) return {};
    SUPPLY_TRY(finish(record, distribution).at("line " + std::to_string(record.line)));
    records.push_back(std::move(record));
    record = {};
    open = false;
    return {};
  };
  while (!text.empty()) {
    ++number;
    const std::string_view line = take_first_line(text);
    if (line.empty()) {
      SUPPLY_TRY(close());
      continue;
    }
    SUPPLY_TRY(share.spend(Cost::memory, memory_of(line, !open)));
    if (!open) record.line = number;
    open = true;
    SUPPLY_TRY(take_line(line, record).at("line " + std::to_string(number)));
  }
  SUPPLY_TRY(close());
  SUPPLY_TRY(resolve(records, share));
  std::vector<pkg::Package> out;
  out.reserve(records.size());
  for (Record& one : records) {
    out.push_back(std::move(one.package));
  }
  return out;
}

Status each_apk_file(std::string_view text, const std::function<Status(const ApkFile& file)>& call) {
  while (!text.empty()) {
    std::string_view package;
    std::string_view stanza = text;
    for (std::string_view line = take_first_line(text); !line.empty(); line = take_first_line(text))
      if (line.starts_with("P:")) package = line.substr(2);
    std::string_view directory, checksum;
    std::string path;  // of the file whose checksum may follow
    const auto close = [&]() -> Status { return path.empty() ? Status() : call({package, path, checksum}); };
    for (std::string_view line = take_first_line(stanza); !line.empty(); line = take_first_line(stanza)) {
      if (line.starts_with("F:")) directory = line.substr(2);
      if (line.starts_with("Z:")) checksum = line.substr(2);
      if (!line.starts_with("R:")) continue;
      SUPPLY_TRY(close());
      checksum = {};
      path.assign(directory);
      if (!path.empty()) path += '/';
      path += line.substr(2);
    }
    SUPPLY_TRY(close());
  }
  return {};
}

ApkChecksum parse_apk_checksum(std::string_view text) {
  const auto hex_of = [](std::string_view base64, std::size_t bytes) {
    const auto raw = from_base64(base64);
    return raw && raw->size() == bytes ? to_hex(*raw) : std::string();
  };
  ApkChecksum out;
  if (text.starts_with("Q1")) out = {"sha1", hex_of(text.substr(2), 20)};
  else if (text.starts_with("Q2")) out = {"sha256", hex_of(text.substr(2), 32)};
  else if (text.size() == 32 && from_hex(text)) out = {"md5", to_lower(text)};
  return out.hex.empty() ? ApkChecksum{"unknown", std::string(text)} : out;
}

pkg::OperatingSystem guess_apk_distribution(std::string_view installed, std::string_view repositories) {
  pkg::OperatingSystem out;
  bool release = false;
  for (const std::string_view line : lines(installed)) {
    if (line.starts_with("P:")) {
      const std::string_view name = line.substr(2);
      release = name == "alpine-release" || name == "alpine-base";
      if (release || name == "alpine-baselayout" || name == "alpine-keys") out.id = "alpine";
      if (name == "wolfi-baselayout") out.id = "wolfi";
      if (name == "chainguard-baselayout") out.id = "chainguard";
    } else if (release && line.starts_with("V:")) {
      out.version_id = line.substr(2, line.rfind("-r") - 2);
    }
  }
  if (!out.id.empty() && out.id != "alpine") out.version_id.clear();
  if (!out.version_id.empty()) return out;
  for (std::string_view line : lines(repositories)) {
    line = trim(line);
    if (line.starts_with('#')) continue;
    const auto names = [&](std::string_view host) { return line.find(host) != std::string_view::npos; };
    std::string_view id, version;
    if (names("packages.wolfi.dev/")) id = "wolfi";
    if (names("cgr.dev/chainguard")) id = "chainguard";
    if (names("downloads.openwrt.org/")) id = "openwrt";
    // https://dl-cdn.alpinelinux.org/alpine/v3.19/main
    if (const std::size_t at = line.find("/alpine/"); at != std::string_view::npos) {
      id = "alpine";
      version = line.substr(at + 8, line.find('/', at + 8) - at - 8);
      version = version.starts_with('v') ? version.substr(1) : std::string_view();
    }
    if (id.empty() || (!out.id.empty() && out.id != id)) continue;
    out.id = id;
    if (out.version_id.empty()) out.version_id = version;
  }
  return out;
}

}  // namespace supply::catalog
