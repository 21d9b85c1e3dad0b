#include "libsupply/content/catalog/internal/assembly_version.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/byte_order.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/base/text/utf8.hpp"

namespace supply::catalog {
namespace {

constexpr std::size_t kHeadBytes = 4096;  // within which the headers are, in what compilers write
constexpr char kFound = 'F', kTooLarge = 'L', kMalformed = 'M';
constexpr std::uint32_t kVersionType = 16;        // RT_VERSION
constexpr std::size_t kLongestResource = 0xffff;  // VS_VERSIONINFO says its length in 16 bits
constexpr std::uint32_t kSubdirectory = 0x80000000;

Error malformed(std::string_view what) { return {ErrorCode::malformed, "PE: " + std::string(what)}; }

std::optional<std::uint32_t> number(std::string_view bytes, std::uint64_t at, std::size_t size) {
  if (at > bytes.size() || bytes.size() - at < size) return std::nullopt;
  return static_cast<std::uint32_t>(
      read_integer(bytes.substr(static_cast<std::size_t>(at), size), std::endian::little));
}

// UTF-16, little-endian, up to a NUL; what is no text is a replacement character.
std::string text_of_utf16(std::string_view bytes) {
  std::string out;
  for (std::size_t at = 0; at + 1 < bytes.size(); at += 2) {
    std::uint32_t unit = *number(bytes, at, 2);
    if (unit == 0) break;
    if (unit >= 0xd800 && unit < 0xdc00) {
      const auto low = number(bytes, at + 2, 2);
      const bool is_pair = low && *low >= 0xdc00 && *low < 0xe000;
      unit = is_pair ? 0x10000 + ((unit - 0xd800) << 10) + (*low - 0xdc00) : 0xfffd;
      if (is_pair) at += 2;
    } else if (unit >= 0xdc00 && unit < 0xe000) {
      unit = 0xfffd;
    }
    append_utf8(out, unit);
  }
  return std::string(trim(out));
}

// A node of VS_VERSIONINFO: its key, its value, and what follows as nodes of its own.
struct Node {
  std::string key;
  std::string_view value, children;
};

// The nodes in `bytes`, each at a multiple of 4 from its begin. Source: "String structure", "StringTable structure".
Result<std::vector<Node>> nodes_in(std::string_view bytes) {
  std::vector<Node> out;
  std::size_t at = 0;
  while (bytes.size() - at >= 6) {
    const std::size_t length = *number(bytes, at, 2), value = *number(bytes, at + 2, 2);
    const bool is_text = *number(bytes, at + 4, 2) == 1;
    if (length == 0) break;  // padding
    if (length < 6 || length > bytes.size() - at) return malformed("a node of the version resource is cut off");
    const std::string_view node = bytes.substr(at, length);
    std::size_t key_end = 6;
    while (key_end + 1 < node.size() && *number(node, key_end, 2) != 0) key_end += 2;
    const std::size_t begin = std::min((key_end + 2 + 3) / 4 * 4, node.size());
    // Of a text the length counts characters; some writers count bytes.
    const std::size_t size = std::min(is_text ? 2 * value : value, node.size() - begin);
    Node one{text_of_utf16(node.substr(6, key_end - 6)), node.substr(begin, size), {}};
    const std::size_t after = std::min((begin + size + 3) / 4 * 4, node.size());
    one.children = node.substr(after);
    out.push_back(std::move(one));
    at = std::min((at + length + 3) / 4 * 4, bytes.size());
  }
  return out;
}

// "13.0.3" of "13.0.3+0a2e291c", "3.100.19.46801 @Commit: 9fd8ec…" and "13.0.3.0": a package's version, in the form
// that NuGet gives it. Source: NuGet, "Normalized version numbers". Nothing of what is no version.
std::string package_version(std::string_view text) {
  text = text.substr(0, text.find_first_of("+ @\t"));
  if (text.empty() || !is_digit(text.front())) return {};
  const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return is_alnum(c) || c == '.' || c == '-'; });
  if (!plain || text.find('.') == std::string_view::npos) return {};
  if (std::count(text.begin(), text.end(), '.') == 3 && text.ends_with(".0")) text.remove_suffix(2);
  return text == "0.0.0" ? std::string() : std::string(text);
}

