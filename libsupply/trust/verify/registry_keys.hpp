// Keys of npm's registry, by which it says that it published a package (https://github.com/npm/attestation): as its TUF
// target lists them, and as its own endpoint answers. Pure; any thread.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "libsupply/trust/verify/trust_policy.hpp"

namespace supply::verify {

/// Those that registry.npmjs.org has attested with, as the public-good TUF repository has them (target
/// registry.npmjs.org/keys.json, sha256 160677eb6e1c7083c89b166b20f8fe4e837fb71181506aff1991b80b89184f7d).
std::string_view npm_registry_keys();

/// The keys of such a file, each by its id, with the time in which it is trusted; nothing where the text has neither
/// form. Of keys with a stated usage those count that attest. Errors: malformed (a key that is none, an id twice, an
/// end before the start, more than kMaxTrustedKeys, none that attests).
Result<std::optional<std::vector<TrustedKey>>> parse_registry_keys(std::string_view text);

}  // namespace supply::verify
