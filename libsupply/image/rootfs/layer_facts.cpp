#include "libsupply/image/rootfs/layer_facts.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <span>

#include "libsupply/base/archive/decompress.hpp"
#include "libsupply/base/archive/tar_reader.hpp"
#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/base/bytes/text.hpp"
#include "libsupply/image/rootfs/path.hpp"

namespace supply::rootfs {
namespace {

using archive::TarEntry;
using archive::TarType;
using archive::WantContent;

constexpr std::size_t kChunkBytes = 256 * kKiB;
constexpr std::size_t kHeadBytes = 64;

template <std::size_t kBytes>
void put(RawHash<kBytes>& into, const std::string& raw) {
  std::copy_n(raw.begin(), std::min(kBytes, raw.size()), into.bytes.begin());
}

// The hashes of a file that an SBOM lists.
struct FileHashers {
  crypto::Hasher sha1{crypto::HashAlgorithm::sha1}, sha256{crypto::HashAlgorithm::sha256};

  void update(std::string_view chunk) {
    sha1.update(chunk);
    sha256.update(chunk);
  }
  FileDigests finish() {
    FileDigests digests;
    put(digests.sha1, sha1.finish());
    put(digests.sha256, sha256.finish());
    return digests;
  }
};

// The taps that follow the content of one file, and its first bytes until there are enough to ask the collectors.
class Taps {
 public:
  struct Tap {
    std::uint32_t collector;
    std::unique_ptr<FileTap> tap;
  };

  void begin(std::uint64_t file_size) {
    head_.clear();
    head_bytes_ = std::min<std::uint64_t>(file_size, kHeadBytes);
    asked_ = false;
    open_.clear();
  }
  /// Calls `ask(head)` once the head is complete, then feeds. `ask` adds to open().
  template <class Ask>
  void feed(std::string_view chunk, const Ask& ask) {
    if (!asked_) {
      if (head_.empty() && chunk.size() >= head_bytes_) {
        asked_ = true;
        ask(chunk.substr(0, head_bytes_));
      } else {
        const std::size_t taken = std::min(head_bytes_ - head_.size(), chunk.size());
        head_ += chunk.substr(0, taken);
        chunk.remove_prefix(taken);
        if (head_.size() < head_bytes_) return;
        asked_ = true;
        ask(head_);
        for (Tap& each : open_) each.tap->feed(head_);
      }
    }
    for (Tap& each : open_) each.tap->feed(chunk);
  }
  std::vector<Tap>& open() { return open_; }
  bool asked() const { return asked_; }

 private:
  std::string head_;
  std::size_t head_bytes_ = 0;
  bool asked_ = false;
  std::vector<Tap> open_;
};

// Keeps what taps give, within the layer's limit.
class Keeper {
 public:
  Keeper(std::vector<Collected>& into, std::uint64_t limit) : into_(into), limit_(limit) {
    for (const Collected& each : into_) bytes_ += each.content.size();
  }
  Status keep(std::uint32_t entry, std::uint32_t collector, FileTap& tap, std::string asked) {
    SUPPLY_TRY(std::optional<std::string> content, tap.finish());
    if (!content) return {};
    bytes_ += content->size();
    if (bytes_ > limit_)
      return Error(ErrorCode::limit_exceeded, fmt::format("more than {} bytes of collected files", limit_));
    content->shrink_to_fit();
    into_.push_back({entry, collector, *std::move(content), std::move(asked)});
    return {};
  }

 private:
  std::vector<Collected>& into_;
  std::uint64_t limit_;
  std::uint64_t bytes_ = 0;
};

std::string place_of(std::size_t index, std::string_view path) {
  return fmt::format("entry {} {}", index, quote(path));
}

// Makes the facts from the tar as it passes.
class FirstPass : public archive::TarVisitor {
 public:
  FirstPass(const LayerRequest& request, LayerFacts& facts)
      : request_(request), facts_(facts), keeper_(facts.collected, request.limits.collected_bytes) {
    if (request.file_digests == WithFileDigests::yes) hashers_.emplace();
  }

  Result<WantContent> entry(const TarEntry& tar) override {
    Result<WantContent> want = add(tar);
    placed_ = !want;
    if (!want) return std::move(want).at(place_of(count_, tar.path));
    ++count_;
    return want;
  }

  Status content(std::string_view chunk) override {
    if (hashers_) hashers_->update(chunk);
    taps_.feed(chunk, [this](std::string_view head) { ask(head); });
    return {};
  }

  Status end_entry() override {
    if (!taps_.asked()) ask({});  // the file is empty
    const auto index = static_cast<std::uint32_t>(facts_.entries.size() - 1);
    for (Taps::Tap& each : taps_.open()) {
      Status status = keeper_.keep(index, each.collector, *each.tap, {});
      placed_ = !status;
      if (!status) return std::move(status).at(place());
    }
    if (hashers_) {
      facts_.digests.push_back(hashers_->finish());
      facts_.entries.back().digests = static_cast<std::uint32_t>(facts_.digests.size());
    }
    return {};
  }