std::string without_extension(std::string_view name) {
  for (const std::string_view extension : {".dll", ".exe"})
    if (name.size() > extension.size() && to_lower(name).ends_with(extension))
      return std::string(name.substr(0, name.size() - extension.size()));
  return {};  // what is no name of a file is of no assembly: "Newtonsoft Json for .NET"
}

}  // namespace

Result<std::optional<std::string>> version_resource(std::string_view resources, std::uint32_t address) {
  std::uint64_t directory = 0;
  // By type, name and language: the first of that type counts.
  for (int level = 0; level < 3; ++level) {
    const auto named = number(resources, directory + 12, 2), with_id = number(resources, directory + 14, 2);
    if (!named || !with_id) return malformed("the directory of resources is cut off");
    std::optional<std::uint32_t> to;
    for (std::uint64_t i = 0; i < std::uint64_t{*named} + *with_id && !to; ++i) {
      const auto id = number(resources, directory + 16 + 8 * i, 4),
                 offset = number(resources, directory + 20 + 8 * i, 4);
      if (!id || !offset) return malformed("the directory of resources is cut off");
      if (level > 0 || *id == kVersionType) to = *offset;
    }
    if (!to) return std::optional<std::string>();
    if (((*to & kSubdirectory) != 0) != (level < 2)) return malformed("the directory of resources has another depth");
    directory = *to & ~kSubdirectory;
  }
  const auto at = number(resources, directory, 4), size = number(resources, directory + 4, 4);
  if (!at || !size || *at < address || *at - address > resources.size() || resources.size() - (*at - address) < *size)
    return malformed("the version resource is behind the resources' end");
  return std::optional(std::string(resources.substr(*at - address, *size)));
}

Result<AssemblyVersion> parse_version_info(std::string_view resource) {
  SUPPLY_TRY(const std::vector<Node> roots, nodes_in(resource));
  if (roots.empty() || roots.front().key != "VS_VERSION_INFO") return malformed("no version resource");
  std::map<std::string, std::string> strings;
  SUPPLY_TRY(const std::vector<Node> parts, nodes_in(roots.front().children));
  for (const Node& part : parts) {
    if (part.key != "StringFileInfo") continue;
    SUPPLY_TRY(const std::vector<Node> tables, nodes_in(part.children));
    for (const Node& table : tables) {
      SUPPLY_TRY(const std::vector<Node> entries, nodes_in(table.children));
      for (const Node& entry : entries) strings.emplace(entry.key, text_of_utf16(entry.value));
    }
  }
  AssemblyVersion out;
  out.name = without_extension(strings["InternalName"]);
  if (out.name.empty()) out.name = without_extension(strings["OriginalFilename"]);
  out.version = package_version(strings["ProductVersion"]);
  if (out.version.empty()) out.version = package_version(strings["FileVersion"]);
  const std::string_view fixed = roots.front().value;
  if (out.version.empty() && number(fixed, 0, 4) == 0xfeef04bd && fixed.size() >= 16) {
    const std::uint32_t high = *number(fixed, 8, 4), low = *number(fixed, 12, 4);
    out.version = package_version(std::to_string(high >> 16) + "." + std::to_string(high & 0xffff) + "." +
                                  std::to_string(low >> 16) + "." + std::to_string(low & 0xffff));
  }
  out.company = strings["CompanyName"];
  return out;
}

