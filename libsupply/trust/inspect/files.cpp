// The merged file tree as a list.
#include <nlohmann/json.hpp>

#include "libsupply/base/json/escape_hidden.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/limits.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/inspect/inspect.hpp"

namespace supply::inspect {
namespace {

std::string_view name_of(rootfs::EntryType type) {
  switch (type) {
    case rootfs::EntryType::file: return "file";
    case rootfs::EntryType::directory: return "directory";
    case rootfs::EntryType::symlink: return "symlink";
    case rootfs::EntryType::hardlink: return "hardlink";
    case rootfs::EntryType::character_device: return "character-device";
    case rootfs::EntryType::block_device: return "block-device";
    case rootfs::EntryType::fifo: return "fifo";
    case rootfs::EntryType::global_header: break;
  }
  return "unknown";
}

// A name of any bytes in JSON: what is not UTF-8 is in hex beside it.
void put_name(nlohmann::json& record, const std::string& key, std::string_view bytes) {
  record[key] = bytes;
  if (!is_utf8(bytes)) record[key + "Hex"] = to_hex(bytes);
}

}  // namespace

Status list_files(store::ImageSource& source, const store::PlatformImage& image, Budget& budget,
                  const std::function<void(std::string_view)>& print) {
  constexpr std::size_t kPrintBytes = 64 * kKiB;
  rootfs::LayerRequest request;
  request.file_digests = rootfs::WithFileDigests::yes;
  SUPPLY_TRY(const rootfs::Layers layers, rootfs::Layers::read(source, {image}, request, budget));
  SUPPLY_TRY(const rootfs::FileTree tree, layers.tree(image));
  std::string lines;
  tree.for_each([&](const rootfs::File& file) {
    if (file.path.empty()) return;
    nlohmann::json record{{"type", name_of(file.type)}, {"layer", file.layer}};
    put_name(record, "path", file.path);
    if (file.entry == nullptr) {
      record["mode"] = "0755";
    } else {
      char mode[8];
      std::snprintf(mode, sizeof mode, "%04o", file.entry->mode & 07777U);
      record["mode"] = mode;
      record["uid"] = file.entry->uid;
      record["gid"] = file.entry->gid;
      if (file.type == rootfs::EntryType::file) record["size"] = file.entry->size;
      if (file.type == rootfs::EntryType::symlink) put_name(record, "target", file.entry->target);
    }
    if (file.digests != nullptr && file.type == rootfs::EntryType::file)
      record["sha256"] = to_hex(file.digests->sha256);
    lines += json::escape_hidden(json::to_text(record)) + "\n";
    if (lines.size() < kPrintBytes) return;
    print(lines);
    lines.clear();
  });
  print(lines);
  return {};
}

}  // namespace supply::inspect
