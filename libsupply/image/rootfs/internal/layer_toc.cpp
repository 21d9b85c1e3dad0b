#include "libsupply/image/rootfs/internal/layer_toc.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

#include "libsupply/base/archive/decompress.hpp"
#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/toc_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/rootfs/internal/whiteout.hpp"

namespace supply::rootfs {
namespace {

constexpr std::size_t kMemoryPerByte = 8;  // of JSON that is a value

Error malformed(std::string message) { return {ErrorCode::malformed, std::move(message)}; }

// podman 4 wrote the shorter names.
const std::string* annotation(const oci::Annotations& all, std::string_view name) {
  for (const char* prefix : {"io.github.containers.zstd-chunked.", "io.containers.zstd-chunked."})
    if (const auto found = all.find(prefix + std::string(name)); found != all.end()) return &found->second;
  return nullptr;
}

// "offset:packed:unpacked:type"
std::optional<TocPlace> parse_position(std::string_view text) {
  std::array<std::uint64_t, 4> numbers{};
  const auto parts = split(text, ':');
  if (parts.size() != numbers.size()) return std::nullopt;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const char* const last = parts[i].data() + parts[i].size();
    const auto [end, failed] = std::from_chars(parts[i].data(), last, numbers[i]);
    if (failed != std::errc() || end != last) return std::nullopt;
  }
  constexpr std::uint64_t kCrfs = 1;  // the only type that there is
  if (numbers[3] != kCrfs) return std::nullopt;
  return TocPlace{numbers[0], numbers[1], numbers[2], {}};
}

// Go's decoders take a member's name in any case; which of two would count is not for us to guess.
Status check_names(const json::Value& entry) {
  static constexpr std::array<std::string_view, 10> kNames = {"type", "name", "linkname", "mode",   "size",
                                                              "uid",  "gid",  "digest",   "xattrs", "entries"};
  for (const auto& [key, value] : entry.items()) {
    const std::string lower = to_lower(key);
    if (std::find(kNames.begin(), kNames.end(), lower) != kNames.end() &&
        key != (lower == "linkname" ? "linkName" : lower))
      return malformed("member " + quote(key) + " is a name in other letters");
  }
  return {};
}

std::string_view name_of(EntryType type) {
  switch (type) {
    case EntryType::file: return "reg";
    case EntryType::directory: return "dir";
    case EntryType::symlink: return "symlink";
    case EntryType::hardlink: return "hardlink";
    case EntryType::character_device: return "char";
    case EntryType::block_device: return "block";
    case EntryType::fifo: return "fifo";
    case EntryType::global_header: break;
  }
  return "";
}

Result<std::uint64_t> number(const json::Value& entry, const char* member) {
  if (json::find(entry, member) == nullptr) return std::uint64_t{0};
  SUPPLY_TRY(const std::int64_t value, json::require_integer(entry, member));
  return static_cast<std::uint64_t>(value);
}

class Comparison {
 public:
  Comparison(const LayerScan& scan, const json::Value& toc) : scan_(scan), toc_(toc) {}

  Status run() {
    SUPPLY_TRY(check_names(toc_));
    SUPPLY_TRY(const json::Value* entries, json::optional_array(toc_, "entries"));
    if (entries == nullptr) return malformed("no entries");
    auto next = scan_.entries.begin();
    for (const json::Value& entry : *entries) {
      if (!entry.is_object()) return malformed("an entry that is no object");
      SUPPLY_TRY(check_names(entry));
      SUPPLY_TRY(const std::string type, json::require_string(entry, "type"));
      if (type == "chunk") continue;  // a part of the file before it, whose digest is compared
      SUPPLY_TRY(const std::string name, json::require_string(entry, "name"));
      if (next == scan_.entries.end()) return malformed(quote(name) + " is not in the tar");
      const Status same = compare(entry, type, name, *next);
      if (!same) return Status(same.error()).at(quote(name));
      ++next;
    }
    if (next != scan_.entries.end()) return malformed("the tar's " + quote(next->path) + " is not in it");
    return {};
  }

 private:
  Status differ(const char* what, std::string_view in_table, std::string_view in_tar) const {
    return malformed(fmt::format("{} is {}, and in the tar {}", what, quote(in_table), quote(in_tar)));
  }

