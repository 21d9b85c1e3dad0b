#include "libsupply/content/catalog/internal/snap_package.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/licensing.hpp"
#include "libsupply/content/license/declared.hpp"

namespace supply::catalog {
namespace {

// A plain or quoted scalar on one line.
std::string_view scalar(std::string_view text) {
  text = trim(text);
  if (!text.empty() && (text[0] == '"' || text[0] == '\''))
    if (const std::size_t end = text.find(text[0], 1); end != std::string_view::npos) return text.substr(1, end - 1);
  const std::size_t comment = text.find(" #");
  return trim(text.substr(0, comment));
}

// The value of a member of the document's mapping.
std::string_view member(std::string_view yaml, std::string_view name) {
  for (const std::string_view line : lines(yaml))
    if (line.starts_with(name) && line.substr(name.size()).starts_with(':'))
      return scalar(line.substr(name.size() + 1));
  return {};
}

// Calls with the elements of a member that is a sequence of scalars, "- x" a line or "[x, y]".
template <class Call>
void for_each_element(std::string_view yaml, std::string_view name, const Call& call) {
  bool inside = false;
  for (const std::string_view line : lines(yaml)) {
    const std::string_view text = trim(line);
    if (inside && text.starts_with("- ")) {
      call(scalar(text.substr(2)));
    } else if (!text.empty() && text[0] != '#') {
      inside = line.starts_with(name) && line.substr(name.size()).starts_with(':');
      const std::string_view value = inside ? trim(line.substr(name.size() + 1)) : std::string_view();
      if (!value.starts_with('[') || !value.ends_with(']')) continue;
      for (const std::string_view one : split(value.substr(1, value.size() - 2), ','))
        if (!trim(one).empty()) call(scalar(one));
    }
  }
}

Result<pkg::Purl> purl_of(const pkg::Package& snap, std::string_view revision) {
  // No type of package URLs is there for snaps.
  pkg::PurlParts parts{"generic", "snap", snap.name, snap.version, {}, ""};
  parts.qualifiers["arch"] = snap.architecture;
  parts.qualifiers["revision"] = revision;
  return pkg::Purl::create(std::move(parts));
}

}  // namespace

Result<pkg::Package> parse_snap_yaml(std::string_view yaml) {
  pkg::Package out;
  out.name = member(yaml, "name");
  if (out.name.empty()) return Error(ErrorCode::malformed, "a snap without a name");
  out.version = member(yaml, "version");
  std::size_t architectures = 0;
  for_each_element(yaml, "architectures", [&](std::string_view one) {
    if (architectures++ == 0) out.architecture = one;
  });
  if (architectures != 1) out.architecture.clear();
  if (const std::string_view license = member(yaml, "license"); !license.empty())
    set_license(license::from_text(license), out);
  out.homepage = member(yaml, "website");
  out.cataloger = "snap";
  SUPPLY_TRY(out.purl, purl_of(out, ""));
  return out;
}

Result<std::vector<pkg::Package>> parse_snap_packages(std::string_view yaml, const pkg::OperatingSystem& distribution) {
  std::vector<pkg::Package> out;
  Status status;
  const auto take = [&](std::string_view element) -> Status {
    const std::size_t equals = element.find('=');
    if (equals == 0 || equals == std::string_view::npos)
      return Error(ErrorCode::malformed, "no version in " + quote(element));
    pkg::Package package;
    const std::string_view name = element.substr(0, equals);
    package.name = name.substr(0, name.find(':'));
    if (name.find(':') != std::string_view::npos) package.architecture = name.substr(name.find(':') + 1);
    package.version = element.substr(equals + 1);
    package.cataloger = "snap";
    pkg::PurlParts parts{"deb", "ubuntu", package.name, package.version, {}, ""};
    parts.qualifiers["arch"] = package.architecture;
    parts.qualifiers["distro"] =
        distribution.id == "ubuntu" || distribution.id == "ubuntu-core" ? distribution.label() : "";
    SUPPLY_TRY(package.purl, pkg::Purl::create(std::move(parts)));
    out.push_back(std::move(package));
    return {};
  };
  for (const std::string_view list : {"packages", "primed-stage-packages"})
    for_each_element(yaml, list, [&](std::string_view element) {
      if (status) status = take(element);
    });
  SUPPLY_TRY(std::move(status));
  return out;
}

Result<std::vector<pkg::Package>> parse_snapd_state(std::string_view text) {
  json::Limits limits;
  limits.duplicate_keys = json::DuplicateKeys::last_wins;
  SUPPLY_TRY(const json::Value state, json::parse(text, limits));
  std::vector<pkg::Package> out;
  SUPPLY_TRY(const json::Value* data, json::optional_object(state, "data"));
  if (data == nullptr) return out;
  SUPPLY_TRY(const json::Value* snaps, json::optional_object(*data, "snaps"));
  if (snaps == nullptr) return out;
  for (const auto& [name, snap] : snaps->items()) {
    pkg::Package package;
    package.name = name.substr(0, name.find('_'));  // behind it is the key of a parallel instance
    package.cataloger = "snap";
    SUPPLY_TRY(const std::string revision, json::string_or_empty(snap, "current"));
    SUPPLY_TRY(package.purl, purl_of(package, revision));
    out.push_back(std::move(package));
  }
  return out;
}

}  // namespace supply::catalog
