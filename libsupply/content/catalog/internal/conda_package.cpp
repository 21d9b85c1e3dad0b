#include "libsupply/content/catalog/internal/conda_package.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/json_fields.hpp"

namespace supply::catalog {
namespace {

// "conda-forge" of "https://conda.anaconda.org/conda-forge/linux-64", "main" of "https://repo.anaconda.com/pkgs/main".
std::string channel_name(std::string_view channel, std::string_view subdir) {
  while (channel.ends_with('/')) channel.remove_suffix(1);
  if (!subdir.empty() && base_name(channel) == subdir) channel = directory_of(channel);
  return std::string(base_name(channel));
}

std::string package_type(std::string_view file) {
  for (const std::string_view type : {"conda", "tar.bz2"})
    if (file.ends_with("." + std::string(type))) return std::string(type);
  return {};
}

void add_checksum(const json::Value& root, std::string_view algorithm, std::size_t digits, pkg::Package& package) {
  const std::string hex = text_of(root, algorithm);
  if (hex.size() == digits && is_lower_hex(hex)) package.checksums.push_back({std::string(algorithm), hex});
}

}  // namespace

Result<DescribedPackage> parse_conda_package(std::string_view text) {
  SUPPLY_TRY(const json::Value root, parse_lenient_json(text));
  DescribedPackage out;
  pkg::Package& package = out.package;
  package.name = text_of(root, "name");
  package.version = text_of(root, "version");
  if (package.name.empty()) return Error(ErrorCode::malformed, "no name");
  const std::string subdir = text_of(root, "subdir");
  std::string build = text_of(root, "build");
  if (build.empty()) build = text_of(root, "build_string");
  std::string file = text_of(root, "fn");
  if (package_type(file).empty()) file = text_of(root, "url");
  pkg::PurlParts parts{"conda", "", package.name, package.version, {}, ""};
  parts.qualifiers["build"] = build;
  parts.qualifiers["channel"] = channel_name(text_of(root, "channel"), subdir);
  parts.qualifiers["subdir"] = subdir;
  parts.qualifiers["type"] = package_type(file);
  SUPPLY_TRY(package.purl, pkg::Purl::create(std::move(parts)));
  if (subdir != "noarch") package.architecture = subdir;
  add_checksum(root, "sha256", 64, package);
  add_checksum(root, "md5", 32, package);
  if (const std::string license = text_of(root, "license"); !license.empty()) out.licenses.push_back(license);
  out.key = to_lower(package.name);
  // "python >=3.8,<3.9.0a0", "conda-forge::zlib"
  for (const std::string& match : texts_of(root, "depends")) {
    std::string_view name = trim(match);
    name = name.substr(0, name.find_first_of(" \t<>=!~["));
    if (const std::size_t colons = name.rfind("::"); colons != std::string_view::npos) name.remove_prefix(colons + 2);
    if (!name.empty() && !name.starts_with("__")) out.requires_.push_back(to_lower(name));
  }
  std::sort(out.requires_.begin(), out.requires_.end());
  return out;
}

Status for_each_conda_file(std::string_view text, const std::function<Status(std::string_view path)>& call) {
  SUPPLY_TRY(const json::Value root, parse_lenient_json(text));
  for (const std::string& path : texts_of(root, "files")) SUPPLY_TRY(call(path));
  return {};
}

}  // namespace supply::catalog
