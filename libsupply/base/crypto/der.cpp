#include "libsupply/base/crypto/der.hpp"

#include <algorithm>

#include "libsupply/base/text/byte_order.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::crypto {
namespace {

Error malformed(std::string what) { return Error(ErrorCode::malformed, "DER: " + std::move(what)); }

int number(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

}  // namespace

Result<DerValue> DerReader::next() {
  if (rest_.size() < 2) return malformed("cut off");
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(rest_[i]); };
  DerValue value{at(0), {}, {}};
  if ((value.tag & 0x1f) == 0x1f) return malformed("tag number over 30");
  std::size_t size = at(1), head = 2;
  if (size == 0x80) return malformed("indefinite length");
  if (size > 0x80) {
    const std::size_t count = size - 0x80;
    if (count > 4 || rest_.size() < 2 + count) return malformed("length of more than 4 bytes, or cut off");
    size = read_integer(rest_.substr(2, count), std::endian::big);
    if (size < 0x80 || at(2) == 0) return malformed("length that is not in its shortest form");
    head += count;
  }
  if (size > rest_.size() - head) return malformed("cut off");
  value.content = rest_.substr(head, size);
  value.whole = rest_.substr(0, head + size);
  rest_.remove_prefix(head + size);
  return value;
}

Result<DerValue> DerReader::next(unsigned char tag) {
  if (peek() != tag) return malformed("tag " + std::to_string(peek()) + ": want " + std::to_string(tag));
  return next();
}

Status DerReader::end() const {
  if (!rest_.empty()) return malformed("bytes after the last value");
  return {};
}

Result<std::string_view> der_content(std::string_view bytes, unsigned char tag) {
  DerReader reader(bytes);
  SUPPLY_TRY(const DerValue value, reader.next(tag));
  SUPPLY_TRY(reader.end());
  return value.content;
}

Result<std::string> der_oid(std::string_view content) {
  if (content.empty() || (content.back() & 0x80) != 0) return malformed("object identifier cut off");
  std::string text;
  std::uint64_t arc = 0;
  bool begins = true;
  for (const char c : content) {
    const auto byte = static_cast<unsigned char>(c);
    if (begins && byte == 0x80) return malformed("object identifier with a leading zero");
    if (arc >> 56 != 0) return malformed("object identifier with a number over 63 bits");
    arc = arc << 7 | (byte & 0x7f);
    begins = (byte & 0x80) == 0;
    if (!begins) continue;
    if (text.empty()) {
      const std::uint64_t first = std::min<std::uint64_t>(arc / 40, 2);
      text = std::to_string(first) + '.' + std::to_string(arc - first * 40);
    } else {
      text += '.' + std::to_string(arc);
    }
    arc = 0;
  }
  return text;
}

Result<bool> der_boolean(std::string_view content) {
  if (content == std::string_view("\0", 1)) return false;
  if (content == "\xff") return true;
  return malformed("BOOLEAN that is neither 00 nor ff");
}

Status der_integer(std::string_view content) {
  const bool surplus = content.size() > 1 && ((content[0] == '\0' && (content[1] & 0x80) == 0) ||
                                              (content[0] == '\xff' && (content[1] & 0x80) != 0));
  if (content.empty() || surplus) return malformed("INTEGER that is not in its shortest form");
  return {};
}

Result<std::uint64_t> der_whole_number(std::string_view content) {
  if (content.empty() || content.size() > 8 || (content.front() & 0x80) != 0)
    return malformed("INTEGER that is no whole number of 63 bits");
  SUPPLY_TRY(der_integer(content));
  return read_integer(content, std::endian::big);
}

// RFC 5280, section 4.1.2.5: UTCTime with a year under 50 is of this century. RFC 3161 lets genTime have fractions.
Result<Time> der_time(const DerValue& value) {
  std::string_view text = value.content;
  const std::size_t year_digits = value.tag == der_tag::kUtcTime ? 2 : 4;
  if (value.tag != der_tag::kUtcTime && value.tag != der_tag::kGeneralizedTime) return malformed("no time");
  if (text.size() < year_digits + 11 || text.back() != 'Z') return malformed("time that is not in UTC, or cut off");
  text.remove_suffix(1);
  const std::string_view digits = text.substr(0, year_digits + 10), fraction = text.substr(year_digits + 10);
  const bool has_fraction = fraction.size() > 1 && fraction.front() == '.' && fraction.back() != '0' &&
                            is_digits(fraction.substr(1)) && year_digits == 4;
  if (!is_digits(digits) || (!fraction.empty() && !has_fraction)) return malformed("time with something but digits");
  int year = number(digits.substr(0, year_digits));
  if (year_digits == 2) year += year < 50 ? 2000 : 1900;
  const std::string_view rest = digits.substr(year_digits);
  const auto two = [&](std::size_t at) { return number(rest.substr(at, 2)); };
  const std::chrono::year_month_day day(std::chrono::year(year), std::chrono::month(static_cast<unsigned>(two(0))),
                                        std::chrono::day(static_cast<unsigned>(two(2))));
  if (!day.ok() || two(4) > 23 || two(6) > 59 || two(8) > 59) return malformed("time that does not exist");
  return std::chrono::sys_days(day) + std::chrono::hours(two(4)) + std::chrono::minutes(two(6)) +
         std::chrono::seconds(two(8));
}

}  // namespace supply::crypto
