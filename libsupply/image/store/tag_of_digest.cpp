#include "libsupply/image/store/tag_of_digest.hpp"

#include "libsupply/base/text/hex.hpp"

namespace supply::store {
namespace {

// Of SHA-512, the tag of an index of referrers has half of the hex (referrers_tag()).
bool is_digest(std::string_view tag) {
  for (const std::string_view algorithm : {"sha256-", "sha512-"}) {
    if (!tag.starts_with(algorithm)) continue;
    const std::string_view hex = tag.substr(algorithm.size());
    return (hex.size() == 64 || hex.size() == 128) && is_lower_hex(hex);
  }
  return false;
}

}  // namespace

bool is_cosign_tag(std::string_view tag) {
  for (const std::string_view ending : {".sig", ".att", ".sbom"})
    if (tag.ends_with(ending)) return is_digest(tag.substr(0, tag.size() - ending.size()));
  return false;
}

bool is_referrer_tag(std::string_view tag) { return is_digest(tag) || is_cosign_tag(tag); }

}  // namespace supply::store
