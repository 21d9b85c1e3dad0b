#include "libsupply/base/archive/tar_reader.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <string>
#include <vector>

#include "libsupply/base/archive/internal/tar_header.hpp"
#include "libsupply/base/limits/image_limits.hpp"

namespace supply::archive {
namespace {

constexpr std::array<char, 16 * kKiB> kZeros{};

Error malformed(std::string message) { return {ErrorCode::malformed, std::move(message)}; }

bool all_zero(std::string_view block) {
  return block.front() == '\0' && std::memcmp(block.data(), block.data() + 1, block.size() - 1) == 0;
}

std::uint64_t padding_of(std::uint64_t size) { return (kTarBlockBytes - size % kTarBlockBytes) % kTarBlockBytes; }

TarType type_of(char flag) {
  switch (flag) {
    case '\0':
    case '0':
    case '7':  // "contiguous"
    case 'S': return TarType::file;
    case '1': return TarType::hardlink;
    case '2': return TarType::symlink;
    case '3': return TarType::character_device;
    case '4': return TarType::block_device;
    case '5': return TarType::directory;
    case '6': return TarType::fifo;
    default: return TarType::other;
  }
}

std::string name_of(const TarHeader& header) {
  std::string name(header.prefix);
  if (!name.empty()) name += '/';
  return name.append(header.name);
}

// Go reads the next block of the map all the same, GNU tar the next header.
Error ends_and_goes_on() {
  return malformed("a sparse map that ends and goes on, which readers take for different files");
}

// One line of decimal digits. Source: GNU tar manual, "PAX Format, Version 1.0".
Result<std::uint64_t> map_number(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::uint64_t value = 0;
  const auto [last, code] = std::from_chars(text.data(), text.data() + end, value);
  if (code != std::errc{} || last != text.data() + end || value > INT64_MAX) return malformed("sparse map is damaged");
  text.remove_prefix(end + 1);
  return value;
}

}  // namespace

struct TarReader::Impl {
  enum class State {
    header,       // a header block comes next
    zero,         // one zero block was there
    extended,     // the body of an extended header
    sparse_more,  // old GNU: more blocks of the sparse map
    sparse_text,  // pax 1.0: the sparse map in front of the content
    content,
    padding,
    end,  // two zero blocks were there
  };

  explicit Impl(TarVisitor& v) : visitor(v) {}

  Status feed(std::string_view bytes);
  std::string_view take_block(std::string_view& bytes);
  Status on_header(std::string_view block);
  Status begin_extended(const TarHeader& header);
  Status end_extended();
  Status announce_global(const PaxRecords& records);
  Status begin_entry(std::string_view block, const TarHeader& header);
  Status begin_old_sparse(std::string_view block);
  Result<bool> take_old_spans(std::string_view entries, std::size_t count);
  Status on_sparse_text(std::string_view block);
  Status announce();
  Status take_content(std::string_view& bytes);
  Status store(std::string_view chunk);
  Status hole(std::uint64_t size);
  Status end_content();
  std::uint64_t skippable() const;
  void skip(std::uint64_t bytes);
  Status finish() const;

  TarVisitor& visitor;
  State state = State::header;
  std::array<char, kTarBlockBytes> partial{};  // of a block that two chunks share
  std::size_t partial_size = 0;
  std::uint64_t remaining = 0;  // stored bytes of content or extended header still to come
  std::uint64_t padding = 0;

  // What extended headers said of the entry to come.
  char extended_type = '\0';
  std::string extended_name;  // of a global one
  std::string extended;
  std::uint64_t newlines = 0;  // in it, of a sparse map
  bool pending = false;
  std::optional<std::string> long_name, long_link;
  PaxRecords pax;
  std::string overlay_attribute, capability;  // the entry's