  /// The last entry, for messages about what follows it.
  std::string place() const {
    return facts_.entries.empty() ? "the start" : place_of(count_ - 1, facts_.entries.back().path);
  }
  /// Whether the error that the pass returned names its entry.
  bool placed() const { return placed_; }

 private:
  Result<WantContent> add(const TarEntry& tar) {
    if (facts_.entries.size() == request_.limits.entries)
      return Error(ErrorCode::limit_exceeded, fmt::format("more than {} entries", request_.limits.entries));
    SUPPLY_TRY(const std::optional<EntryType> type, type_of(tar));
    if (!type) return WantContent::no;
    SUPPLY_TRY(const std::string_view path, clean_path(tar.path, scratch_));
    if (path.empty() && *type != EntryType::folder) return Error(ErrorCode::malformed, "the root can only be a folder");
    Entry made;
    made.type = *type;
    made.size = *type == EntryType::file ? tar.size : 0;
    made.mode = tar.mode;
    made.uid = tar.uid;
    made.gid = tar.gid;
    made.path = facts_.names.keep(path);
    if (*type == EntryType::symlink) {
      if (tar.link.empty()) return Error(ErrorCode::malformed, "symbolic link without a target");
      made.target = facts_.names.keep(tar.link);
    } else if (*type == EntryType::hardlink) {
      SUPPLY_TRY(const std::string_view target, clean_path(tar.link, scratch_).at("hard link's target"));
      if (target.empty()) return Error(ErrorCode::malformed, "hard link to the root");
      made.target = facts_.names.keep(target);
    }
    if (facts_.names.bytes() > request_.limits.name_bytes)
      return Error(ErrorCode::limit_exceeded, fmt::format("more than {} bytes of names", request_.limits.name_bytes));
    facts_.entries.push_back(made);
    const bool read = *type == EntryType::file && (hashers_ || !request_.collectors.empty()) &&
                      !base_name(made.path).starts_with(kWhiteoutPrefix);
    if (read) taps_.begin(made.size);
    return read ? WantContent::yes : WantContent::no;
  }

  static Result<std::optional<EntryType>> type_of(const TarEntry& tar) {
    switch (tar.type) {
      case TarType::file: return std::optional(EntryType::file);
      case TarType::hardlink: return std::optional(EntryType::hardlink);
      case TarType::symlink: return std::optional(EntryType::symlink);
      case TarType::character_device: return std::optional(EntryType::character_device);
      case TarType::block_device: return std::optional(EntryType::block_device);
      case TarType::folder: return std::optional(EntryType::folder);
      case TarType::fifo: return std::optional(EntryType::fifo);
      case TarType::other: break;
    }
    return std::optional<EntryType>();
  }

  void ask(std::string_view head) {
    const Entry& last = facts_.entries.back();
    const FileHeader header{last.path, last.size, last.mode};
    for (std::uint32_t i = 0; i < request_.collectors.size(); ++i) {
      std::unique_ptr<FileTap> tap = request_.collectors[i]->open(header, head);
      if (!tap) continue;
      facts_.offered.emplace_back(static_cast<std::uint32_t>(facts_.entries.size() - 1), i);
      taps_.open().push_back({i, std::move(tap)});
    }
  }

  const LayerRequest& request_;
  LayerFacts& facts_;
  Keeper keeper_;
  std::optional<FileHashers> hashers_;
  Taps taps_;
  std::string scratch_;
  std::size_t count_ = 0;  // of all entries, left out ones too
  bool placed_ = false;
};

// Gets files out of a layer whose facts are known. Their entries have the same indexes again: the source saw to it that
// the bytes are the same.
class SecondPass : public archive::TarVisitor {
 public:
  SecondPass(const LayerRequest& request, const std::vector<Wanted>& wanted, const LayerFacts& facts,
             std::vector<Collected>& into)
      : request_(request), wanted_(wanted), facts_(facts), keeper_(into, request.limits.collected_bytes) {}

  Result<WantContent> entry(const TarEntry& tar) override {
    if (tar.type == TarType::other) return WantContent::no;
    const std::uint32_t index = next_index_++;
    here_ = wanted_.first(0);
    std::size_t count = 0;
    while (count < wanted_.size() && wanted_[count].entry == index) ++count;
    if (count == 0) return WantContent::no;
    if (index >= facts_.entries.size() || tar.type != TarType::file)
      return Error(ErrorCode::internal, "a layer differs when read again");
    here_ = wanted_.first(count);
    wanted_ = wanted_.subspan(count);
    taps_.begin(tar.size);
    return WantContent::yes;
  }
  Status content(std::string_view chunk) override {
    taps_.feed(chunk, [this](std::string_view head) { ask(head); });
    return {};
  }
  Status end_entry() override {
    if (!taps_.asked()) ask({});
    for (std::size_t i = 0; i < taps_.open().size(); ++i) {
      const Wanted& one = here_[taps_.open()[i].collector];
      SUPPLY_TRY(keeper_.keep(one.entry, one.collector, *taps_.open()[i].tap, one.path).at(quote(one.path)));
    }
    return {};
  }
  std::string place() const { return fmt::format("entry {}", next_index_); }
  bool placed() const { return false; }

