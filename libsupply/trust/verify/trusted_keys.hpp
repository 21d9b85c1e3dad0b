// A trust file: public keys, from when until when each is trusted, and why no longer. Schema:
// schemas/trusted-keys.schema.json. Pure; any thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/trust/verify/trust_policy.hpp"

namespace supply::verify {

/// The text of a key's file that the trust file names. Errors: its own.
using ReadKeyFile = std::function<Result<std::string>(const std::string& path)>;

/// The keys in their order. Messages begin with `place`. Errors: usage, with the line: the file is the asker's
/// own (an unknown member, a name or a key twice, a key that is none, an end without a reason, an end before the
/// start, more than kMaxTrustedKeys).
Result<std::vector<TrustedKey>> parse_trusted_keys(std::string_view yaml, std::string_view place,
                                                   const ReadKeyFile& read_file);

}  // namespace supply::verify
