#include "libsupply/content/catalog/internal/misplaced_databases.hpp"

#include <set>
#include <string>

#include "libsupply/base/path/path.hpp"

namespace supply::catalog {
namespace {

using rootfs::EntryType;

std::string_view name_of(EntryType type) {
  switch (type) {
    case EntryType::file: return "a file";
    case EntryType::directory: return "a directory";
    case EntryType::symlink: return "a link";
    case EntryType::hardlink: return "a hard link";
    case EntryType::character_device:
    case EntryType::block_device: return "a device";
    case EntryType::fifo: return "a named pipe";
    case EntryType::global_header: break;
  }
  return "something else";
}

/// What is at the path in the place of what is wanted; empty where nothing is, or the right thing.
Result<std::string> other_at(const Context& context, std::string_view path, EntryType wanted) {
  SUPPLY_TRY(const std::optional<rootfs::File> found, context.find(path));
  if (found && found->type == wanted) return std::string();
  if (found) return std::string(name_of(found->type));
  if (!context.tree.find_unfollowed(path)) return std::string();
  return std::string("a link that leads nowhere");
}

}  // namespace

Status add_misplaced_databases(const Context& context, pkg::Inventory& catalog) {
  for (const Cataloger* cataloger : all_catalogers()) {
    std::set<std::string_view> files, directories;
    for (const rootfs::Collector* collector : cataloger->collectors(WithOwnedFiles::no)) {
      if (collector->name() != cataloger->name) continue;
      for (const std::string_view path : collector->well_known_paths()) {
        // "meta" at the root (of "meta/snap.yaml") may be anybody's.
        if (const std::string_view around = directory_of(path); around.find('/') != std::string_view::npos)
          directories.insert(around);
        if (!path.ends_with("/*")) files.insert(path);
      }
    }
    const auto add = [&](std::string_view path, EntryType wanted) -> Status {
      SUPPLY_TRY(const std::string other, other_at(context, path, wanted));
      if (other.empty()) return {};
      const std::string reason = other + " in the place of " + std::string(name_of(wanted)) + " of a package database";
      return context.add(pkg::KnownUnknown{std::string(cataloger->name), std::string(path), reason}, catalog);
    };
    for (const std::string_view path : files) SUPPLY_TRY(add(path, EntryType::file));
    for (const std::string_view path : directories) SUPPLY_TRY(add(path, EntryType::directory));
  }
  return {};
}

}  // namespace supply::catalog