 private:
  void ask(std::string_view head) {  // a tap's `collector` is an index into here_
    for (std::uint32_t i = 0; i < here_.size(); ++i) {
      const Entry& entry = facts_.entries[here_[i].entry];
      std::unique_ptr<FileTap> tap =
          request_.collectors[here_[i].collector]->open({here_[i].path, entry.size, entry.mode}, head);
      if (tap) taps_.open().push_back({i, std::move(tap)});
    }
  }

  const LayerRequest& request_;
  std::span<const Wanted> wanted_, here_;
  const LayerFacts& facts_;
  Keeper keeper_;
  Taps taps_;
  std::uint32_t next_index_ = 0;
};

Result<archive::Compression> allowed_compression(std::string_view media_type) {
  if (media_type.ends_with("gzip")) return archive::Compression::gzip;
  if (media_type.ends_with("zstd")) return archive::Compression::zstd;
  if (media_type.ends_with(".tar")) return archive::Compression::none;
  return Error(ErrorCode::unsupported, fmt::format("layer of media type {}", quote(media_type)));
}

struct Sizes {
  std::uint64_t packed = 0, unpacked = 0;
};

// Drives the bytes of a layer through `pass`, and its unpacked bytes through `diff` when there is one.
template <class Pass>
Result<Sizes> run(io::Source& source, std::string_view media_type, crypto::Hasher* diff, Pass& pass) {
  SUPPLY_TRY(const archive::Compression allowed, allowed_compression(media_type));
  archive::TarReader tar(pass);
  archive::Decompressor unpack([&](std::string_view bytes) -> Status {
    if (diff != nullptr) diff->update(bytes);
    Status status = tar.feed(bytes);
    // The tar reader's own errors are about what follows the last entry.
    return status || pass.placed() ? std::move(status) : std::move(status).at("behind " + pass.place());
  });
  const auto right_compression = [&]() -> Status {
    if (unpack.compression() == allowed) return {};
    return Error(ErrorCode::malformed,
                 fmt::format("compression is {}, media type {}", to_string(unpack.compression()), quote(media_type)));
  };
  const auto end = [&]() -> Status {
    SUPPLY_TRY(right_compression());
    SUPPLY_TRY(unpack.finish());
    return tar.finish().at("behind " + pass.place());
  };

  const auto buffer = std::make_unique_for_overwrite<char[]>(kChunkBytes);
  for (Status status;;) {
    SUPPLY_TRY(const std::size_t size, source.read({buffer.get(), kChunkBytes}));
    const bool known = unpack.packed_bytes() >= 4;  // archive::Decompressor::compression()
    status = size == 0 ? end() : unpack.feed({buffer.get(), size});
    if (status && size > 0 && !known && unpack.packed_bytes() >= 4) status = right_compression();
    if (status && size == 0) return Sizes{unpack.packed_bytes(), unpack.unpacked_bytes()};
    if (status) continue;
    while (size > 0) {  // does the digest explain it?
      SUPPLY_TRY(const std::size_t more, source.read({buffer.get(), kChunkBytes}));
      if (more == 0) break;
    }
    return std::move(status).error();
  }
}

}  // namespace

std::string_view NameArena::keep(std::string_view name) {
  constexpr std::size_t kBlockBytes = 64 * kKiB;
  if (name.empty()) return {};
  if (name.size() > left_) {
    const std::size_t size = std::max(kBlockBytes, name.size());
    blocks_.push_back(std::make_unique_for_overwrite<char[]>(size));
    next_ = blocks_.back().get();
    left_ = size;
  }
  std::memcpy(next_, name.data(), name.size());
  const std::string_view kept(next_, name.size());
  next_ += name.size();
  left_ -= name.size();
  bytes_ += name.size();
  return kept;
}

Result<LayerFacts> read_layer(io::Source& source, const Digest& blob, std::string_view media_type,
                              const LayerRequest& request, Budget& budget) {
  LayerFacts facts(blob, budget);
  for (const Collector* each : request.collectors) facts.collectors.emplace_back(each->name());
  std::optional<crypto::Hasher> diff;
  if (request.diff_id == WithDiffId::yes) diff.emplace(request.diff_id_algorithm);
  FirstPass pass(request, facts);
  SUPPLY_TRY(const Sizes sizes, run(source, media_type, diff ? &*diff : nullptr, pass));
  facts.packed_bytes = sizes.packed;
  facts.unpacked_bytes = sizes.unpacked;
  if (diff) facts.diff_id = diff->finish_digest();
  return facts;
}

Status read_again(io::Source& source, std::string_view media_type, const LayerRequest& request,
                  const std::vector<Wanted>& wanted, LayerFacts& facts) {
  std::vector<Collected> collected;  // believed only when the source's end was reached
  SecondPass pass(request, wanted, facts, collected);
  SUPPLY_TRY(const Sizes sizes, run(source, media_type, nullptr, pass));
  if (sizes.packed != facts.packed_bytes || sizes.unpacked != facts.unpacked_bytes)
    return Error(ErrorCode::internal, "a layer differs when read again");
  for (Collected& each : collected) facts.collected.push_back(std::move(each));
  return {};
}

}  // namespace supply::rootfs
