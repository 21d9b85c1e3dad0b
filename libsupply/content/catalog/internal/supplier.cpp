#include "libsupply/content/catalog/internal/supplier.hpp"

#include <algorithm>
#include <array>

#include "libsupply/base/text/text.hpp"

namespace supply::catalog {
namespace {

// "github.com/docker" of "github.com/docker/cli/v2", "golang.org" of "golang.org/x": hosts of many owners have one more
// component.
std::string_view owner_in(std::string_view path) {
  static constexpr std::array<std::string_view, 5> kHosts = {"github.com", "gitlab.com", "bitbucket.org",
                                                             "codeberg.org", "gitee.com"};
  const std::size_t first = path.find('/');
  const std::string_view host = path.substr(0, first);
  if (first == std::string_view::npos || std::find(kHosts.begin(), kHosts.end(), host) == kHosts.end()) return host;
  return path.substr(0, path.find('/', first + 1));
}

// Of "https://github.com/OWNER/x" as above; empty for what is no URL of the web.
std::string_view owner_of_url(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos || !url.starts_with("http")) return {};
  url = url.substr(scheme + 3);
  url = url.substr(0, url.find_first_of("?#"));
  const std::string_view owner = owner_in(url);
  // A host alone: no user, port or odd byte.
  return owner.find_first_of("@: \t\"<>\\") == std::string_view::npos ? owner : std::string_view();
}

std::string organization(std::string_view name) { return name.empty() ? "" : "Organization: " + std::string(name); }

}  // namespace

std::string supplier_by_origin(const pkg::Package& package, const pkg::OperatingSystem& distribution) {
  const pkg::PurlParts& parts = package.purl.parts();
  if (pkg::is_distribution_type(parts.type))
    return organization(!distribution.id.empty() ? distribution.id : parts.name_space);
  if (parts.type == "golang") {
    if (parts.name_space.empty()) return organization(parts.name == "stdlib" ? "golang.org" : owner_in(parts.name));
    return organization(owner_in(parts.name_space));
  }
  if (!parts.name_space.empty()) return organization(parts.name_space);
  // Source: NISTIR 7695, 6.2: cpe:2.3:part:vendor:product:…
  constexpr std::size_t kVendor = 3;
  if (!package.cpes.empty())
    if (const auto fields = split(package.cpes.front(), ':'); fields.size() > kVendor)
      return organization(fields[kVendor]);
  return organization(owner_of_url(package.homepage));
}

}  // namespace supply::catalog
