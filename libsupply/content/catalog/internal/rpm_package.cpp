#include "libsupply/content/catalog/internal/rpm_package.hpp"

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/dpkg_database.hpp"
#include "libsupply/content/catalog/internal/package_memory.hpp"

namespace supply::catalog {
namespace {

// The fields of a package, from a header or a manifest.
struct Fields {
  std::string_view name, version_release, architecture, source, vendor, modularity;
  std::uint32_t epoch = 0;
};

// rpm's word for a field that is not there.
std::string_view unless_none(std::string_view text) { return text == "(none)" ? std::string_view() : text; }

// As the vendors' own advisories and other tools have it: the vendor, not the product.
std::string name_space_of(const pkg::OperatingSystem& distribution) {
  if (distribution.id == "rhel") return "redhat";
  if (distribution.id.starts_with("opensuse")) return "opensuse";
  return distribution.id;
}

// "bash-5.1.8-6.el9.src.rpm"
void set_source(std::string_view file, pkg::Package& package) {
  std::string_view text = file;
  for (const std::string_view end : {".src.rpm", ".nosrc.rpm"})
    if (text.ends_with(end)) text.remove_suffix(end.size());
  const std::size_t release = text.rfind('-');
  const std::size_t version =
      release == std::string_view::npos || release == 0 ? release : text.rfind('-', release - 1);
  if (text.size() == file.size() || version == std::string_view::npos || version == 0) return;
  if (text.substr(0, version) == package.name) return;
  package.source_name = text.substr(0, version);
  package.source_version = text.substr(version + 1);
}

// "SUSE LLC <https://www.suse.com/>"
std::string as_supplier(std::string_view vendor) {
  const std::size_t open = vendor.find(" <");
  const bool has_url = vendor.ends_with('>') && open != std::string_view::npos;
  return "Organization: " + std::string(has_url ? vendor.substr(0, open) : vendor);
}

// "nodejs:18:9050020241120:rhel9"
std::string stream_of(std::string_view modularity) {
  const std::size_t colon = modularity.find(':');
  return std::string(modularity.substr(0, colon == std::string_view::npos ? colon : modularity.find(':', colon + 1)));
}

Result<pkg::Package> make_package(const Fields& fields, const pkg::OperatingSystem& distribution) {
  pkg::Package package;
  package.name = fields.name;
  package.version = (fields.epoch > 0 ? std::to_string(fields.epoch) + ":" : "") + std::string(fields.version_release);
  package.architecture = fields.architecture;
  package.cataloger = "rpm";
  if (!fields.vendor.empty()) package.supplier = as_supplier(fields.vendor);
  set_source(fields.source, package);
  pkg::PurlParts parts{"rpm", name_space_of(distribution), package.name, std::string(fields.version_release), {}, ""};
  parts.qualifiers["arch"] = package.architecture;
  parts.qualifiers["distro"] = distribution.label();
  parts.qualifiers["upstream"] = fields.source;
  if (fields.epoch > 0) parts.qualifiers["epoch"] = std::to_string(fields.epoch);
  // grype reads the first, trivy the second.
  if (!fields.modularity.empty()) {
    parts.qualifiers["rpmmod"] = stream_of(fields.modularity);
    parts.qualifiers["modularitylabel"] = fields.modularity;
  }
  SUPPLY_TRY(package.purl, pkg::Purl::create(std::move(parts)).at("package " + quote(fields.name)));
  return package;
}

std::string version_release(std::string_view version, std::string_view release) {
  return std::string(version) + (release.empty() ? "" : "-") + std::string(release);
}

std::vector<RpmRelation> relations(const RpmHeader& header, RpmTag name_tag, RpmTag version_tag, RpmTag flags_tag) {
  const auto names = header.strings(name_tag), versions = header.strings(version_tag);
  const auto flags = header.numbers(flags_tag);
  std::vector<RpmRelation> out;
  out.reserve(names.size());
  for (std::size_t i = 0; i < names.size(); ++i)
    out.push_back({names[i], i < versions.size() ? versions[i] : std::string_view(), i < flags.size() ? flags[i] : 0});
  return out;
}

// The texts of a header, at most, while they are read and when they are held.
std::uint64_t memory_of(const RpmHeader& header) {
  std::uint64_t memory = sizeof(RpmPackage) + kPackageTableBytes;
  for (const RpmTag tag : {RpmTag::name, RpmTag::version, RpmTag::release, RpmTag::architecture, RpmTag::source_rpm,
                           RpmTag::modularity_label})
    memory += kCopiesOfIdentity * header.string(tag).size();
  for (const RpmTag tag : {RpmTag::vendor, RpmTag::packager, RpmTag::license, RpmTag::url})
    memory += kCopiesOfText * header.string(tag).size();
  constexpr std::uint64_t kRelationBytes = 2 * sizeof(RpmRelation) + sizeof(std::string_view);
  return memory + kRelationBytes * (header.count(RpmTag::provide_name) + header.count(RpmTag::require_name));
}

std::uint32_t epoch_of(const RpmHeader& header) {
  const auto epochs = header.numbers(RpmTag::epoch);
  return epochs.empty() ? 0 : epochs[0];
}

}  // namespace

Result<std::optional<RpmPackage>> read_rpm_package(const RpmHeader& header, const pkg::OperatingSystem& distribution,
                                                   Licensing& licensing, Share& share) {
  const std::string_view name = header.string(RpmTag::name);
  // Source: rpmkeys(8): rpm --import keeps keys as packages of this name, without an architecture.
  if (name == "gpg-pubkey" && header.string(RpmTag::source_rpm).empty()) return std::optional<RpmPackage>();
  if (name.empty()) return Error(ErrorCode::malformed, "a header without a name");
  SUPPLY_TRY(share.spend(Cost::memory, memory_of(header)));
  const std::string evr = version_release(header.string(RpmTag::version), header.string(RpmTag::release));
  const Fields fields{name,
                      evr,
                      header.string(RpmTag::architecture),
                      unless_none(header.string(RpmTag::source_rpm)),
                      unless_none(header.string(RpmTag::vendor)),
                      unless_none(header.string(RpmTag::modularity_label)),
                      epoch_of(header)};
  RpmPackage out;
  SUPPLY_TRY(out.package, make_package(fields, distribution));
  if (out.package.supplier.empty())
    out.package.supplier = maintainer_as_supplier(unless_none(header.string(RpmTag::packager)));
  out.package.homepage = unless_none(header.string(RpmTag::url));
  if (const std::string_view license = header.string(RpmTag::license); !license.empty())
    SUPPLY_TRY(licensing.choice({std::string(license)}, out.package));
  out.provides = relations(header, RpmTag::provide_name, RpmTag::provide_version, RpmTag::provide_flags);
  out.needs = relations(header, RpmTag::require_name, RpmTag::require_version, RpmTag::require_flags);
  return std::optional(std::move(out));
}

RpmIdentity identity_of(const RpmHeader& header) {
  const std::uint32_t epoch = epoch_of(header);
  return {std::string(header.string(RpmTag::name)),
          (epoch > 0 ? std::to_string(epoch) + ":" : "") +
              version_release(header.string(RpmTag::version), header.string(RpmTag::release)),
          std::string(header.string(RpmTag::architecture))};
}

namespace {

// Calls with the index and path of each file that a package has installed.
Status each_installed(const RpmHeader& header,
                      const std::function<Status(std::size_t index, const std::string& path)>& call) {
  const auto names = header.strings(RpmTag::base_names), directories = header.strings(RpmTag::directory_names);
  const auto indexes = header.numbers(RpmTag::directory_indexes), states = header.numbers(RpmTag::file_states);
  std::string path;
  for (std::size_t i = 0; i < names.size(); ++i) {
    // Source: rpm, include/rpm/rpmfiles.h rpmfileState_e: replaced, not installed, of another "color".
    if (i < states.size() && (states[i] == 1 || states[i] == 2 || states[i] == 4)) continue;
    if (i >= indexes.size() || indexes[i] >= directories.size())
      return Error(ErrorCode::malformed, "a file without a directory");
    path.assign(directories[indexes[i]]).append(names[i]);
    path.erase(0, path.find_first_not_of('/'));
    SUPPLY_TRY(call(i, path));
  }
  return {};
}

// Source: rpm, include/rpm/rpmpgp.h pgpHashAlgo_e.
std::string_view hash_algorithm(std::uint32_t number) {
  switch (number) {
    case 1: return "md5";
    case 2: return "sha1";
    case 8: return "sha256";
    case 9: return "sha384";
    case 10: return "sha512";
    case 11: return "sha224";
    default: return "unknown";
  }
}

}  // namespace

Status each_rpm_file(const RpmHeader& header, const std::function<Status(std::string_view path)>& call) {
  return each_installed(header, [&](std::size_t, const std::string& path) { return call(path); });
}

Status each_rpm_checksum(const RpmHeader& header, const std::function<Status(const RpmChecksum& file)>& call) {
  // Source: rpm, include/rpm/rpmfiles.h rpmfileAttrs_e, rpmVerifyAttrs_e.
  constexpr std::uint32_t kConfiguration = 1, kMissingAllowed = 8, kGhost = 64, kVerifyDigest = 1;
  const auto digests = header.strings(RpmTag::file_digests);
  const auto flags = header.numbers(RpmTag::file_flags), verify = header.numbers(RpmTag::file_verify_flags);
  const auto numbers = header.numbers(RpmTag::file_digest_algorithm);
  const std::string_view algorithm = hash_algorithm(numbers.empty() ? 1 : numbers.front());  // MD5 until rpm 4.6
  return each_installed(header, [&](std::size_t i, const std::string& path) -> Status {
    if (i >= digests.size() || digests[i].empty()) return {};
    const std::uint32_t flag = i < flags.size() ? flags[i] : 0;
    if ((flag & (kMissingAllowed | kGhost)) != 0) return {};
    if (i < verify.size() && (verify[i] & kVerifyDigest) == 0) return {};
    return call({path, algorithm, digests[i], (flag & kConfiguration) != 0});
  });
}

Result<std::vector<pkg::Package>> parse_rpm_manifest(std::string_view text, const pkg::OperatingSystem& distribution,
                                                     Share& share) {
  std::vector<pkg::Package> out;
  std::size_t number = 0;
  for (const std::string_view line : lines(text)) {
    const std::string place = "line " + std::to_string(++number);
    if (line.empty()) continue;
    SUPPLY_TRY(share.spend(Cost::memory, sizeof(pkg::Package) + kPackageTableBytes + kCopiesOfIdentity * line.size()));
    if (line.starts_with("gpg-pubkey\t") || line.starts_with("gpg-pubkey-")) continue;
    Fields fields;
    if (line.find('\t') != std::string_view::npos) {
      const auto columns = split(line, '\t');
      if (columns.size() < 10)
        return Error(ErrorCode::malformed, place + ": " + std::to_string(columns.size()) + " fields, not 10");
      fields = {columns[0], columns[1], unless_none(columns[7]), unless_none(columns[9]), unless_none(columns[4]),
                {},         0};
      for (const char c : columns[8].substr(0, 9))
        if (c >= '0' && c <= '9') fields.epoch = 10 * fields.epoch + static_cast<std::uint32_t>(c - '0');
    } else {
      const std::size_t dot = line.rfind('.'), release = line.rfind('-', dot);
      if (dot == std::string_view::npos || release == std::string_view::npos || release == 0)
        return Error(ErrorCode::malformed, place + ": no name, version, release and architecture");
      const std::size_t version = line.rfind('-', release - 1);
      if (version == std::string_view::npos)
        return Error(ErrorCode::malformed, place + ": no name, version, release and architecture");
      fields.name = line.substr(0, version);
      fields.version_release = line.substr(version + 1, dot - version - 1);
      fields.architecture = unless_none(line.substr(dot + 1));
    }
    if (fields.name.empty()) return Error(ErrorCode::malformed, place + ": no name");
    SUPPLY_TRY(pkg::Package package, make_package(fields, distribution).at(place));
    out.push_back(std::move(package));
  }
  return out;
}

}  // namespace supply::catalog
