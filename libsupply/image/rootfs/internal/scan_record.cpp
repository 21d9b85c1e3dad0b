#include "libsupply/image/rootfs/internal/scan_record.hpp"

#include <cstring>
#include <type_traits>

namespace supply::rootfs {
namespace {

class Writer {
 public:
  template <class Number>
  void number(Number value) {
    static_assert(std::is_integral_v<Number>);
    char bytes[sizeof value];
    std::memcpy(bytes, &value, sizeof value);
    out_.append(bytes, sizeof value);
  }
  void text(std::string_view text) {
    number(static_cast<std::uint64_t>(text.size()));
    out_ += text;
  }
  void raw(std::string_view bytes) { out_ += bytes; }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

// Once something was missing, everything is empty: ok() is asked at the end.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}
  template <class Number>
  Number number() {
    Number value{};
    const std::string_view from = raw(sizeof value);
    if (ok_) std::memcpy(&value, from.data(), sizeof value);
    return value;
  }
  std::string_view text() { return raw(number<std::uint64_t>()); }
  std::string_view raw(std::uint64_t size) {
    ok_ = ok_ && size <= bytes_.size();
    if (!ok_) return {};
    const std::string_view out = bytes_.substr(0, static_cast<std::size_t>(size));
    bytes_.remove_prefix(out.size());
    return out;
  }
  /// How many things follow, each of at least `least` bytes.
  std::size_t count(std::size_t least) {
    const auto value = number<std::uint64_t>();
    ok_ = ok_ && value <= bytes_.size() / least;
    return ok_ ? static_cast<std::size_t>(value) : 0;
  }
  void check(bool holds) { ok_ = ok_ && holds; }
  bool ok() const { return ok_; }
  bool at_end() const { return ok_ && bytes_.empty(); }

 private:
  std::string_view bytes_;
  bool ok_ = true;
};

constexpr std::size_t kEntryBytes = 2 * sizeof(std::uint64_t) + sizeof(std::uint64_t) + 4 * sizeof(std::uint32_t) + 1;

void write(Writer& to, const Entry& entry) {
  to.text(entry.path);
  to.text(entry.target);
  to.number(entry.size);
  to.number(entry.mode);
  to.number(entry.uid);
  to.number(entry.gid);
  to.number(entry.digests);
  to.number(static_cast<std::uint8_t>(entry.type));
}

Status read(Reader& from, LayerScan& scan) {
  const std::string_view path = from.text(), target = from.text();
  SUPPLY_TRY(scan.share.spend(Cost::entries, 1));
  SUPPLY_TRY(scan.share.spend(Cost::memory, sizeof(Entry) + path.size() + target.size()));
  Entry entry;
  entry.path = scan.names.keep(path);
  entry.target = scan.names.keep(target);
  entry.size = from.number<std::uint64_t>();
  entry.mode = from.number<std::uint32_t>();
  entry.uid = from.number<std::uint32_t>();
  entry.gid = from.number<std::uint32_t>();
  entry.digests = from.number<std::uint32_t>();
  const auto type = from.number<std::uint8_t>();
  from.check(type <= static_cast<std::uint8_t>(EntryType::global_header));
  entry.type = static_cast<EntryType>(type);
  scan.entries.push_back(entry);
  return {};
}

}  // namespace

std::optional<std::string> to_scan_record(const LayerScan& scan) {
  Writer to;
  to.number(scan.packed_bytes);
  to.number(scan.unpacked_bytes);
  to.text(scan.wrong_label);
  to.number(static_cast<std::uint64_t>(scan.entry_count));
  to.number(static_cast<std::uint64_t>(scan.entries.size()));
  for (const Entry& entry : scan.entries) write(to, entry);
  to.number(static_cast<std::uint64_t>(scan.digests.size()));
  for (const FileDigests& digests : scan.digests) {
    to.raw(digests.md5);
    to.raw(digests.sha1);
    to.raw(digests.sha256);
  }
  to.number(static_cast<std::uint64_t>(scan.collected.size()));
  for (const Collected& collected : scan.collected) {
    if (!collected.requested_path.empty()) return std::nullopt;
    to.number(collected.entry);
    to.number(collected.collector);
    to.text(collected.content);
  }
  to.number(static_cast<std::uint64_t>(scan.candidates.size()));
  for (const auto& [entry, collector] : scan.candidates) {
    to.number(entry);
    to.number(collector);
  }
  return to.take();
}

Result<bool> from_scan_record(std::string_view record, LayerScan& scan) {
  Reader from(record);
  scan.packed_bytes = from.number<std::uint64_t>();
  scan.unpacked_bytes = from.number<std::uint64_t>();
  scan.share.earn(scan.packed_bytes);
  scan.wrong_label = from.text();
  scan.entry_count = static_cast<std::size_t>(from.number<std::uint64_t>());
  const std::size_t entries = from.count(kEntryBytes);
  from.check(entries == scan.entry_count);
  for (std::size_t i = 0; i < entries && from.ok(); ++i) SUPPLY_TRY(read(from, scan));
  const std::size_t digests = from.count(sizeof(FileDigests));
  SUPPLY_TRY(scan.share.spend(Cost::memory, digests * sizeof(FileDigests)));
  for (std::size_t i = 0; i < digests && from.ok(); ++i) {
    FileDigests& one = scan.digests.emplace_back();
    const std::string_view md5 = from.raw(one.md5.bytes.size()), sha1 = from.raw(one.sha1.bytes.size()),
                           sha256 = from.raw(one.sha256.bytes.size());
    if (!from.ok()) break;
    std::memcpy(one.md5.bytes.data(), md5.data(), md5.size());
    std::memcpy(one.sha1.bytes.data(), sha1.data(), sha1.size());
    std::memcpy(one.sha256.bytes.data(), sha256.data(), sha256.size());
  }
  for (const Entry& entry : scan.entries) from.check(entry.digests <= digests);
  const std::size_t collectors = scan.collectors.size();
  const std::size_t collected = from.count(2 * sizeof(std::uint32_t) + sizeof(std::uint64_t));
  for (std::size_t i = 0; i < collected && from.ok(); ++i) {
    Collected one;
    one.entry = from.number<std::uint32_t>();
    one.collector = from.number<std::uint32_t>();
    const std::string_view content = from.text();
    from.check(one.entry < entries && one.collector < collectors);
    from.check(scan.collected.empty() || scan.collected.back().entry <= one.entry);
    SUPPLY_TRY(scan.share.spend(Cost::memory, sizeof(Collected) + content.size()));
    one.content = content;
    scan.collected.push_back(std::move(one));
  }
  const std::size_t candidates = from.count(2 * sizeof(std::uint32_t));
  SUPPLY_TRY(scan.share.spend(Cost::memory, candidates * sizeof(scan.candidates.front())));
  for (std::size_t i = 0; i < candidates && from.ok(); ++i) {
    const auto entry = from.number<std::uint32_t>(), collector = from.number<std::uint32_t>();
    from.check(entry < entries && collector < collectors);
    from.check(scan.candidates.empty() || scan.candidates.back() < std::pair(entry, collector));
    scan.candidates.emplace_back(entry, collector);
  }
  return from.at_end();
}

}  // namespace supply::rootfs