void AssemblySearch::read_headers() {
  is_ = Is::other;
  const auto header = number(held_, 0x3c, 4);
  if (!header || held_.compare(0, 2, "MZ") != 0 || number(held_, *header, 4) != 0x4550u) return;
  const std::uint64_t coff = std::uint64_t{*header} + 4, optional = coff + 20;
  const auto sections = number(held_, coff + 2, 2), optional_size = number(held_, coff + 16, 2);
  const auto magic = number(held_, optional, 2);
  if (!sections || !optional_size || !magic || (*magic != 0x10b && *magic != 0x20b)) return;
  const std::uint64_t directories = optional + (*magic == 0x20b ? 112 : 96);
  const auto count = number(held_, directories - 4, 4);
  constexpr std::uint64_t kResources = 2, kClr = 14;  // data directories
  const auto clr = number(held_, directories + 8 * kClr, 4);
  if (!count || *count <= kClr || !clr || *clr == 0) return;
  const auto address = number(held_, directories + 8 * kResources, 4);
  const auto size = number(held_, directories + 8 * kResources + 4, 4);
  is_ = Is::bare;
  if (!address || !size || *address == 0) return;
  for (std::uint64_t i = 0; i < *sections; ++i) {
    const std::uint64_t section = optional + *optional_size + 40 * i;
    const auto begin = number(held_, section + 12, 4), raw = number(held_, section + 16, 4);
    const auto offset = number(held_, section + 20, 4);
    if (!begin || !raw || !offset) {
      is_ = Is::malformed;
      return;
    }
    if (*address < *begin || *address - *begin >= *raw) continue;
    is_ = *size > kMaxLanguageDatabaseBytes ? Is::too_large : Is::assembly;
    resources_at_ = std::uint64_t{*offset} + (*address - *begin);
    resources_size_ = *size;
    resources_address_ = *address;
    return;
  }
  is_ = Is::malformed;
}

void AssemblySearch::feed(std::string_view chunk) {
  if (is_ == Is::unknown) {
    const std::size_t missing = std::min(kHeadBytes - held_.size(), chunk.size());
    held_ += chunk.substr(0, missing);
    chunk.remove_prefix(missing);
    at_ += missing;
    if (held_.size() < kHeadBytes) return;
    read_headers();
    const std::string head = std::exchange(held_, {});
    // Resources that are in what was held.
    if (is_ == Is::assembly && resources_at_ < head.size()) held_ = head.substr(resources_at_, resources_size_);
  }
  const std::uint64_t begin = at_;
  at_ += chunk.size();
  if (is_ != Is::assembly) return;
  const std::uint64_t from = std::max(begin, resources_at_), to = std::min(at_, resources_at_ + resources_size_);
  if (from < to) held_ += chunk.substr(static_cast<std::size_t>(from - begin), static_cast<std::size_t>(to - from));
}

std::optional<std::string> AssemblySearch::finish() {
  if (is_ == Is::unknown) {  // a file of less than kHeadBytes
    const std::string all = held_;
    read_headers();
    held_ = is_ == Is::assembly && resources_at_ < all.size() ? all.substr(resources_at_, resources_size_) : "";
  }
  if (is_ == Is::other) return std::nullopt;
  if (is_ == Is::bare) return std::string(1, kFound);
  if (is_ == Is::too_large) return std::string(1, kTooLarge);
  if (is_ == Is::malformed) return std::string(1, kMalformed);
  const auto resource = version_resource(held_, resources_address_);
  if (!resource) return std::string(1, kMalformed);
  return kFound + resource->value_or("").substr(0, kLongestResource);
}

Result<AssemblyVersion> assembly_from_record(std::string_view record) {
  if (record.starts_with(kTooLarge))
    return Error(ErrorCode::limit_exceeded,
                 "PE: resources of more than " + std::to_string(kMaxLanguageDatabaseBytes) + " bytes");
  if (!record.starts_with(kFound)) return malformed("the headers or the resources are damaged");
  return record.size() == 1 ? AssemblyVersion{} : parse_version_info(record.substr(1));
}

}  // namespace supply::catalog
