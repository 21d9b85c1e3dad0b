#include "libsupply/image/layout/internal/tar_file.hpp"

#include <algorithm>
#include <array>

#include "libsupply/base/archive/decompress.hpp"
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/layout/internal/layout_names.hpp"

namespace supply::layout {
namespace {

constexpr std::size_t kChunkBytes = 256 * kKiB;
constexpr std::uint64_t kNamedBytes = 96;  // a name in the table, beside its text: node, bucket, allocation

Error unsupported(archive::Compression compression) {
  return Error(ErrorCode::unsupported,
               std::string(to_string(compression)) + " compression is not read here: unpack it first");
}

// Unpacks, or hands on what is no compressed stream, and reads the stream to its end.
Status unpack(io::Source& stream, io::Sink& sink, std::uint64_t limit, Share& share) {
  std::vector<char> buffer(kChunkBytes);
  std::uint64_t written = 0, held = 0;
  const auto out = [&](std::string_view bytes) -> Status {
    if (bytes.size() > limit - written)
      return Error(ErrorCode::limit_exceeded, "archive of more than " + std::to_string(limit) + " bytes, unpacked");
    written += bytes.size();
    SUPPLY_TRY(share.spend(Cost::unpacked, bytes.size()));
    return sink.write(bytes);
  };
  archive::Decompressor decompressor(out);
  std::string head;
  for (;;) {
    SUPPLY_TRY(const std::size_t count, stream.read(buffer));
    if (count == 0) break;
    const std::string_view chunk(buffer.data(), count);
    share.earn(count);
    if (head.size() < archive::kCompressionHeadBytes) {
      head.append(chunk.substr(0, archive::kCompressionHeadBytes - head.size()));
      if (const auto kind = archive::compression_of(head); !is_unpacked(kind)) return unsupported(kind);
    }
    SUPPLY_TRY(decompressor.feed(chunk));
    if (const std::uint64_t now = decompressor.held_bytes(); now > held) {
      SUPPLY_TRY(share.spend(Cost::memory, now - held));
      held = now;
    }
  }
  share.give_back(Cost::memory, held);
  return decompressor.finish();
}

}  // namespace

// Source of what readers do: containers/storage pkg/archive (podman, skopeo: unpacks with cleaned names, the last of
// several wins, through links to directories); moby pkg/archive (docker load: the same); containers/image
// docker/internal/tarfile and go-containerregistry pkg/v1/tarball (the first wins); containerd core/images/archive
// (cleans names without dropping a leading slash, the last wins).
Status TarFile::add(std::size_t member) {
  const Member& added = index_.members[member];
  std::string name = relative_path(added.path);
  if (added.type == archive::TarType::global_header) {  // unpackers take away what has its name
    std::string scratch;
    SUPPLY_TRY(const std::string_view clean, clean_path(added.path, scratch).at("member " + quote(added.path)));
    if (!clean.empty()) globals_.emplace_back(clean);
    return {};
  }
  const bool directory = added.type == archive::TarType::directory, file = added.type == archive::TarType::file;
  const auto refused = [&](std::string_view why) {
    return Error(ErrorCode::malformed, "member " + quote(added.path) + ": " + std::string(why));
  };
  if (name.empty()) {
    // The archive's own directory: podman's library calls it "/", tar "./".
    const bool own = added.path.find_first_not_of("./") == std::string::npos;
    if (directory && own && added.path.find("..") == std::string::npos) return {};
    return refused("a name that readers take for different files (absolute, or with \"..\")");
  }
  if (file && added.path.ends_with('/')) return refused("a file with the name of a directory");
  // Source: containers/image docker/internal/tarfile openTarComponent: follows the link of what the mode calls one.
  if ((file || added.type == archive::TarType::hardlink) && added.mode_says_other_type)
    return refused("its mode says another type than its header, and readers differ in which one they believe");
  SUPPLY_TRY(share_.spend(Cost::memory, kNamedBytes + name.size()));
  const auto [there, fresh] = by_name_.try_emplace(std::move(name), Named{member});
  if (fresh) return {};
  const Member& other = index_.members[there->second.member];
  there->second.member = member;
  const bool other_file = other.type == archive::TarType::file;
  if (directory && other.type == archive::TarType::directory) return {};
  if (!file || !other_file) return refused("several members of that name, not all of them files");
  // Whichever copy of a blob a reader takes, it checks the bytes by the digest in the name.
  there->second.several = there->second.several || !named_blob(there->first);
  there->second.copies = true;
  return {};
}

// A member below a link is written to where the link leads, which may be any other member's place.
Status TarFile::check_parents() const {
  std::vector<std::string_view> names;
  names.reserve(by_name_.size());
  for (const auto& [name, named] : by_name_) names.push_back(name);
  std::sort(names.begin(), names.end());
  for (const std::string& global : globals_)
    if (by_name_.contains(global))
      return Error(ErrorCode::malformed, "member " + quote(global) +
                                             ": is there, and a global pax header of that name, "
                                             "for which unpackers remove it");
  std::string prefix;
  for (const auto& [name, named] : by_name_) {
    if (index_.members[named.member].type == archive::TarType::directory) continue;
    prefix.assign(name).append("/");
    const auto below = std::lower_bound(names.begin(), names.end(), std::string_view(prefix));
    if (below != names.end() && below->starts_with(prefix))
      return Error(ErrorCode::malformed, "member " + quote(*below) + ": lies below " + quote(name) +
                                             ", which is no directory: readers take it for different files");
  }
  return {};
}

Result<std::shared_ptr<const TarFile>> TarFile::index(std::shared_ptr<const io::RandomAccessFile> file, Share share,
                                                      bool compressed) {
  std::shared_ptr<TarFile> tar(new TarFile(std::move(file), std::move(share)));
  tar->compressed_ = compressed;
  // What was unpacked pays for nothing, for the packed bytes have paid.
  const auto read_at = [&](std::uint64_t offset, std::span<char> into) -> Result<std::size_t> {
    SUPPLY_TRY(const std::size_t count, tar->file_->read_at(offset, into));
    if (!compressed) tar->share_.earn(count);
    return count;
  };
  SUPPLY_TRY(tar->index_, archive::read_tar_index(read_at, tar->file_->size(), &tar->share_));
  for (std::size_t i = 0; i < tar->index_.members.size(); ++i) SUPPLY_TRY(tar->add(i));
  SUPPLY_TRY(tar->check_parents());
  return std::shared_ptr<const TarFile>(std::move(tar));
}

Result<std::shared_ptr<const TarFile>> TarFile::open(const io::Path& file, const io::Path& spool_directory,
                                                     Budget& budget) {
  SUPPLY_TRY(std::shared_ptr<const io::RandomAccessFile> opened, io::RandomAccessFile::open(file));
  std::array<char, archive::kCompressionHeadBytes> head{};
  SUPPLY_TRY(const std::size_t count, opened->read_at(0, head));
  const archive::Compression compression = archive::compression_of({head.data(), count});
  if (compression == archive::Compression::none) return index(std::move(opened), Share(budget), false);
  if (!is_unpacked(compression)) return unsupported(compression);
  const io::Path beside = file.has_parent_path() ? file.parent_path() : io::Path(".");
  const std::unique_ptr<io::Source> stream = io::section(opened, 0, opened->size());
  return spool(*stream, spool_directory.empty() ? beside : spool_directory, budget);
}

Result<std::shared_ptr<const TarFile>> TarFile::spool(io::Source& stream, const io::Path& directory, Budget& budget,
                                                      std::uint64_t limit) {
  Share share(budget);
  SUPPLY_TRY(
      std::shared_ptr<const io::RandomAccessFile> file,
      io::RandomAccessFile::anonymous(directory, [&](io::Sink& sink) { return unpack(stream, sink, limit, share); }));
  return index(std::move(file), std::move(share), true);
}

const TarFile::Member* TarFile::find(std::string_view name) const {
  const auto found = by_name_.find(std::string(name));
  return found == by_name_.end() ? nullptr : &index_.members[found->second.member];
}

Result<const TarFile::Member*> TarFile::follow(std::string_view written) const {
  std::string name = relative_path(written);
  // Some readers clean a name, some do not.
  if (name != written || name.empty())
    return Error(ErrorCode::malformed, quote(written) + ": a name that readers take for different files");
  for (std::size_t links = 0; links <= kMaxSymlinksFollowed; ++links) {
    const auto found = by_name_.find(name);
    if (found == by_name_.end())
      return Error(ErrorCode::not_found, "no file " + quote(name.empty() ? written : name) + " in it");
    const Member& member = index_.members[found->second.member];
    if (found->second.copies && member.type == archive::TarType::file)
      return Error(ErrorCode::malformed,
                   quote(name) + " is there several times: readers differ in which one they take");
    if (member.type == archive::TarType::symlink) name = link_target(name, member.link);
    else if (member.type == archive::TarType::hardlink) name = relative_path(member.link);
    else if (member.type == archive::TarType::file && !member.sparse) return &member;
    else return Error(ErrorCode::malformed, quote(name) + " is no regular file");
  }
  return Error(ErrorCode::malformed, quote(written) + ": links lead in a circle");
}

Result<std::unique_ptr<io::Source>> TarFile::open(const Member& member, std::uint64_t offset) const {
  if (member.type != archive::TarType::file || member.sparse)
    return Error(ErrorCode::malformed,
                 quote(member.path) + (member.sparse ? " is a sparse file" : " is not a regular file"));
  if (const auto named = by_name_.find(relative_path(member.path)); named != by_name_.end() && named->second.several)
    return Error(ErrorCode::malformed,
                 quote(named->first) + " is there several times: readers differ in which one they take");
  const std::uint64_t skipped = std::min(offset, member.size);
  return io::section(file_, member.content + skipped, member.size - skipped);
}

Result<std::string> TarFile::read(std::string_view name, std::size_t limit) const {
  const Member* member = find(name);
  if (member == nullptr) return Error(ErrorCode::not_found, "no " + quote(name) + " in it");
  SUPPLY_TRY(const std::unique_ptr<io::Source> source, open(*member));
  return io::read_all(*source, limit).at(name);
}

std::vector<std::string> TarFile::names_in(std::string_view directory) const {
  std::vector<std::string> names;
  for (const auto& [name, named] : by_name_)
    if (name.size() > directory.size() + 1 && name.starts_with(directory) && name[directory.size()] == '/' &&
        name.find('/', directory.size() + 1) == std::string::npos)
      names.push_back(name.substr(directory.size() + 1));
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace supply::layout
