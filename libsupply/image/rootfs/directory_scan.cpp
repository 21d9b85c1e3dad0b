#include "libsupply/image/rootfs/directory_scan.hpp"

#include <algorithm>
#include <optional>
#include <system_error>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/rootfs/file_tree.hpp"
#include "libsupply/image/rootfs/internal/dispatch.hpp"
#include "libsupply/image/rootfs/internal/first_pass.hpp"
#include "libsupply/image/rootfs/internal/whiteout.hpp"

namespace supply::rootfs {
namespace fs = std::filesystem;
namespace {

using archive::TarEntry;
using archive::TarType;
using archive::WantContent;

constexpr std::size_t kFirstBytes = 4 * kKiB, kChunkBytes = 256 * kKiB;

// What a directory of a checkout has besides sources.
bool is_version_control(std::string_view name) {
  return name == ".git" || name == ".hg" || name == ".svn" || name == ".bzr" || name == ".jj";
}

class Walk {
 public:
  Walk(fs::path root, const LayerRequest& request, const DirectoryLimits& limits, DirectoryScan& out)
      : root_(std::move(root)),
        request_(request),
        limits_(limits),
        out_(out),
        pass_(make_first_pass(request, out.scan)),
        dispatch_(request.collectors),
        buffer_(std::make_unique_for_overwrite<char[]>(kChunkBytes)) {}

  Status walk(const std::string& directory, std::size_t depth) {
    if (depth > limits_.depth) {
      unread(directory, "directories nest more than " + std::to_string(limits_.depth) + " deep");
      return {};
    }
    auto names = io::list_directory(root_ / directory);
    if (!names && directory.empty()) return std::move(names).error();
    if (!names) {
      unread(directory, names.error().message());
      return {};
    }
    for (const std::string& name : *names) {
      if (full_) return {};
      if (++entries_ > limits_.entries) {
        full_ = true;
        unread("/", "more than " + std::to_string(limits_.entries) + " files; those from " +
                        quote(directory.empty() ? name : directory + "/" + name) + " on were not read");
        return {};
      }
      SUPPLY_TRY(look_at(directory.empty() ? name : directory + "/" + name, name, depth));
    }
    return {};
  }

  /// Files that only a link makes interesting.
  Status read_linked() {
    SUPPLY_TRY(const FileTree tree, FileTree::merge({&out_.scan}, out_.scan.share.budget()));
    SUPPLY_TRY(const auto wanted, tree.requested_files(request_.collectors));
    for (const RequestedFile& each : wanted.front()) {
      const Entry& entry = out_.scan.entries[each.entry];
      const std::string path(entry.path);
      const auto content = io::read_file(root_ / path, kMaxCollectedFileBytes);
      if (!content) {
        unread(each.path, content.error().message());
        continue;
      }
      out_.scan.share.earn(content->size());
      const std::string_view head = std::string_view(*content).substr(0, 64);
      auto sink = request_.collectors[each.collector]->open({each.path, content->size(), entry.mode}, head);
      if (sink == nullptr) continue;
      sink->feed(*content);
      SUPPLY_TRY(auto kept, sink->finish_within(out_.scan.share));
      if (!kept) continue;
      SUPPLY_TRY(out_.scan.share.spend(Cost::memory, sizeof(Collected) + kept->size() + each.path.size()));
      out_.scan.collected.push_back({each.entry, each.collector, *std::move(kept), each.path});
    }
    return {};
  }

 private:
  void unread(const std::string& path, const std::string& reason) {
    out_.unread.push_back({path.empty() ? "/" : path, reason});
  }

  bool wants(const std::string& path) {
    const auto asked = dispatch_.asked(path, {});
    return std::any_of(asked.begin(), asked.end(), [&](std::uint32_t i) {
      return request_.collectors[i]->open({path, 0, 0644}, {}) != nullptr;
    });
  }

  Status look_at(const std::string& path, const std::string& name, std::size_t depth) {
    std::error_code error;
    const fs::file_status status = fs::symlink_status(root_ / path, error);
    if (error) {
      unread(path, error.message());
      return {};
    }
    if (name.starts_with(kWhiteoutPrefix)) {
      unread(path, "a name by which layers of images remove files");
      return {};
    }
    const auto mode = static_cast<std::uint32_t>(status.permissions()) & 07777U;
    if (fs::is_symlink(status)) return link(path);
    if (fs::is_directory(status)) {
      if (is_version_control(name)) {
        out_.omitted.push_back(path);
        return {};
      }
      SUPPLY_TRY(pass_->entry(entry_of(path, TarType::directory, mode)));
      return walk(path, depth + 1);
    }
    if (fs::is_regular_file(status)) return file(path, mode);
    if (wants(path)) unread(path, "no regular file");
    return {};
  }

