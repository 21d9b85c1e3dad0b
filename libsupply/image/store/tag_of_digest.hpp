// Tags under which tools keep what refers to a manifest, told by their form. Any thread.
#pragma once

#include <string_view>

namespace supply::store {

/// One of cosign's (digest_tag()): sha256-<hex>.sig, .att or .sbom.
bool is_cosign_tag(std::string_view tag);
/// One of cosign's, or that of an index of referrers (referrers_tag()): sha256-<hex>.
bool is_referrer_tag(std::string_view tag);

}  // namespace supply::store