  Status compare(const json::Value& entry, const std::string& type, const std::string& name, const Entry& tar) const {
    std::string scratch;
    SUPPLY_TRY(const std::string_view path, clean_path(name, scratch));
    if (path != tar.path) return differ("name", path, tar.path);
    if (type != name_of(tar.type)) return differ("type", type, name_of(tar.type));
    const auto check = [&](const char* member, std::uint64_t mask, std::uint64_t in_tar) -> Status {
      SUPPLY_TRY(const std::uint64_t value, number(entry, member));
      if ((value & mask) == in_tar) return {};
      return differ(member, std::to_string(value & mask), std::to_string(in_tar));
    };
    constexpr std::uint64_t kAll = ~std::uint64_t{0}, kWord = 0xffffffff;
    SUPPLY_TRY(check("mode", 07777, tar.mode));
    SUPPLY_TRY(check("uid", kWord, tar.uid));
    SUPPLY_TRY(check("gid", kWord, tar.gid));
    SUPPLY_TRY(const std::string link, json::string_or_empty(entry, "linkName"));
    if (tar.type == EntryType::symlink && link != tar.target) return differ("link", link, tar.target);
    if (tar.type == EntryType::hardlink) {
      SUPPLY_TRY(const std::string_view target, clean_path(link, scratch));
      if (target != tar.target) return differ("link", target, tar.target);
    }
    if (tar.type != EntryType::file) return check_attributes(entry, {});
    SUPPLY_TRY(check("size", kAll, tar.size));
    SUPPLY_TRY(check_attributes(entry, tar.target));
    return check_content(entry, tar);
  }

  Status check_content(const json::Value& entry, const Entry& tar) const {
    if (base_name(tar.path).starts_with(kWhiteoutPrefix)) return {};  // is no file
    SUPPLY_TRY(const std::string digest, json::string_or_empty(entry, "digest"));
    if (digest.empty() && tar.size == 0) return {};
    if (tar.digests == 0) return Error(ErrorCode::internal, "a file without a digest");
    const std::string own = "sha256:" + to_hex(scan_.digests[tar.digests - 1].sha256);
    return digest == own ? Status() : differ("digest", digest, own);
  }

  // The names of the attributes that Supply knows; others are compared with nothing.
  static Status check_attributes(const json::Value& entry, std::string_view capability) {
    SUPPLY_TRY(const json::Value* attributes, json::optional_object(entry, "xattrs"));
    std::string said;
    if (attributes != nullptr)
      for (const auto& [key, value] : attributes->items()) {
        for (const std::string_view overlay : {"trusted.overlay.", "user.overlay.", "user.fuseoverlayfs."})
          if (std::string_view(key).starts_with(overlay))
            return Error(ErrorCode::unsupported, "attribute " + quote(key) + " changes what an overlay driver shows");
        if (key != "security.capability") continue;
        if (!value.is_string()) return malformed("attribute " + quote(key) + " is no text");
        SUPPLY_TRY(said, from_base64(value.get_ref<const std::string&>()).at(key));
      }
    if (said != capability) return malformed("its capabilities are others than in the tar");
    return {};
  }

  const LayerScan& scan_;
  const json::Value& toc_;
};

}  // namespace

Result<std::optional<TocPlace>> toc_place(const oci::Descriptor& layer) {
  const std::string* const digest = annotation(layer.annotations, "manifest-checksum");
  const std::string* const position = annotation(layer.annotations, "manifest-position");
  if (digest == nullptr || position == nullptr) return std::optional<TocPlace>();
  std::optional<TocPlace> place = parse_position(*position);
  if (!place || place->offset > layer.size || place->packed > layer.size - place->offset)
    return std::optional<TocPlace>();
  if (place->packed > kMaxTocPackedBytes || place->unpacked > kMaxTocBytes)
    return Error(
        ErrorCode::unsupported,
        fmt::format("its table of contents of {} bytes is too large to be compared with the tar (at most {} are)",
                    place->unpacked, kMaxTocBytes));
  place->digest = *digest;
  return place;
}

Result<std::size_t> TocSource::read(std::span<char> into) {
  SUPPLY_TRY(const std::size_t size, source_.read(into));
  const std::uint64_t begin = std::max(at_, place_.offset), end = std::min(at_ + size, place_.offset + place_.packed);
  if (begin < end) kept_.append(into.data() + (begin - at_), end - begin);
  at_ += size;
  return size;
}

Status check_toc(const TocPlace& place, const std::string& packed, LayerScan& scan) {
  if (crypto::sha256(packed).to_string() != place.digest) return {};
  const auto check = [&]() -> Status {
    std::string text;
    archive::Decompressor unpack(
        [&](std::string_view bytes) -> Status {
          text += bytes;
          return {};
        },
        {.bytes = kMaxTocBytes});
    SUPPLY_TRY(unpack.feed(packed));
    SUPPLY_TRY(unpack.finish());
    const std::uint64_t memory = kMemoryPerByte * text.size();
    SUPPLY_TRY(scan.share.spend(Cost::memory, memory));
    const Result<json::Value> toc = json::parse(text, {.bytes = kMaxTocBytes});
    const Status same = toc ? Comparison(scan, *toc).run() : Status(toc.error());
    scan.share.give_back(Cost::memory, memory);
    return same;
  };
  return check().at("table of contents (zstd:chunked)");
}

}  // namespace supply::rootfs
