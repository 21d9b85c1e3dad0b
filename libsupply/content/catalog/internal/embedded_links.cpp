#include "libsupply/content/catalog/internal/embedded_links.hpp"

#include <algorithm>
#include <map>

#include "libsupply/content/catalog/internal/embedded_sbom.hpp"

namespace supply::catalog {
namespace {

// What must be equal for a document to speak of a package. Documents of distributions' packages name various
// namespaces, and no qualifiers.
std::string key_of(const pkg::Purl& purl) {
  const pkg::PurlParts& parts = purl.parts();
  const std::string space = pkg::is_distribution_type(parts.type) ? std::string() : parts.name_space;
  return parts.type + "\n" + space + "\n" + parts.name + "\n" + parts.version;
}

template <class List>
void settle(List& list) {
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

}  // namespace

Status add_embedded(const Context& context, std::string_view record, std::string path, const rootfs::File& file,
                    pkg::Inventory& catalog) {
  SUPPLY_TRY(context.share.spend(Cost::steps, 20 + record.size() / 2));
  SUPPLY_TRY(context.share.spend(Cost::memory, sizeof(pkg::EmbeddedSbom) + 4 * record.size() + path.size()));
  pkg::EmbeddedSbom document = embedded_from_record(record);
  document.path = std::move(path);
  document.layer = context.layer_of(file);
  catalog.embedded.push_back(std::move(document));
  return {};
}

Status link_embedded(const Context& context, pkg::Inventory& catalog) {
  if (catalog.embedded.empty()) return {};
  std::multimap<std::string, std::string> installed;  // purls
  for (const pkg::Package& package : catalog.packages) {
    std::string key = key_of(package.purl);
    SUPPLY_TRY(context.share.spend(Cost::memory, 200 + 3 * key.size()));
    installed.emplace(std::move(key), package.purl.to_string());
  }
  // Calls with each installed package that a purl of a document means.
  const auto each_meant = [&](const std::string& written, const auto& call) -> Status {
    SUPPLY_TRY(context.share.spend(Cost::steps, 5 + written.size() / 8));
    const auto purl = pkg::Purl::parse(written);
    if (!purl) return {};
    const auto [first, last] = installed.equal_range(key_of(*purl));
    for (auto at = first; at != last; ++at) {
      SUPPLY_TRY(context.share.spend(Cost::memory, 2 * (sizeof(std::string) + at->second.size())));
      call(at->second);
    }
    return {};
  };
  for (pkg::EmbeddedSbom& document : catalog.embedded) {
    for (const std::string& purl : document.listed)
      SUPPLY_TRY(each_meant(purl, [&](const std::string& found) { document.describes.push_back(found); }));
    const auto written = std::exchange(document.generated_from, {});
    for (const auto& pair : written)
      SUPPLY_TRY(each_meant(
          pair.first, [&](const std::string& found) { document.generated_from.emplace_back(found, pair.second); }));
    settle(document.describes);
    settle(document.generated_from);
  }
  std::stable_sort(catalog.embedded.begin(), catalog.embedded.end(),
                   [](const pkg::EmbeddedSbom& a, const pkg::EmbeddedSbom& b) { return a.path < b.path; });
  return {};
}

}  // namespace supply::catalog
