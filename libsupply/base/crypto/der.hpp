// DER, read strictly: definite lengths in their shortest form, low tag numbers. Views into the input; any thread.
// Source: ITU-T X.690, section 10.
#pragma once

#include <string>
#include <string_view>

#include "libsupply/base/result/result.hpp"
#include "libsupply/base/time/time.hpp"

namespace supply::crypto {

namespace der_tag {
inline constexpr unsigned char kBoolean = 0x01, kInteger = 0x02, kBitString = 0x03, kOctetString = 0x04, kNull = 0x05,
                               kOid = 0x06, kUtf8String = 0x0c, kSequence = 0x30, kSet = 0x31, kUtcTime = 0x17,
                               kGeneralizedTime = 0x18;
/// [number], constructed and primitive.
constexpr unsigned char context(unsigned number) { return static_cast<unsigned char>(0xa0 | number); }
constexpr unsigned char context_primitive(unsigned number) { return static_cast<unsigned char>(0x80 | number); }
}  // namespace der_tag

struct DerValue {
  unsigned char tag = 0;
  std::string_view content;
  std::string_view whole;  ///< with tag and length
};

class DerReader {
 public:
  explicit DerReader(std::string_view bytes) : rest_(bytes) {}

  bool empty() const { return rest_.empty(); }
  /// The next value's tag; 0 at the end.
  unsigned char peek() const { return rest_.empty() ? 0 : static_cast<unsigned char>(rest_.front()); }
  /// Errors: malformed.
  Result<DerValue> next();
  /// Errors: malformed, also for another tag.
  Result<DerValue> next(unsigned char tag);
  /// Errors: malformed, when something is left.
  Status end() const;

 private:
  std::string_view rest_;
};

/// The content of the only value in `bytes`, of that tag. Errors: malformed.
Result<std::string_view> der_content(std::string_view bytes, unsigned char tag);
/// "1.3.6.1" of an OBJECT IDENTIFIER's content. Errors: malformed.
Result<std::string> der_oid(std::string_view content);
/// Of a BOOLEAN's content: 00 or ff. Errors: malformed.
Result<bool> der_boolean(std::string_view content);
/// That an INTEGER's content is in its shortest form. Errors: malformed.
Status der_integer(std::string_view content);
/// A whole number from 0 to 2^63-1. Errors: malformed.
Result<std::uint64_t> der_whole_number(std::string_view content);
/// UTCTime or GeneralizedTime in UTC; fractions of a second are dropped. Errors: malformed.
Result<Time> der_time(const DerValue& value);

}  // namespace supply::crypto
