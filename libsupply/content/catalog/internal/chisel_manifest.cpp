#include "libsupply/content/catalog/internal/chisel_manifest.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::catalog {
namespace {

constexpr std::string_view kSchema = "1.0";

Result<json::Value> parse_line(std::string_view line) {
  json::Limits limits;
  limits.bytes = kMaxPackageMetadataBytes;
  limits.duplicate_keys = json::DuplicateKeys::last_wins;
  return json::parse(line, limits);
}

Result<pkg::Package> read_package(std::string_view line) {
  SUPPLY_TRY(const json::Value value, parse_line(line));
  pkg::Package out;
  SUPPLY_TRY(out.name, json::require_string(value, "name"));
  SUPPLY_TRY(out.version, json::string_or_empty(value, "version"));
  SUPPLY_TRY(out.architecture, json::string_or_empty(value, "arch"));
  SUPPLY_TRY(const std::string digest, json::string_or_empty(value, "sha256"));
  if (!digest.empty()) out.checksums.push_back({"sha256", digest});
  return out;
}

}  // namespace

Status ChiselReader::take(std::string_view line) {
  ++number_;
  if (number_ == 1) {
    SUPPLY_TRY(const json::Value header, parse_line(line));
    SUPPLY_TRY(const std::string version, json::require_string(header, "jsonwall"));
    SUPPLY_TRY(const std::string schema, json::string_or_empty(header, "schema"));
    SUPPLY_TRY(const std::int64_t count, json::require_integer(header, "count"));
    if (version != "1.0" || schema != kSchema)
      return Error(ErrorCode::unsupported, "a manifest of schema " + quote(schema) + ", which Supply does not read");
    count_ = static_cast<std::size_t>(std::max<std::int64_t>(count, 0));
    return {};
  }
  // The objects are found by how they begin: their members are in order.
  if (calls_.package && line.starts_with(R"({"kind":"package")")) {
    SUPPLY_TRY(pkg::Package package, read_package(line));
    return calls_.package(std::move(package));
  }
  if (calls_.path && line.starts_with(R"({"kind":"path")")) {
    SUPPLY_TRY(const json::Value value, parse_line(line));
    SUPPLY_TRY(const std::string path, json::require_string(value, "path"));
    SUPPLY_TRY(const std::vector<std::string> slices, json::string_list(value, "slices"));
    std::set<std::string> packages;
    for (const std::string& slice : slices) packages.insert(slice.substr(0, slice.find('_')));
    const std::string_view relative = std::string_view(path).substr(std::min(path.find_first_not_of('/'), path.size()));
    return calls_.path(relative, {packages.begin(), packages.end()});
  }
  return {};
}

Status ChiselReader::feed(std::string_view part) {
  while (!part.empty()) {
    const std::size_t end = part.find('\n');
    if (rest_.size() + std::min(end, part.size()) > kMaxPackageMetadataBytes)
      return Error(ErrorCode::limit_exceeded, "line " + std::to_string(number_ + 1) + ": longer than is read");
    rest_ += part.substr(0, end);
    if (end == std::string_view::npos) return {};
    part.remove_prefix(end + 1);
    const std::string place = "line " + std::to_string(number_ + 1);
    SUPPLY_TRY(take(rest_).at(place));
    rest_.clear();
  }
  return {};
}

Status ChiselReader::finish() {
  const std::string place = "line " + std::to_string(number_ + 1);
  if (!rest_.empty()) SUPPLY_TRY(take(rest_).at(place));
  rest_.clear();
  if (number_ == 0) return Error(ErrorCode::malformed, "no header");
  if (number_ != count_)
    return Error(ErrorCode::malformed,
                 "the header says " + std::to_string(count_) + " lines, and there are " + std::to_string(number_));
  return {};
}

Status finish_chisel_package(const pkg::OperatingSystem& distribution, pkg::Package& package) {
  package.cataloger = "chisel";
  pkg::PurlParts parts{"deb", distribution.id.empty() ? "ubuntu" : distribution.id, package.name, package.version, {},
                       ""};
  parts.qualifiers["arch"] = package.architecture;
  parts.qualifiers["distro"] = distribution.label();
  SUPPLY_TRY(package.purl, pkg::Purl::create(std::move(parts)));
  return {};
}

}  // namespace supply::catalog