  static TarEntry entry_of(const std::string& path, TarType type, std::uint32_t mode) {
    TarEntry entry;
    entry.path = path;
    entry.type = type;
    entry.mode = mode;
    return entry;
  }

  Status file(const std::string& path, std::uint32_t mode) {
    const auto size = io::file_size(root_ / path, io::FollowLinks::no);
    auto source = io::open_file(root_ / path, io::FollowLinks::no);
    if (!size || !source) {
      unread(path, (size ? source.error() : size.error()).message());
      return {};
    }
    TarEntry entry = entry_of(path, TarType::file, mode);
    entry.size = *size;
    SUPPLY_TRY(const WantContent want, pass_->entry(entry));
    if (want == WantContent::no) return {};
    std::uint64_t left = *size;
    std::size_t chunk = kFirstBytes;
    while (left != 0) {
      const auto read =
          (*source)->read({buffer_.get(), static_cast<std::size_t>(std::min<std::uint64_t>(chunk, left))});
      if (!read || *read == 0) {
        unread(path, read ? "became shorter while it was read" : read.error().message());
        break;
      }
      out_.scan.share.earn(*read);
      SUPPLY_TRY(pass_->content({buffer_.get(), *read}));
      left -= *read;
      if (chunk == kFirstBytes && left != 0) {
        SUPPLY_TRY(const WantContent more, pass_->hole(left));
        if (more == WantContent::no) break;
      }
      chunk = kChunkBytes;
    }
    return pass_->end_entry();
  }

  // Where it leads, below the root; nullopt where it leads elsewhere or nowhere.
  std::optional<std::string> target_of(const std::string& path) const {
    std::error_code error;
    const fs::path real = fs::canonical(root_ / path, error);
    if (!error) {
      const fs::path relative = real.lexically_relative(root_);
      if (!relative.empty() && *relative.begin() != "..") return relative.generic_string();
    }
    // As in the root directory of a system that lies here.
    const fs::path text = fs::read_symlink(root_ / path, error);
    if (error || !text.is_absolute()) return std::nullopt;
    const std::string written = text.generic_string();
    std::string scratch;
    const auto inside = clean_path(written, scratch);
    if (!inside || inside->empty() || !fs::exists(fs::symlink_status(root_ / *inside, error))) return std::nullopt;
    return std::string(*inside);
  }

  Status link(const std::string& path) {
    const auto target = target_of(path);
    if (!target) {
      std::error_code error;
      const bool elsewhere = fs::exists(root_ / path, error);
      if (elsewhere && fs::is_directory(root_ / path, error))
        unread(path, "a link to a directory that is not in this one");
      else if (wants(path))
        unread(path, elsewhere ? "a link that leads out of the directory" : "a link that leads nowhere");
      return {};
    }
    const std::string from_root = "/" + (*target == "." ? "" : *target);
    TarEntry entry = entry_of(path, TarType::symlink, 0777);
    entry.link = from_root;
    SUPPLY_TRY(pass_->entry(entry));
    return {};
  }

  const fs::path root_;
  const LayerRequest& request_;
  const DirectoryLimits limits_;
  DirectoryScan& out_;
  std::unique_ptr<archive::TarVisitor> pass_;
  Dispatch dispatch_;
  std::unique_ptr<char[]> buffer_;
  std::size_t entries_ = 0;
  bool full_ = false;
};

}  // namespace

Result<DirectoryScan> scan_directory(const io::Path& directory, const LayerRequest& request, Budget& budget,
                                     const DirectoryLimits& limits) {
  std::error_code error;
  const fs::path root = fs::canonical(directory, error);
  if (error || !fs::is_directory(root, error)) {
    const bool missing = error == std::errc::no_such_file_or_directory;
    const ErrorCode code = missing                                 ? ErrorCode::not_found
                           : error == std::errc::permission_denied ? ErrorCode::forbidden
                                                                   : ErrorCode::unsupported;
    return Error(code, quote(directory.string()) + ": " + (error ? error.message() : "is no directory"));
  }
  // A directory has no digest: this is the one of nothing.
  SUPPLY_TRY(Digest none, Digest::parse("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
  DirectoryScan out{LayerScan(std::move(none), budget), {}, {}};
  for (const Collector* each : request.collectors) out.scan.collectors.emplace_back(each->name());
  Walk walk(root, request, limits, out);
  SUPPLY_TRY(walk.walk("", 0).at(quote(directory.string())));
  SUPPLY_TRY(walk.read_linked().at(quote(directory.string())));
  std::sort(out.unread.begin(), out.unread.end());
  std::sort(out.omitted.begin(), out.omitted.end());
  return out;
}

}  // namespace supply::rootfs
