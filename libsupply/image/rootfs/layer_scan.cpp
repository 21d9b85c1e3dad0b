#include "libsupply/image/rootfs/layer_scan.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <utility>

#include "libsupply/base/archive/decompress.hpp"
#include "libsupply/base/archive/tar_reader.hpp"
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/rootfs/internal/dispatch.hpp"
#include "libsupply/image/rootfs/internal/first_pass.hpp"
#include "libsupply/image/rootfs/internal/read_help.hpp"
#include "libsupply/image/rootfs/internal/whiteout.hpp"

namespace supply::rootfs {
namespace {

using archive::TarEntry;
using archive::TarType;
using archive::WantContent;

constexpr std::size_t kChunkBytes = 256 * kKiB;
constexpr std::size_t kHeadBytes = 64;
constexpr std::size_t kHeaderBytesPerStep = 16;  // of an extended tar header

template <std::size_t kBytes>
void put(RawHash<kBytes>& into, const std::string& raw) {
  std::copy_n(raw.begin(), std::min(kBytes, raw.size()), into.bytes.begin());
}

// The hashes of a file that an SBOM lists.
struct FileHashers {
  crypto::Hasher md5{crypto::HashAlgorithm::md5}, sha1{crypto::HashAlgorithm::sha1},
      sha256{crypto::HashAlgorithm::sha256};

  void update(std::string_view chunk) {
    md5.update(chunk);
    sha1.update(chunk);
    sha256.update(chunk);
  }
  FileDigests finish() {
    FileDigests digests;
    put(digests.md5, md5.finish());
    put(digests.sha1, sha1.finish());
    put(digests.sha256, sha256.finish());
    return digests;
  }
};

// The sinks that follow the content of one file, and its first bytes until there are enough to ask the collectors.
class Sinks {
 public:
  struct OpenSink {
    std::uint32_t collector;
    std::unique_ptr<FileSink> sink;
  };

  explicit Sinks(Share& share) : share_(share) {}

  void begin(std::uint64_t file_size) {
    fed_ = 0;
    head_.clear();
    head_bytes_ = std::min<std::uint64_t>(file_size, kHeadBytes);
    asked_ = false;
    open_.clear();
  }
  /// Calls `ask(head)` once the head is complete, then feeds. `ask` adds to open().
  template <class Ask>
  Status feed(std::string_view chunk, const Ask& ask) {
    if (!asked_ && chunk.size() > head_bytes_) {  // first the head alone: then it is known how many sinks there are
      const std::size_t first = head_bytes_ - head_.size();
      SUPPLY_TRY(feed(chunk.substr(0, first), ask));
      return feed(chunk.substr(first), ask);
    }
    fed_ += chunk.size();
    // Many sinks of one file (it has many links): not even one chunk may go to all of them unless there is room for it.
    if (open_.size() > 1) SUPPLY_TRY(hold(held_ + open_.size() * chunk.size()));
    pass(chunk, ask);
    if (open_.empty()) return {};
    // A sink that says what it holds is charged for that, and for looking at the rest.
    std::size_t held = 0;
    std::uint64_t steps = 0;
    for (const OpenSink& each : open_) {
      const std::optional<std::size_t> said = each.sink->held();
      held += said.value_or(std::min<std::uint64_t>(fed_, kMaxCollectedFileBytes));
      steps += 1 + chunk.size() / (said ? kSeenBytesPerStep : kBytesPerStep);
    }
    if (held > held_) steps += (held - held_) / kBytesPerStep;
    SUPPLY_TRY(share_.spend(Cost::steps, steps));
    return hold(held);
  }
  /// The sinks are done; what they gave is counted by its keeper.
  Status done() { return hold(0); }
  std::vector<OpenSink>& open() { return open_; }
  bool asked() const { return asked_; }

 private:
  static constexpr std::size_t kBytesPerStep = 2;  // of copying, and of reading what was kept
  static constexpr std::size_t kSeenBytesPerStep = 64;

  template <class Ask>
  void pass(std::string_view chunk, const Ask& ask) {
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
        for (OpenSink& each : open_) each.sink->feed(head_);
      }
    }
    for (OpenSink& each : open_) each.sink->feed(chunk);
  }

