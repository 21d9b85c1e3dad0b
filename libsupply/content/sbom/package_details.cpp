#include "libsupply/content/sbom/package_details.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace supply::sbom {

std::uint64_t memory_of(const PackageDetails& details) {
  std::uint64_t memory = sizeof details;
  for (const std::string* text : {&details.producer, &details.description, &details.download_location,
                                  &details.file_name, &details.group, &details.purpose})
    memory += text->size();
  for (const ExternalReference& each : details.references) memory += sizeof each + each.type.size() + each.url.size();
  return memory;
}

void sort_packages(std::vector<pkg::Package>& packages, std::vector<PackageDetails>& details) {
  details.resize(packages.size());
  std::vector<std::size_t> order(packages.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return (packages[a] <=> packages[b]) < 0; });
  std::vector<pkg::Package> sorted;
  std::vector<PackageDetails> sorted_details;
  sorted.reserve(packages.size());
  sorted_details.reserve(packages.size());
  for (const std::size_t index : order) {
    sorted.push_back(std::move(packages[index]));
    sorted_details.push_back(std::move(details[index]));
  }
  packages = std::move(sorted);
  details = std::move(sorted_details);
}

const PackageDetails& details_at(const std::vector<PackageDetails>* all, std::size_t index) {
  static const PackageDetails none;
  return all == nullptr || index >= all->size() ? none : (*all)[index];
}

}  // namespace supply::sbom
