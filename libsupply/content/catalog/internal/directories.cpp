#include "libsupply/content/catalog/internal/directories.hpp"

#include "libsupply/base/path/path.hpp"

namespace supply::catalog {

std::string path_from(std::string_view directory, std::string_view path) {
  if (path.starts_with('/')) return std::string(path);
  return std::string(directory) + "/" + std::string(path);
}

Status add_directory_at(const Context& context, std::string_view path, std::set<std::string, std::less<>>& into) {
  SUPPLY_TRY(const auto directory, context.find(path));
  if (directory && directory->type == rootfs::EntryType::directory) into.insert(directory->path);
  return {};
}

Result<std::map<std::string, std::vector<NamedDirectory>>> directories_in(
    const Context& context, const std::set<std::string, std::less<>>& parents) {
  using rootfs::EntryType;
  std::map<std::string, std::vector<NamedDirectory>> out;
  if (parents.empty()) return out;
  SUPPLY_TRY(context.share.spend(Cost::steps, context.tree.size() / 10));
  Status status;
  const auto take = [&](const rootfs::File& file) -> Status {
    const auto parent = parents.find(directory_of(file.path));
    if (parent == parents.end()) return {};
    std::optional<rootfs::File> found = file;
    if (file.type == EntryType::symlink) {
      SUPPLY_TRY(found, context.find(file.path));
    }
    if (!found || found->type != EntryType::directory) return {};
    SUPPLY_TRY(context.share.spend(Cost::memory, sizeof(NamedDirectory) + file.path.size() + found->path.size()));
    out[*parent].push_back({std::string(base_name(file.path)), *std::move(found)});
    return {};
  };
  context.tree.for_each([&](const rootfs::File& file) {
    if (status && (file.type == EntryType::directory || file.type == EntryType::symlink)) status = take(file);
  });
  SUPPLY_TRY(std::move(status));
  return out;
}

}  // namespace supply::catalog
