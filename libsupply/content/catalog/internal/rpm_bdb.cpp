#include <bit>
#include <cstdint>

#include "libsupply/base/text/byte_order.hpp"
#include "libsupply/content/catalog/internal/rpm_database.hpp"

namespace supply::catalog {
namespace {

// Source: Berkeley DB 5.3, src/dbinc/db_page.h: the metadata of a database and of a hash, a page's header, an item of a
// hash page; src/hash/hash_page.c.
constexpr std::size_t kMetaBytes = 512, kPageHeaderBytes = 26;
constexpr std::uint32_t kHashMagic = 0x00061561;
constexpr unsigned kOverflow = 7, kHashMeta = 8, kHashUnsorted = 2, kHash = 13;  // kinds of pages
constexpr unsigned kOnPage = 1, kOffPage = 3;                                    // kinds of items
constexpr std::size_t kOffPageBytes = 12;
constexpr std::uint8_t kChecksums = 1;  // of the metadata's flags

Error malformed(std::string_view what) {
  return {ErrorCode::malformed, "rpm's database (Berkeley DB): " + std::string(what)};
}
Error unsupported(std::string_view what) {
  return {ErrorCode::unsupported, "rpm's database (Berkeley DB): " + std::string(what)};
}

class HashReader {
 public:
  static Result<HashReader> open(std::string_view bytes) {
    if (bytes.size() < kMetaBytes) return malformed("no header");
    HashReader out(bytes);
    out.order_ = bytes[12] == 0 ? std::endian::big : std::endian::little;
    if (out.u32(bytes, 12) != kHashMagic) return malformed("no hash");
    const std::uint32_t version = out.u32(bytes, 16);
    if (version < 8 || version > 10) return unsupported("version " + std::to_string(version) + " of a hash");
    if (static_cast<unsigned char>(bytes[25]) != kHashMeta) return malformed("no hash");
    if (bytes[24] != 0) return unsupported("encrypted");
    if ((static_cast<unsigned char>(bytes[26]) & kChecksums) != 0) return unsupported("pages with checksums");
    out.page_bytes_ = out.u32(bytes, 20);
    if (!std::has_single_bit(out.page_bytes_) || out.page_bytes_ < 512 || out.page_bytes_ > 65536)
      return malformed("pages of " + std::to_string(out.page_bytes_) + " bytes");
    out.pages_ = bytes.size() / out.page_bytes_;
    out.max_bucket_ = out.u32(bytes, 72);
    if (out.max_bucket_ >= out.pages_) return malformed("more buckets than pages");
    out.seen_.assign(out.pages_, false);
    return out;
  }

  Status each(const TakeRpmHeader& take) {
    for (std::uint64_t bucket = 0; bucket <= max_bucket_; ++bucket) {
      const auto spare = static_cast<std::size_t>(std::bit_width(bucket));  // there are 32
      // Page numbers have 32 bits; of a bucket that does not fit they wrap, and the page's own number is another.
      std::uint32_t number = static_cast<std::uint32_t>(bucket) + u32(bytes_, 96 + 4 * spare);
      while (number != 0) {
        SUPPLY_TRY(const std::string_view page, take_page(number));
        const unsigned kind = static_cast<unsigned char>(page[25]);
        // A bucket that was never written to has a page of zeros.
        if (kind == 0 && u16(page, 20) == 0) break;
        if (kind != kHash && kind != kHashUnsorted) return malformed("a bucket that is none");
        SUPPLY_TRY(each_on_page(page, take));
        number = u32(page, 16);
      }
    }
    return {};
  }

 private:
  explicit HashReader(std::string_view bytes) : bytes_(bytes) {}

  std::uint32_t number(std::string_view bytes, std::size_t at, std::size_t size) const {
    return static_cast<std::uint32_t>(read_integer(bytes.substr(at, size), order_));
  }
  std::uint32_t u32(std::string_view bytes, std::size_t at) const { return number(bytes, at, 4); }
  std::uint32_t u16(std::string_view bytes, std::size_t at) const { return number(bytes, at, 2); }

  // Each page is used once: what is read is never more than the file has.
  Result<std::string_view> take_page(std::uint32_t number) {
    if (number >= pages_) return malformed("page " + std::to_string(number) + " beyond its end");
    if (seen_[number]) return malformed("page " + std::to_string(number) + " is used twice");
    seen_[number] = true;
    const std::string_view page = bytes_.substr(std::size_t{number} * page_bytes_, page_bytes_);
    const std::uint32_t own = u32(page, 8);
    const bool zeros = own == 0 && page[25] == 0;
    if (own != number && !zeros) return malformed("page " + std::to_string(number) + " has another number");
    return page;
  }

  // Pairs of a key and a value. An item ends where the one before it begins, the first at the end of the page.
  Status each_on_page(std::string_view page, const TakeRpmHeader& take) {
    const std::size_t count = u16(page, 20);
    if (count > (page.size() - kPageHeaderBytes) / 2) return malformed("a page with too many items");
    const std::size_t first = kPageHeaderBytes + 2 * count;
    std::size_t end = page.size();
    std::string_view key;
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t begin = u16(page, kPageHeaderBytes + 2 * i);
      if (begin < first || begin >= end) return malformed("items that overlap");
      const std::string_view item = page.substr(begin, end - begin);
      end = begin;
      if (i % 2 == 0) key = item;
      else SUPPLY_TRY(take_pair(key, item, take));
    }
    return {};
  }

  Status take_pair(std::string_view key, std::string_view value, const TakeRpmHeader& take) {
    // The key is a package's number; 0 is where rpm keeps the last one it gave.
    if (static_cast<unsigned char>(key[0]) == kOnPage && key.substr(1) == std::string_view("\0\0\0\0", 4)) return {};
    const unsigned kind = static_cast<unsigned char>(value[0]);
    if (kind == kOnPage) return take(value.substr(1));
    if (kind != kOffPage || value.size() != kOffPageBytes) return malformed("a value of an unknown kind");
    std::size_t left = u32(value, 8);
    if (left > bytes_.size()) return malformed("a package beyond its end");
    std::string whole;
    whole.reserve(left);
    for (std::uint32_t next = u32(value, 4); left > 0;) {
      SUPPLY_TRY(const std::string_view page, take_page(next));
      const std::size_t size = u16(page, 22);
      if (static_cast<unsigned char>(page[25]) != kOverflow || size > page.size() - kPageHeaderBytes || size > left)
        return malformed("a damaged package");
      whole += page.substr(kPageHeaderBytes, size);
      left -= size;
      next = u32(page, 16);
    }
    return take(whole);
  }

  std::string_view bytes_;
  std::endian order_ = std::endian::little;
  std::uint32_t page_bytes_ = 0;
  std::uint64_t pages_ = 0, max_bucket_ = 0;
  std::vector<bool> seen_;
};

}  // namespace

Status each_bdb_header(std::string_view bytes, const TakeRpmHeader& take) {
  SUPPLY_TRY(HashReader reader, HashReader::open(bytes));
  return reader.each(take);
}

}  // namespace supply::catalog
