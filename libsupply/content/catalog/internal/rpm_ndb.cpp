#include <algorithm>
#include <cstdint>

#include "libsupply/content/catalog/internal/rpm_database.hpp"

namespace supply::catalog {
namespace {

// Source: rpm, lib/backend/ndb/rpmpkg.c. Numbers are little endian. The file begins with pages of slots, the first two
// of which are its header; a slot says where the blob of a package is, in blocks.
constexpr std::size_t kSlotBytes = 16, kPageBytes = 4096, kBlockBytes = 16, kFirstSlot = 2;
constexpr std::size_t kBlobHeadBytes = 16, kBlobTailBytes = 12;

std::uint32_t number_at(std::string_view bytes, std::size_t offset) {
  std::uint32_t out = 0;
  for (std::size_t i = 4; i > 0; --i) out = (out << 8) | static_cast<unsigned char>(bytes[offset + i - 1]);
  return out;
}

struct Slot {
  std::uint64_t block = 0, blocks = 0;
  std::uint32_t package = 0;
};

Error malformed(std::string_view what) { return {ErrorCode::malformed, "rpm's database (ndb): " + std::string(what)}; }

Result<std::vector<Slot>> read_slots(std::string_view bytes) {
  if (bytes.size() < kPageBytes || !bytes.starts_with("RpmP")) return malformed("no header");
  if (number_at(bytes, 4) != 0) return malformed("version " + std::to_string(number_at(bytes, 4)));
  const std::uint64_t pages = number_at(bytes, 12);
  if (pages > bytes.size() / kPageBytes) return malformed("slots beyond its end");
  const std::uint64_t first_block = pages * kPageBytes / kBlockBytes, all_blocks = bytes.size() / kBlockBytes;
  std::vector<Slot> out;
  for (std::size_t at = kFirstSlot * kSlotBytes; at < pages * kPageBytes; at += kSlotBytes) {
    if (bytes.substr(at, 4) != "Slot") return malformed("a slot without its mark");
    const Slot slot{number_at(bytes, at + 8), number_at(bytes, at + 12), number_at(bytes, at + 4)};
    if (slot.block == 0) continue;  // free
    if (slot.block < first_block || slot.package == 0 || slot.blocks == 0) return malformed("a slot of nothing");
    if (slot.block + slot.blocks > all_blocks) return malformed("a package beyond its end");
    out.push_back(slot);
  }
  std::sort(out.begin(), out.end(), [](const Slot& a, const Slot& b) { return a.block < b.block; });
  for (std::size_t i = 1; i < out.size(); ++i)
    if (out[i].block < out[i - 1].block + out[i - 1].blocks) return malformed("packages that overlap");
  return out;
}

}  // namespace

Status each_ndb_header(std::string_view bytes, const TakeRpmHeader& take) {
  SUPPLY_TRY(const std::vector<Slot> slots, read_slots(bytes));
  for (const Slot& slot : slots) {
    const std::string_view blob = bytes.substr(slot.block * kBlockBytes, slot.blocks * kBlockBytes);
    if (blob.size() < kBlobHeadBytes + kBlobTailBytes) return malformed("a package of no bytes");
    const std::uint64_t size = number_at(blob, 12);
    if (!blob.starts_with("BlbS") || number_at(blob, 4) != slot.package) return malformed("a slot of another package");
    if (size > blob.size() - kBlobHeadBytes - kBlobTailBytes) return malformed("a package beyond its slot");
    SUPPLY_TRY(take(blob.substr(kBlobHeadBytes, size)));
  }
  return {};
}

}  // namespace supply::catalog