  Status hold(std::size_t bytes) {
    const std::size_t before = std::exchange(held_, bytes);
    if (bytes > before) return share_.spend(Cost::memory, bytes - before);
    share_.give_back(Cost::memory, before - bytes);
    return {};
  }

  Share& share_;
  std::uint64_t fed_ = 0;
  std::size_t held_ = 0;  // by open_, as drawn
  std::string head_;
  std::size_t head_bytes_ = 0;
  bool asked_ = false;
  std::vector<OpenSink> open_;
};

// Keeps what sinks give, within the layer's limit and the run's.
class Keeper {
 public:
  Keeper(std::deque<Collected>& into, std::uint64_t limit, Share& share) : into_(into), limit_(limit), share_(share) {
    for (const Collected& each : into_) bytes_ += each.content.size();
  }
  Status keep(std::uint32_t entry, std::uint32_t collector, FileSink& sink, std::string requested_path) {
    SUPPLY_TRY(std::optional<std::string> content, sink.finish_within(share_));
    if (!content) return {};
    bytes_ += content->size();
    if (bytes_ > limit_)
      return Error(ErrorCode::limit_exceeded, fmt::format("more than {} bytes of collected files", limit_));
    SUPPLY_TRY(share_.spend(Cost::memory, sizeof(Collected) + content->size() + requested_path.size()));
    content->shrink_to_fit();
    into_.push_back({entry, collector, *std::move(content), std::move(requested_path)});
    return {};
  }

 private:
  std::deque<Collected>& into_;
  std::uint64_t limit_;
  Share& share_;
  std::uint64_t bytes_ = 0;
};

std::string place_of(std::size_t index, std::string_view path) {
  return fmt::format("entry {} {}", index, quote(path));
}

// Makes the scan from the tar as it passes.
class FirstPass : public archive::TarVisitor {
 public:
  FirstPass(const LayerRequest& request, LayerScan& scan)
      : request_(request),
        scan_(scan),
        keeper_(scan.collected, request.limits.collected_bytes, scan.share),
        sinks_(scan.share),
        dispatch_(request.collectors),
        keep_(request.entries == WithEntries::yes) {
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
    return sinks_.feed(chunk, [this](std::string_view head) { ask(head); });
  }

  Result<WantContent> hole(std::uint64_t bytes) override {
    if (!hashers_ && sinks_.asked() && sinks_.open().empty()) return WantContent::no;
    SUPPLY_TRY(scan_.share.spend(Cost::unpacked, bytes));
    return WantContent::yes;
  }

  Status extended_header(std::size_t bytes) override {
    return scan_.share.spend(Cost::steps, bytes / kHeaderBytesPerStep);
  }

  Status end_entry() override {
    if (!sinks_.asked()) ask({});  // the file is empty
    SUPPLY_TRY(sinks_.done());
    const auto index = static_cast<std::uint32_t>(scan_.entries.size() - 1);
    for (Sinks::OpenSink& each : sinks_.open()) {
      Status status = keeper_.keep(index, each.collector, *each.sink, {});
      placed_ = !status;
      if (!status) return std::move(status).at(place());
    }
    if (hashers_) {
      SUPPLY_TRY(scan_.share.spend(Cost::memory, sizeof(FileDigests)));
      scan_.digests.push_back(hashers_->finish());
      scan_.entries.back().digests = static_cast<std::uint32_t>(scan_.digests.size());
    }
    return {};
  }

  /// The last entry, for messages about what follows it.
  std::string place() const { return count_ == 0 ? "the start" : place_of(count_ - 1, last_path_); }
  /// Whether the error that the pass returned names its entry.
  bool placed() const { return placed_; }
  bool at_start() const { return count_ == 0; }