  // The entry whose content passes.
  TarEntry entry;
  std::string path, link;
  WantContent want = WantContent::no;
  bool sparse = false;
  std::vector<SparseSpan> map;
  std::size_t span = 0;          // index into map
  std::uint64_t span_done = 0;   // bytes of that span
  std::uint64_t written = 0;     // of the file, holes included
  std::uint64_t hole_bytes = 0;  // in all files
};

// The next whole block, or an empty view when the chunk ends before it does.
std::string_view TarReader::Impl::take_block(std::string_view& bytes) {
  std::string_view block;
  if (partial_size == 0 && bytes.size() >= kTarBlockBytes) {
    block = bytes.substr(0, kTarBlockBytes);
    bytes.remove_prefix(kTarBlockBytes);
    return block;
  }
  const std::size_t taken = std::min(kTarBlockBytes - partial_size, bytes.size());
  std::memcpy(partial.data() + partial_size, bytes.data(), taken);
  partial_size += taken;
  bytes.remove_prefix(taken);
  if (partial_size < kTarBlockBytes) return {};
  partial_size = 0;
  return {partial.data(), partial.size()};
}

Status TarReader::Impl::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    switch (state) {
      case State::content: SUPPLY_TRY(take_content(bytes)); continue;
      case State::padding: {
        const std::size_t skipped = std::min<std::uint64_t>(padding, bytes.size());
        padding -= skipped;
        bytes.remove_prefix(skipped);
        if (padding == 0) state = State::header;
        continue;
      }
      case State::extended: {
        const std::size_t taken = std::min<std::uint64_t>(remaining, bytes.size());
        extended.append(bytes.substr(0, taken));
        remaining -= taken;
        bytes.remove_prefix(taken);
        if (remaining == 0) SUPPLY_TRY(end_extended());
        continue;
      }
      case State::end: return {};
      default: break;
    }
    const std::string_view block = take_block(bytes);
    if (block.empty()) return {};
    if (state == State::sparse_text) {
      SUPPLY_TRY(on_sparse_text(block));
    } else if (state == State::sparse_more) {
      SUPPLY_TRY(visitor.extended_header(block.size()));
      SUPPLY_TRY(const bool more, take_old_spans(block, 21));
      if (!more && block[504] != '\0') return ends_and_goes_on();
      if (block[504] == '\0') SUPPLY_TRY(announce());
    } else if (all_zero(block)) {
      if (pending) return malformed("extended tar header has no entry");
      state = state == State::zero ? State::end : State::zero;
    } else if (state == State::zero) {
      return malformed("a single zero block in the tar");
    } else {
      SUPPLY_TRY(on_header(block));
    }
  }
  return {};
}

Status TarReader::Impl::on_header(std::string_view block) {
  SUPPLY_TRY(const TarHeader header, parse_tar_header(block));
  switch (header.type) {
    case 'x':
    case 'g':
    case 'L':
    case 'K': return begin_extended(header);
    default: return begin_entry(block, header);
  }
}

Status TarReader::Impl::begin_extended(const TarHeader& header) {
  if (header.size > kMaxPaxHeaderBytes)
    return Error(ErrorCode::limit_exceeded,
                 fmt::format("extended tar header of {} bytes, more than {}", header.size, kMaxPaxHeaderBytes));
  extended_type = header.type;
  if (header.type == 'g') extended_name = name_of(header);
  extended.clear();
  remaining = header.size;
  padding = padding_of(header.size);
  state = State::extended;
  if (remaining == 0) return end_extended();
  return {};
}

Status TarReader::Impl::end_extended() {
  state = padding > 0 ? State::padding : State::header;
  SUPPLY_TRY(visitor.extended_header(extended.size()));
  if (extended_type == 'g') {
    // Go's reader, and so every runtime, checks the records of a global header and ignores them for the entries. What
    // was before it for the next entry is forgotten there, and not by other readers: one archive with two contents.
    if (pending) return malformed("a global pax header between an extended header and its entry");
    SUPPLY_TRY(const PaxRecords records, parse_pax(extended).at("global pax header"));
    return announce_global(records);
  }
  pending = true;
  if (extended_type == 'x') {
    SUPPLY_TRY(pax, parse_pax(extended));  // of several, the last counts alone
    return {};
  }
  extended.resize(std::min(extended.find('\0'), extended.size()));
  if (extended.size() > kMaxTarPathBytes)
    return Error(ErrorCode::limit_exceeded, fmt::format("a name of more than {} bytes", kMaxTarPathBytes));
  (extended_type == 'L' ? long_name : long_link) = extended;
  return {};
}

Status TarReader::Impl::announce_global(const PaxRecords& records) {
  if (records.path) extended_name = *records.path;
  if (extended_name.size() > kMaxTarPathBytes)
    return Error(ErrorCode::limit_exceeded, fmt::format("a name of more than {} bytes", kMaxTarPathBytes));
  TarEntry global;
  global.path = extended_name;
  global.type = TarType::global_header;
  global.type_flag = 'g';
  SUPPLY_TRY(const WantContent none, visitor.entry(global));
  (void)none;
  return {};
}

