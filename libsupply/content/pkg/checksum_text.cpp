#include "libsupply/content/pkg/checksum_text.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "libsupply/base/text/hex.hpp"

namespace supply::pkg {

bool is_hash_of(std::string_view algorithm, std::string_view digits) {
  constexpr std::pair<std::string_view, std::size_t> kDigits[] = {{"md5", 32},    {"sha1", 40},   {"sha224", 56},
                                                                  {"sha256", 64}, {"sha384", 96}, {"sha512", 128}};
  const auto* known =
      std::find_if(std::begin(kDigits), std::end(kDigits), [&](const auto& each) { return each.first == algorithm; });
  return known != std::end(kDigits) && digits.size() == known->second && is_lower_hex(digits);
}

}  // namespace supply::pkg