 private:
  Result<WantContent> add(const TarEntry& tar) {
    if (scan_.entry_count == request_.limits.entries)
      return Error(ErrorCode::limit_exceeded, fmt::format("more than {} entries", request_.limits.entries));
    SUPPLY_TRY(scan_.share.spend(Cost::entries, 1));
    SUPPLY_TRY(const std::optional<EntryType> type, type_of(tar));
    if (!type) return WantContent::no;
    if (!tar.overlay_attribute.empty())
      return Error(ErrorCode::unsupported,
                   fmt::format("pax record {} changes what an overlay driver shows", quote(tar.overlay_attribute)));
    SUPPLY_TRY(const std::string_view path, clean_path(tar.path, scratch_));
    if (path.empty() && *type != EntryType::directory && *type != EntryType::global_header)
      return Error(ErrorCode::malformed, "the root can only be a directory");
    Entry made;
    made.type = *type;
    made.size = *type == EntryType::file ? tar.size : 0;
    made.mode = tar.mode;
    made.uid = tar.uid;
    made.gid = tar.gid;
    ++scan_.entry_count;
    last_path_ = path;
    made.path = keep_ ? scan_.names.keep(path) : last_path_;
    if (*type == EntryType::symlink) {
      if (tar.link.empty()) return Error(ErrorCode::malformed, "symbolic link without a target");
      if (keep_) made.target = scan_.names.keep(tar.link);
    } else if (*type == EntryType::hardlink) {
      SUPPLY_TRY(const std::string_view target, clean_path(tar.link, scratch_).at("hard link's target"));
      if (target.empty()) return Error(ErrorCode::malformed, "hard link to the root");
      if (keep_) made.target = scan_.names.keep(target);
    } else if (*type == EntryType::file && keep_) {
      made.target = scan_.names.keep(tar.capability);
    }
    if (!keep_) return WantContent::no;
    SUPPLY_TRY(scan_.share.spend(Cost::memory, sizeof(Entry) + made.path.size() + made.target.size()));
    if (scan_.names.bytes() > request_.limits.name_bytes)
      return Error(ErrorCode::limit_exceeded, fmt::format("more than {} bytes of names", request_.limits.name_bytes));
    scan_.entries.push_back(made);
    const bool read = *type == EntryType::file && (hashers_ || !request_.collectors.empty()) &&
                      !base_name(made.path).starts_with(kWhiteoutPrefix);
    if (read) sinks_.begin(made.size);
    return read ? WantContent::yes : WantContent::no;
  }

  static Result<std::optional<EntryType>> type_of(const TarEntry& tar) {
    switch (tar.type) {
      case TarType::file: return std::optional(EntryType::file);
      case TarType::hardlink: return std::optional(EntryType::hardlink);
      case TarType::symlink: return std::optional(EntryType::symlink);
      case TarType::character_device: return std::optional(EntryType::character_device);
      case TarType::block_device: return std::optional(EntryType::block_device);
      case TarType::directory: return std::optional(EntryType::directory);
      case TarType::fifo: return std::optional(EntryType::fifo);
      case TarType::global_header: return std::optional(EntryType::global_header);
      case TarType::other: break;
    }
    return std::optional<EntryType>();
  }

  void ask(std::string_view head) {
    const Entry& last = scan_.entries.back();
    const FileHeader header{last.path, last.size, last.mode};
    for (const std::uint32_t i : dispatch_.asked(last.path, head)) {
      std::unique_ptr<FileSink> sink = request_.collectors[i]->open(header, head);
      if (!sink) continue;
      (void)scan_.share.spend(Cost::memory, sizeof(scan_.candidates.front()));  // refused again with the next entry
      scan_.candidates.emplace_back(static_cast<std::uint32_t>(scan_.entries.size() - 1), i);
      sinks_.open().push_back({i, std::move(sink)});
    }
  }

  const LayerRequest& request_;
  LayerScan& scan_;
  Keeper keeper_;
  std::optional<FileHashers> hashers_;
  Sinks sinks_;
  Dispatch dispatch_;
  bool keep_;
  std::string scratch_, last_path_;
  std::size_t count_ = 0;  // of all entries, left out ones too
  bool placed_ = false;
};

// Gets files out of a layer whose scan is known. Their entries have the same indexes again: the source saw to it that
// the bytes are the same.
class SecondPass : public archive::TarVisitor {
 public:
  SecondPass(const LayerRequest& request, const std::vector<RequestedFile>& wanted, LayerScan& scan,
             std::deque<Collected>& into)
      : request_(request),
        wanted_(wanted),
        scan_(scan),
        keeper_(into, request.limits.collected_bytes, scan.share),
        sinks_(scan.share) {}

