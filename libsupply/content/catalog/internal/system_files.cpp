#include "libsupply/content/catalog/internal/system_files.hpp"

#include <algorithm>
#include <functional>

#include "libsupply/base/path/path.hpp"

namespace supply::catalog {
namespace {

constexpr std::size_t kHashes = 1 << 14;

std::size_t hash_of(std::string_view path) { return std::hash<std::string_view>()(base_name(path)) % kHashes; }

}  // namespace

Status SystemFiles::read(const Context& context, const pkg::Inventory& catalog) {
  if (!read_) read_ = take(context, catalog);
  return *read_;
}

Status SystemFiles::take(const Context& context, const pkg::Inventory& catalog) {
  const OwnedPath add = [&](std::string_view path, std::size_t owner) -> Status {
    SUPPLY_TRY(context.share.spend(Cost::memory, 2 * sizeof(Owned) + 2 * path.size()));
    owned_.push_back({text_.size(), static_cast<std::uint32_t>(path.size()), static_cast<std::uint32_t>(owner)});
    text_ += path;
    return {};
  };
  for (const Cataloger* cataloger : all_catalogers())
    if (cataloger->owned != nullptr) SUPPLY_TRY(cataloger->owned(context, catalog, add));
  std::vector<std::uint16_t> hashes;
  hashes.reserve(owned_.size());
  first_.assign(kHashes + 1, 0);
  for (const Owned& each : owned_) {
    hashes.push_back(static_cast<std::uint16_t>(hash_of(path(each))));
    ++first_[hashes.back() + 1U];
  }
  for (std::size_t hash = 0; hash < kHashes; ++hash) first_[hash + 1] += first_[hash];
  std::vector<std::uint32_t> next(first_.begin(), first_.end() - 1);
  by_name_.resize(owned_.size());
  for (std::size_t i = 0; i < owned_.size(); ++i) by_name_[next[hashes[i]]++] = static_cast<std::uint32_t>(i);
  return {};
}

Status SystemFiles::each_named(const std::set<std::string_view>& names, const OwnedPath& call) const {
  std::vector<std::uint32_t> found;
  for (const std::string_view name : names) {
    const std::size_t hash = hash_of(name);
    for (std::uint32_t i = first_[hash]; i < first_[hash + 1]; ++i)
      if (base_name(path(owned_[by_name_[i]])) == name) found.push_back(by_name_[i]);
  }
  std::sort(found.begin(), found.end());
  for (const std::uint32_t i : found) SUPPLY_TRY(call(path(owned_[i]), owned_[i].owner));
  return {};
}

}  // namespace supply::catalog
