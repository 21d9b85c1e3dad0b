#include "libsupply/content/catalog/catalog.hpp"

#include <algorithm>

#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/content/catalog/distribution.hpp"
#include "libsupply/content/catalog/format.hpp"

namespace supply::catalog {
namespace {

constexpr std::string_view kReleaseFiles[] = {"etc/os-release", "usr/lib/os-release", "etc/debian_version"};

bool wants_release(std::string_view path) {
  return std::find(std::begin(kReleaseFiles), std::end(kReleaseFiles), path) != std::end(kReleaseFiles);
}

std::string keep_if_complete(std::string bytes, bool complete) { return complete ? std::move(bytes) : std::string(); }

const PathCollector kRelease({.name = "os-release",
                              .wants = wants_release,
                              .limit = kMaxOsReleaseBytes,
                              .reduce = keep_if_complete,
                              .well_known = kReleaseFiles});

Distribution read_distribution(const rootfs::FileTree& tree) {
  const Contents files(tree, kRelease.name());
  const auto content = [&](std::string_view path) {
    const auto file = files.find(path);
    return file ? file->content : std::string_view();
  };
  std::string_view os_release = content("etc/os-release");
  if (os_release.empty()) os_release = content("usr/lib/os-release");
  return parse_os_release(os_release, content("etc/debian_version"));
}

}  // namespace

std::optional<Digest> Input::layer_of(const rootfs::File& file) const {
  if (file.entry == nullptr || file.layer >= layers.size()) return std::nullopt;
  return layers[file.layer];
}

std::vector<const rootfs::Collector*> collectors(WithOwnedFiles files) {
  std::vector<const rootfs::Collector*> out = {&kRelease};
  for (const Format* format : all_formats()) {
    const auto more = format->collectors(files);
    out.insert(out.end(), more.begin(), more.end());
  }
  return out;
}

Result<Catalog> read(const rootfs::FileTree& tree, const std::vector<Digest>& layers) {
  Catalog out;
  out.distribution = read_distribution(tree);
  const Input input{tree, layers, out.distribution};
  for (const Format* format : all_formats()) SUPPLY_TRY(format->read(input, out));

  std::vector<pkg::Package>& packages = out.packages;
  // The purl's text is made once for each package, not for each comparison.
  std::vector<std::pair<std::string, std::size_t>> order;
  order.reserve(packages.size());
  for (std::size_t i = 0; i < packages.size(); ++i) order.emplace_back(packages[i].purl.to_string(), i);
  std::sort(order.begin(), order.end(), [&](const auto& a, const auto& b) {
    if (a.first != b.first) return a.first < b.first;
    const pkg::Package& x = packages[a.second];
    const pkg::Package& y = packages[b.second];
    return std::tie(x.name, x.version, x.found_in) < std::tie(y.name, y.version, y.found_in);
  });
  std::vector<pkg::Package> sorted;
  sorted.reserve(packages.size());
  for (const auto& [purl, i] : order) {
    const bool again = !sorted.empty() && sorted.back().purl == packages[i].purl &&
                       sorted.back().found_in == packages[i].found_in && sorted.back().name == packages[i].name;
    if (!again) sorted.push_back(std::move(packages[i]));
  }
  packages = std::move(sorted);
  std::sort(out.unknowns.begin(), out.unknowns.end());
  out.unknowns.erase(std::unique(out.unknowns.begin(), out.unknowns.end()), out.unknowns.end());
  return out;
}

}  // namespace supply::catalog