  Result<WantContent> entry(const TarEntry& tar) override {
    if (tar.type == TarType::other) return WantContent::no;
    const std::uint32_t index = next_index_++;
    here_ = wanted_.first(0);
    std::size_t count = 0;
    while (count < wanted_.size() && wanted_[count].entry == index) ++count;
    if (count == 0) return WantContent::no;
    if (index >= scan_.entries.size() || tar.type != TarType::file)
      return Error(ErrorCode::internal, "a layer differs when read again");
    here_ = wanted_.first(count);
    wanted_ = wanted_.subspan(count);
    sinks_.begin(tar.size);
    return WantContent::yes;
  }
  Status content(std::string_view chunk) override {
    return sinks_.feed(chunk, [this](std::string_view head) { ask(head); });
  }
  Status end_entry() override {
    if (!sinks_.asked()) ask({});
    SUPPLY_TRY(sinks_.done());
    for (std::size_t i = 0; i < sinks_.open().size(); ++i) {
      const RequestedFile& one = here_[sinks_.open()[i].collector];
      SUPPLY_TRY(keeper_.keep(one.entry, one.collector, *sinks_.open()[i].sink, one.path).at(quote(one.path)));
    }
    return {};
  }
  std::string place() const { return fmt::format("entry {}", next_index_); }
  bool placed() const { return false; }
  bool at_start() const { return false; }

 private:
  void ask(std::string_view head) {  // a sink's `collector` is an index into here_
    for (std::uint32_t i = 0; i < here_.size(); ++i) {
      const Entry& entry = scan_.entries[here_[i].entry];
      std::unique_ptr<FileSink> sink =
          request_.collectors[here_[i].collector]->open({here_[i].path, entry.size, entry.mode}, head);
      if (sink) sinks_.open().push_back({i, std::move(sink)});
    }
  }

  const LayerRequest& request_;
  std::span<const RequestedFile> wanted_, here_;
  LayerScan& scan_;
  Keeper keeper_;
  Sinks sinks_;
  std::uint32_t next_index_ = 0;
};

// What a media type says of the layer's bytes.
enum class Label { none, gzip, zstd, encrypted, nothing };

Label label_of(std::string_view media_type) {
  if (media_type.ends_with("gzip")) return Label::gzip;
  if (media_type.ends_with("zstd")) return Label::zstd;
  if (media_type.ends_with(".tar")) return Label::none;
  return media_type.ends_with("+encrypted") ? Label::encrypted : Label::nothing;
}

std::string wrong_label(std::string_view media_type, archive::Compression compression) {
  const Label label = label_of(media_type);
  if (label == Label::nothing) return fmt::format("media type {} is none of a layer", quote(media_type));
  const Label right = compression == archive::Compression::gzip   ? Label::gzip
                      : compression == archive::Compression::zstd ? Label::zstd
                                                                  : Label::none;
  if (label == right) return {};
  return fmt::format("compression is {}, media type {}", to_string(compression), quote(media_type));
}

struct Sizes {
  std::uint64_t packed = 0, unpacked = 0;
};

// What the decompressor holds, counted as far as it can have been written to.
class Held {
 public:
  explicit Held(Share& share) : share_(share) {}
  ~Held() { share_.give_back(Cost::memory, drawn_); }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;

  Status set(std::uint64_t bytes) {
    if (bytes <= drawn_) return {};
    return share_.spend(Cost::memory, bytes - std::exchange(drawn_, bytes));
  }

 private:
  Share& share_;
  std::uint64_t drawn_ = 0;
};