Status TarReader::Impl::begin_entry(std::string_view block, const TarHeader& header) {
  path.clear();
  link.clear();
  sparse = false;
  entry = {};
  entry.type_flag = header.type;
  overlay_attribute = std::move(pax.overlay_attribute);
  entry.overlay_attribute = overlay_attribute;
  capability = std::move(pax.capability);
  entry.capability = capability;
  entry.mode = static_cast<std::uint32_t>(header.mode) & 07777;
  // Source: Go archive/tar, headerFileInfo.Mode.
  constexpr std::int64_t kRegular = 0100000;
  const std::int64_t said = header.mode & ~std::int64_t{07777};
  entry.mode_says_other_type = said != 0 && said != kRegular;
  entry.uid = static_cast<std::uint32_t>(pax.uid.value_or(static_cast<std::uint64_t>(header.uid)));
  entry.gid = static_cast<std::uint32_t>(pax.gid.value_or(static_cast<std::uint64_t>(header.gid)));
  // Go goes by the old map alone, GNU tar by the records.
  if (header.type == 'S' && pax.sparse) return malformed("a sparse file of two forms");
  // In Go's order: header, pax, GNU's long names, and last GNU's own name of a sparse file.
  const auto& sparse_name = pax.sparse_name;
  if (sparse_name && pax.sparse) {
    path = *sparse_name;
  } else if (long_name && !long_name->empty()) {
    path = *long_name;
  } else if (pax.path) {
    path = *pax.path;
  } else {
    path = name_of(header);
  }
  if (long_link && !long_link->empty()) link = *long_link;
  else if (pax.link) link = *pax.link;
  else link.append(header.link);

  entry.type = type_of(header.type);
  if (header.type == '\0' && path.ends_with('/')) entry.type = TarType::directory;  // as tars did before ustar
  // Links, devices and directories have no content whatever their size says; some writers put a hard link's there.
  const bool content = entry.type == TarType::file || entry.type == TarType::other;
  remaining = content ? pax.size.value_or(header.size) : 0;
  padding = padding_of(remaining);
  entry.size = remaining;
  if (header.type == 'S') {
    if (!header.gnu) return malformed("old GNU sparse file in a tar of another format");
    return begin_old_sparse(block);
  }
  if (content && pax.sparse) {
    sparse = true;
    if (!pax.sparse_size) return malformed("sparse file without a size");
    entry.size = *pax.sparse_size;
    map = std::move(pax.sparse_map);
    if (pax.sparse_map_in_content) {
      extended.clear();
      newlines = 0;
      state = State::sparse_text;
      return {};
    }
  }
  return announce();
}

Status TarReader::Impl::begin_old_sparse(std::string_view block) {
  sparse = true;
  map.clear();
  SUPPLY_TRY(const std::int64_t real_size, tar_number(block.substr(483, 12)).at("size of a sparse file"));
  if (real_size < 0) return malformed("negative size of a sparse file");
  entry.size = static_cast<std::uint64_t>(real_size);
  SUPPLY_TRY(const bool more, take_old_spans(block.substr(386), 4));
  if (!more && block[482] != '\0') return ends_and_goes_on();
  if (block[482] != '\0') {
    state = State::sparse_more;
    return {};
  }
  return announce();
}

// Whether more may follow: an empty one ends the map.
Result<bool> TarReader::Impl::take_old_spans(std::string_view entries, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view one = entries.substr(24 * i, 24);
    if (one[0] == '\0') return false;
    SUPPLY_TRY(const std::int64_t offset, tar_number(one.substr(0, 12)).at("sparse map"));
    SUPPLY_TRY(const std::int64_t size, tar_number(one.substr(12, 12)).at("sparse map"));
    if (offset < 0 || size < 0) return malformed("negative number in a sparse map");
    if (map.size() == kMaxSparseSpans)
      return Error(ErrorCode::limit_exceeded, fmt::format("sparse map of more than {} parts", kMaxSparseSpans));
    map.push_back({static_cast<std::uint64_t>(offset), static_cast<std::uint64_t>(size)});
  }
  return true;
}

Status TarReader::Impl::on_sparse_text(std::string_view block) {
  if (remaining < kTarBlockBytes) return malformed("sparse map is longer than its entry");
  remaining -= kTarBlockBytes;
  extended.append(block);
  if (extended.size() > kMaxPaxHeaderBytes)
    return Error(ErrorCode::limit_exceeded, fmt::format("sparse map of more than {} bytes", kMaxPaxHeaderBytes));
  // The number of parts, then two numbers each, a line a number; padded to whole blocks.
  newlines += static_cast<std::uint64_t>(std::count(block.begin(), block.end(), '\n'));
  if (newlines == 0) return {};
  std::string_view text = extended;
  SUPPLY_TRY(const std::uint64_t count, map_number(text));
  if (count > kMaxPaxHeaderBytes) return malformed("sparse map is damaged");
  if (newlines < 1 + 2 * count) return {};
  SUPPLY_TRY(visitor.extended_header(extended.size()));
  map.clear();
  for (std::uint64_t i = 0; i < count; ++i) {
    SUPPLY_TRY(const std::uint64_t offset, map_number(text));
    SUPPLY_TRY(const std::uint64_t size, map_number(text));
    map.push_back({offset, size});
  }
  return announce();
}

