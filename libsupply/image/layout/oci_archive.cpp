#include "libsupply/image/layout/oci_archive.hpp"

#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/image/layout/docker_archive.hpp"
#include "libsupply/image/layout/internal/tar_storage.hpp"

namespace supply::layout {
namespace {

using Missing = TarStorage::Missing;

Result<std::unique_ptr<Layout>> layout_of(std::unique_ptr<TarStorage> files) {
  const auto list = files->read("manifest.json", kMaxArchiveListBytes);
  const bool docker = list || list.error().code() != ErrorCode::not_found;
  const std::string place = files->place();
  auto layout = docker ? docker_layout_in(std::move(files)) : layout_in(std::move(files));
  if (!layout && layout.error().code() == ErrorCode::not_found && docker)
    return Error(ErrorCode::not_found,
                 place + ": no OCI layout, but an archive of docker save: name it docker-archive:");
  return layout;
}

}  // namespace

Result<std::unique_ptr<Layout>> open_archive(const io::Path& file, Budget& budget, const io::Path& spool) {
  SUPPLY_TRY(std::unique_ptr<TarStorage> files, TarStorage::open(file, spool, Missing::refused, &budget));
  return layout_of(std::move(files));
}

Result<std::unique_ptr<Layout>> create_archive(const io::Path& file) {
  SUPPLY_TRY(std::unique_ptr<TarStorage> files, TarStorage::open(file, {}, Missing::made, nullptr));
  return layout_of(std::move(files));
}

Result<std::unique_ptr<store::ImageSource>> read_archive(io::Source& stream, Budget& budget, const io::Path& spool) {
  SUPPLY_TRY(std::unique_ptr<TarStorage> files, TarStorage::read(stream, spool, budget));
  SUPPLY_TRY(std::unique_ptr<Layout> layout, layout_of(std::move(files)));
  return std::unique_ptr<store::ImageSource>(std::move(layout));
}

}  // namespace supply::layout
