// The header of an rpm package, as rpm's databases hold it: an index of tags and the data that it points into.
// Source: rpm, docs/manual/format_header.md, docs/manual/tags.md and lib/header.c.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/result/result.hpp"

namespace supply::catalog {

/// The tags that Supply reads; the others are passed over.
enum class RpmTag : std::uint32_t {
  name = 1000,
  version = 1001,
  release = 1002,
  epoch = 1003,
  vendor = 1011,
  license = 1014,
  packager = 1015,
  url = 1020,
  architecture = 1022,
  file_states = 1029,
  file_digests = 1035,
  file_flags = 1037,
  source_rpm = 1044,
  file_verify_flags = 1045,
  provide_name = 1047,
  require_flags = 1048,
  require_name = 1049,
  require_version = 1050,
  provide_flags = 1112,
  provide_version = 1113,
  directory_indexes = 1116,
  base_names = 1117,
  directory_names = 1118,
  file_digest_algorithm = 5011,
  modularity_label = 5096,
};

/// Views into the bytes that it was read from. Immutable.
class RpmHeader {
 public:
  /// Errors: malformed ("tag 1000: data outside of the header"), limit_exceeded.
  static Result<RpmHeader> parse(std::string_view bytes, std::size_t limit = kMaxRpmHeaderBytes);

  /// How many values a tag has.
  std::size_t count(RpmTag tag) const;
  /// Empty when there is none. The first of several.
  std::string_view string(RpmTag tag) const;
  std::vector<std::string_view> strings(RpmTag tag) const;
  /// Of any of the numeric types of up to 32 bits.
  std::vector<std::uint32_t> numbers(RpmTag tag) const;
  /// A header in the same form with only the tags that Supply reads.
  std::string reduced() const;
  friend bool operator==(const RpmHeader& a, const RpmHeader& b) = default;

 private:
  struct Entry {
    std::uint32_t type = 0, count = 0;
    std::string_view data;
    friend bool operator==(const Entry& a, const Entry& b) = default;
  };
  const Entry* find(RpmTag tag) const;
  std::map<RpmTag, Entry> entries_;
};

}  // namespace supply::catalog