// The entry's headers are complete: tells the visitor.
Status TarReader::Impl::announce() {
  pending = false;
  long_name.reset();
  long_link.reset();
  pax = {};
  if (path.find('\0') != std::string::npos) return malformed("a name with a NUL");
  if (path.size() > kMaxTarPathBytes || link.size() > kMaxTarPathBytes)
    return Error(ErrorCode::limit_exceeded, fmt::format("a name of more than {} bytes", kMaxTarPathBytes));
  entry.path = path;
  entry.link = link;
  entry.sparse = sparse;
  if (sparse) SUPPLY_TRY(check_sparse(map, entry.size, remaining));
  span = 0;
  span_done = written = 0;
  SUPPLY_TRY(want, visitor.entry(entry));
  state = State::content;
  if (remaining == 0) return end_content();
  return {};
}

Status TarReader::Impl::take_content(std::string_view& bytes) {
  const std::size_t taken = std::min<std::uint64_t>(remaining, bytes.size());
  if (want == WantContent::yes) SUPPLY_TRY(store(bytes.substr(0, taken)));
  remaining -= taken;
  bytes.remove_prefix(taken);
  if (remaining == 0) return end_content();
  return {};
}

Status TarReader::Impl::store(std::string_view chunk) {
  if (!sparse) return visitor.content(chunk);
  while (!chunk.empty()) {  // check_sparse saw to it that there is a span for every stored byte
    while (span_done == map[span].size) {
      ++span;
      span_done = 0;
    }
    SUPPLY_TRY(hole(map[span].offset + span_done - written));
    const std::size_t taken = std::min<std::uint64_t>(map[span].size - span_done, chunk.size());
    SUPPLY_TRY(visitor.content(chunk.substr(0, taken)));
    span_done += taken;
    written += taken;
    chunk.remove_prefix(taken);
  }
  return {};
}

Status TarReader::Impl::hole(std::uint64_t size) {
  written += size;
  for (std::uint64_t left = size; left > 0;) {
    const std::size_t part = std::min<std::uint64_t>(left, kZeros.size());
    SUPPLY_TRY(const WantContent wanted, visitor.hole(part));
    if (wanted == WantContent::no) return {};
    if (part > kMaxSparseHoleBytes - hole_bytes)
      return Error(ErrorCode::limit_exceeded,
                   fmt::format("sparse files with more than {} bytes of holes", kMaxSparseHoleBytes));
    hole_bytes += part;
    SUPPLY_TRY(visitor.content({kZeros.data(), part}));
    left -= part;
  }
  return {};
}

Status TarReader::Impl::end_content() {
  if (want == WantContent::yes) {
    if (sparse) SUPPLY_TRY(hole(entry.size - written));
    SUPPLY_TRY(visitor.end_entry());
  }
  state = padding > 0 ? State::padding : State::header;
  return {};
}

std::uint64_t TarReader::Impl::skippable() const {
  if (state == State::content && want == WantContent::no) return remaining + padding;
  return state == State::padding ? padding : 0;
}

void TarReader::Impl::skip(std::uint64_t bytes) {
  const std::uint64_t of_content = state == State::content ? std::min(bytes, remaining) : 0;
  remaining -= of_content;
  padding -= std::min(bytes - of_content, padding);
  if (state == State::content && remaining == 0) state = State::padding;
  if (state == State::padding && padding == 0) state = State::header;
}

Status TarReader::Impl::finish() const {
  if (state == State::end) return {};
  const bool between = (state == State::header || state == State::zero) && partial_size == 0;
  if (!between) return malformed("tar is cut off");
  if (pending) return malformed("extended tar header has no entry");
  return {};
}

TarReader::TarReader(TarVisitor& visitor) : impl_(std::make_unique<Impl>(visitor)) {}
TarReader::TarReader(TarReader&&) noexcept = default;
TarReader::~TarReader() = default;

Status TarReader::feed(std::string_view bytes) { return impl_->feed(bytes); }
std::uint64_t TarReader::skippable() const { return impl_->skippable(); }
void TarReader::skip(std::uint64_t bytes) { impl_->skip(bytes); }
bool TarReader::ended() const { return impl_->state == Impl::State::end; }
Status TarReader::finish() { return impl_->finish(); }

}  // namespace supply::archive