// Drives the bytes of a layer through `pass`, and its unpacked bytes through `diff` when there is one; with `help`
// another thread does all but read and unpack.
template <class Pass>
Result<Sizes> run(io::Source& source, std::string_view media_type, crypto::Hasher* diff, Pass& pass, LayerScan& scan,
                  ReadHelp* help = nullptr) {
  if (label_of(media_type) == Label::encrypted)
    return Error(ErrorCode::unsupported, fmt::format("layer of media type {} is encrypted", quote(media_type)));
  Share& share = scan.share;
  Held held(share);
  archive::TarReader tar(pass);
  using Step = HandOver::Step;
  HandOver steps([&](Step step, std::uint64_t amount, std::string_view bytes) -> Status {
    if (step == Step::held) return held.set(amount);
    if (step == Step::packed) {
      share.earn(amount);
      return {};
    }
    SUPPLY_TRY(share.spend(Cost::unpacked, bytes.size()));
    if (diff != nullptr) diff->update(bytes);
    Status status = tar.feed(bytes);
    // The tar reader's own errors are about what follows the last entry.
    return status || pass.placed() ? std::move(status) : std::move(status).at("behind " + pass.place());
  });
  archive::Decompressor unpack([&](std::string_view bytes) { return steps.give(Step::unpacked, 0, bytes); });
  const auto feed = [&](std::string_view bytes) -> Status {
    steps.ask(help);
    SUPPLY_TRY(steps.give(Step::packed, bytes.size(), {}));
    SUPPLY_TRY(unpack.feed(bytes));
    return steps.give(Step::held, std::min<std::uint64_t>(unpack.held_bytes(), unpack.unpacked_bytes()), {});
  };
  const auto end = [&]() -> Status {
    SUPPLY_TRY(unpack.finish());
    SUPPLY_TRY(steps.finish());
    return tar.finish().at("behind " + pass.place());
  };

  const auto buffer = std::make_unique_for_overwrite<char[]>(kChunkBytes);
  for (Status status;;) {
    SUPPLY_TRY(const std::size_t size, source.read({buffer.get(), kChunkBytes}));
    status = size == 0 ? end() : feed({buffer.get(), size});
    if (status && size == 0) {
      scan.wrong_label = wrong_label(media_type, unpack.compression());
      return Sizes{unpack.packed_bytes(), unpack.unpacked_bytes()};
    }
    if (status) continue;
    // What was unpacked before may be wrong too, and then it is that.
    if (Status before = steps.finish(); !before) status = std::move(before);
    while (size > 0) {  // does the digest explain it?
      SUPPLY_TRY(const std::size_t more, source.read({buffer.get(), kChunkBytes}));
      if (more == 0) break;
    }
    // A media type that promises no tar, on bytes that are none: something else, and not a damaged layer.
    if (label_of(media_type) == Label::nothing && status.error().code() == ErrorCode::malformed && pass.at_start())
      return Error(ErrorCode::unsupported,
                   fmt::format("layer of media type {} is no tar: {}", quote(media_type), status.error().message()));
    return std::move(status).error();
  }
}

}  // namespace

std::unique_ptr<archive::TarVisitor> make_first_pass(const LayerRequest& request, LayerScan& scan) {
  return std::make_unique<FirstPass>(request, scan);
}

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

Result<LayerScan> read_layer(io::Source& source, const Digest& blob, std::string_view media_type,
                             const LayerRequest& request, Budget& budget) {
  return read_layer_with_help(source, blob, media_type, request, budget, nullptr);
}

Result<LayerScan> read_layer_with_help(io::Source& source, const Digest& blob, std::string_view media_type,
                                       const LayerRequest& request, Budget& budget, ReadHelp* help) {
  LayerScan scan(blob, budget);
  for (const Collector* each : request.collectors) scan.collectors.emplace_back(each->name());
  std::optional<crypto::Hasher> diff;
  if (request.diff_id == WithDiffId::yes) diff.emplace(request.diff_id_algorithm);
  FirstPass pass(request, scan);
  SUPPLY_TRY(const Sizes sizes, run(source, media_type, diff ? &*diff : nullptr, pass, scan, help));
  scan.packed_bytes = sizes.packed;
  scan.unpacked_bytes = sizes.unpacked;
  if (diff) scan.diff_id = diff->finish_digest();
  return scan;
}

Status read_again(io::Source& source, std::string_view media_type, const LayerRequest& request,
                  const std::vector<RequestedFile>& wanted, LayerScan& scan) {
  std::deque<Collected> collected;  // believed only when the source's end was reached
  SecondPass pass(request, wanted, scan, collected);
  SUPPLY_TRY(const Sizes sizes, run(source, media_type, nullptr, pass, scan));
  if (sizes.packed != scan.packed_bytes || sizes.unpacked != scan.unpacked_bytes)
    return Error(ErrorCode::internal, "a layer differs when read again");
  for (Collected& each : collected) scan.collected.push_back(std::move(each));
  return {};
}

}  // namespace supply::rootfs
